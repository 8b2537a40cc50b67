"""What somebody who reaches Temporal does to a record past the gateway: each function one act."""

import uuid
from datetime import UTC, datetime, timedelta

from registration import messages as m
from registration.extensions import Extension
from registration.messages import Actor, ActorKind, Evidence
from registration.names import REGISTRATION_QUEUE, WORKFLOW_TYPE, workflow_id
from registration.state import State
from registration.statuses import Channel, Purpose
from starter.dev.installation import SOON_SECONDS
from starter.dev.samples import CLIENT_ADDRESS, another_address, form
from tests.acceptance.tampering_scene import Named, Scene, Tampering
from tests.support.installation import eventually

MADE_UP = Actor(ActorKind.CLERK, "clerk-never", "1051")


async def forges_an_act_at_the_desk(scene: Scene) -> None:
    """An update past the gateway: the rules accept it, for it names evidence."""
    message = m.Disclose(str(uuid.uuid4()), MADE_UP, Evidence(str(uuid.uuid4()), "0" * 64))
    await scene.world.handle(scene.registration_id).execute_update("disclose", message, id=message.request_id)


async def forges_an_act_with_the_evidence_of_another(scene: Scene) -> None:
    evidence = await scene.database.fetchrow(
        "select id, commitment from evidence where registration_id = $1 limit 1", scene.registration_id
    )
    assert evidence
    message = m.Disclose(str(uuid.uuid4()), MADE_UP, Evidence(str(evidence["id"]), evidence["commitment"]))
    await scene.world.handle(scene.registration_id).execute_update("disclose", message, id=message.request_id)


async def forges_an_extension(scene: Scene) -> None:
    snapshot = await scene.world.audit.snapshot(scene.registration_id)
    until = (snapshot.password_valid_until or datetime.now(UTC)) + timedelta(days=30)
    await _signal(
        scene,
        "extend_validity",
        m.ExtendValidity(str(uuid.uuid4()), Actor(ActorKind.OPERATOR, "operator-never"), until),
    )


async def approves_an_extension_by_hand(scene: Scene) -> None:
    """In the database is a list that two persons are said to have made; none of them has been there."""
    snapshot = await scene.world.audit.snapshot(scene.registration_id)
    ends = snapshot.password_valid_until or datetime.now(UTC)
    now = datetime.now(UTC)
    extension = Extension(str(uuid.uuid4()), ends + timedelta(days=1), 30, "operator-never", now)
    await scene.database.execute(
        "insert into extensions values ($1, $2, $3, $4, $5, 'supervisor-never', $5, $5, $5)",
        *(extension.id, extension.before, extension.days, extension.requested_by, now),
    )
    until = ends + timedelta(days=30)
    await scene.sql("insert into extension_items values ($2, $1, $3, $4, 'EXTENDED')", extension.id, ends, until)
    scene.beside[f"extension {extension.id}"] = {("EXTENSION_DIFFERS", None)}
    await _signal(scene, "extend_validity", extension.message(scene.registration_id, until))


async def _signal(scene: Scene, name: str, message: m.Message) -> None:
    before = (await scene.world.audit.snapshot(scene.registration_id)).sequence
    await scene.world.handle(scene.registration_id).signal(name, message)

    async def is_recorded() -> bool:
        return (await scene.world.audit.snapshot(scene.registration_id)).sequence > before

    await eventually(is_recorded, within_seconds=SOON_SECONDS)


async def forges_an_act_under_the_request_of_a_look(scene: Scene) -> None:
    """The clerk looked, and is in the access record; the evidence is that of an earlier act."""
    await scene.world.desk.look(scene.registration_id)
    request_id = await scene.database.fetchval(
        "select request_id from access_entries where registration_id = $1 and body like '%desk.look%'",
        scene.registration_id,
    )
    event = (await scene.world.audit.events(scene.registration_id))[-1]
    message = m.Disclose(request_id, event.actor, event.evidence)
    await scene.world.handle(scene.registration_id).execute_update("disclose", message, id=request_id)


async def forges_the_redemption_of_a_closure(scene: Scene) -> None:
    await scene.world.citizen.request_closure(scene.registration_id, client_address=CLIENT_ADDRESS)
    code = (await scene.world.audit.snapshot(scene.registration_id)).code_for(Purpose.CLOSURE)
    assert code
    message = m.RedeemCode(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"), Purpose.CLOSURE, code.sequence)
    await scene.world.handle(scene.registration_id).execute_update("redeem_code", message, id=message.request_id)


async def forges_a_change_of_password(scene: Scene) -> None:
    message = m.ChangePassword(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"))
    await scene.world.handle(scene.registration_id).execute_update("change_password", message, id=message.request_id)


async def forges_a_client_s_request_for_a_code(scene: Scene) -> None:
    message = m.RequestCode(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"))
    await scene.world.handle(scene.registration_id).execute_update("request_code", message, id=message.request_id)


async def forges_a_client_s_request_for_another_address(scene: Scene) -> None:
    message = m.ChangeEmail(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"), str(uuid.uuid4()))
    await scene.world.handle(scene.registration_id).execute_update("change_email", message, id=message.request_id)


async def forges_a_correction_of_the_address(scene: Scene) -> None:
    """A thief of codes: before the activation the next code goes to an address that no gateway has received."""
    filled = form()
    scene.registration_id = await scene.world.portal.register(filled, client_address=another_address())
    await scene.world.code(filled["email"])
    message = m.CorrectEmail(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"), str(uuid.uuid4()))
    await scene.world.handle(scene.registration_id).execute_update("correct_email", message, id=message.request_id)


async def forges_a_client_s_request_for_closing(scene: Scene) -> None:
    message = m.Close(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"))
    await scene.world.handle(scene.registration_id).execute_update("close", message, id=message.request_id)


async def forges_a_signal_of_a_client(scene: Scene) -> None:
    """The rules refuse it, and the refusal is an event."""
    message = m.Reactivate(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"))
    await _signal(scene, "reactivate", message)


async def ends_the_workflow(scene: Scene) -> None:
    await scene.world.handle(scene.registration_id).terminate()


async def starts_a_workflow_without_a_row(scene: Scene) -> None:
    scene.registration_id = str(uuid.uuid4())
    state = State(scene.registration_id, Channel.ONLINE, str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"))
    await scene.world.client.start_workflow(
        WORKFLOW_TYPE, state, id=workflow_id(scene.registration_id), task_queue=REGISTRATION_QUEUE
    )


PAST_THE_GATEWAY: dict[Tampering, Named] = {
    forges_an_act_at_the_desk: {("EVIDENCE_MISSING", 6), ("ACCESS_MISSING", 6)},
    forges_an_act_with_the_evidence_of_another: {("ACCESS_MISSING", 6), ("EVIDENCE_REPEATED", 6)},
    forges_an_extension: {("ACCESS_MISSING", 6)},
    approves_an_extension_by_hand: {("ACCESS_MISSING", 6)},
    forges_an_act_under_the_request_of_a_look: {("ACCESS_MISSING", 6), ("EVIDENCE_REPEATED", 6)},
    forges_the_redemption_of_a_closure: {("CONFIRMATION_MISSING", 7)},
    forges_a_change_of_password: {("CREDENTIAL_MISSING", 6)},
    forges_a_client_s_request_for_a_code: {("REQUEST_MISSING", 6)},
    forges_a_client_s_request_for_another_address: {("REQUEST_MISSING", 6), ("PERSONAL_DATA_DIFFERS", 6)},
    forges_a_correction_of_the_address: {("REQUEST_MISSING", 2), ("PERSONAL_DATA_DIFFERS", 2)},
    forges_a_client_s_request_for_closing: {("REQUEST_MISSING", 6)},
    forges_a_signal_of_a_client: {("ACCESS_MISSING", 6)},
    ends_the_workflow: {("HISTORY_DIFFERS", None)},
    starts_a_workflow_without_a_row: {("ROW_MISSING", None)},
}
