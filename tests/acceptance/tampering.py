"""What a database owner, or somebody with access to Temporal, does to a record: each function one act, and its name."""

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from registration import messages as m
from registration.canonical import digest
from registration.lifecycle import State
from registration.messages import Actor, ActorKind, Evidence
from registration.names import REGISTRATION_QUEUE, WORKFLOW_TYPE, workflow_id
from registration.statuses import Channel, Purpose
from starter.gateway import DeskGateway
from tests.support.installation import eventually
from tests.support.world import CLIENT_ADDRESS, EVIDENCE, SOON_SECONDS, World

Tampering = Callable[["Scene"], Awaitable[None]]

MADE_UP = Actor(ActorKind.CLERK, "clerk-never", "1051")


@dataclass
class Scene:
    """A registration that is tampered with, and the owner's connection to the database."""

    world: World
    database: "asyncpg.Connection[asyncpg.Record]"
    registration_id: str
    form: dict[str, Any] = field(default_factory=dict)
    office: str = "1051"

    async def sql(self, text: str, *arguments: object) -> None:
        """As the owner: `$1` is the registration."""
        await self.database.execute(text, self.registration_id, *arguments)

    async def bodies(self) -> list[dict[str, Any]]:
        """The events' bodies."""
        rows = await self.database.fetch(
            "select body from events where registration_id = $1 order by sequence", self.registration_id
        )
        return [json.loads(row["body"]) for row in rows]

    async def put(self, sequence: int, body: dict[str, Any], *, hashed: bool) -> str:
        """Replaces an event's body, with its hash if asked for; returns the hash."""
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        await self.sql(
            "update events set body = $3, previous_hash = $4, hash = case when $5 then $6 else hash end "
            "where registration_id = $1 and sequence = $2",
            *(sequence, text, body["previous_hash"], hashed, digest(text)),
        )
        return digest(text)


async def edits_a_body(scene: Scene) -> None:
    body = (await scene.bodies())[1]
    body["request_id"] = str(uuid.uuid4())
    await scene.put(2, body, hashed=False)


async def edits_a_body_and_its_hash(scene: Scene) -> None:
    body = (await scene.bodies())[3]
    body["actor"]["id"] = "clerk-8"
    await scene.put(4, body, hashed=True)


async def deletes_an_event_in_the_middle(scene: Scene) -> None:
    await scene.sql("delete from events where registration_id = $1 and sequence = 3")


async def swaps_two_events(scene: Scene) -> None:
    for old, new in ((3, 1000), (4, 3), (1000, 4)):
        await scene.sql("update events set sequence = $3 where registration_id = $1 and sequence = $2", old, new)


async def cuts_the_tail_off_and_puts_the_read_model_back(scene: Scene) -> None:
    await scene.sql("delete from events where registration_id = $1 and sequence = 5")
    await scene.sql(
        "update registrations set sequence = 4, head = (select hash from events where registration_id = $1 and "
        "sequence = 4) where id = $1"
    )


async def rebuilds_the_chain_with_right_hashes(scene: Scene) -> None:
    """Nothing in the database contradicts it: only what stands outside."""
    bodies = await scene.bodies()
    moment = datetime.fromisoformat(bodies[2]["at"]) + timedelta(minutes=1)
    bodies[2]["at"] = moment.isoformat()
    await scene.sql("update events set at = $2 where registration_id = $1 and sequence = 3", moment)
    await scene.sql("update registrations set since = $2 where id = $1", moment)
    head = bodies[2]["previous_hash"]
    for number, body in enumerate(bodies[2:], start=3):
        head = await scene.put(number, body | {"previous_hash": head}, hashed=True)
    await scene.sql("update registrations set head = $2 where id = $1", head)


async def deletes_the_registration_with_all_its_rows(scene: Scene) -> None:
    for table in ("letters", "evidence", "events", "emails", "persons", "data_keys", "credentials", "codes"):
        await scene.sql(f"delete from {table} where registration_id = $1")  # noqa: S608  names of this list
    await scene.sql("delete from registrations where id = $1")


async def moves_the_status_alone(scene: Scene) -> None:
    await scene.sql("update registrations set status = 'INACTIVE', deadline = null where id = $1")


async def hides_who_opened_it(scene: Scene) -> None:
    await scene.sql("""update registrations set opened_by = replace(opened_by, 'CITIZEN', 'SYSTEM') where id = $1""")


async def prolongs_a_code(scene: Scene) -> None:
    await scene.sql("update codes set valid_until = valid_until + interval '1 year' where registration_id = $1")


async def deletes_evidence(scene: Scene) -> None:
    await scene.sql("delete from evidence where registration_id = $1")


async def puts_other_evidence_under_the_commitment(scene: Scene) -> None:
    await scene.sql(
        "update evidence set sealed = (select sealed from evidence other where other.registration_id <> $1 limit 1) "
        "where registration_id = $1"
    )


async def deletes_the_credential_of_a_redemption(scene: Scene) -> None:
    await scene.sql("delete from credentials where registration_id = $1")


async def deletes_an_access_entry(scene: Scene) -> None:
    await scene.sql("delete from access_entries where registration_id = $1 and office = $2 and sequence = 2", "1052")


async def edits_an_access_entry(scene: Scene) -> None:
    await scene.sql(
        "update access_entries set body = replace(body, 'clerk-7', 'clerk-8') "
        "where registration_id = $1 and office = $2",
        "1133",
    )


async def deletes_a_whole_day_of_an_office(scene: Scene) -> None:
    await scene.sql("delete from access_entries where registration_id = $1 and office = $2", "9021")
    await scene.database.execute("delete from access_chains where office = '9021'")


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
    operator = Actor(ActorKind.OPERATOR, "operator-never")
    message = m.ExtendValidity(str(uuid.uuid4()), operator, until)
    await scene.world.handle(scene.registration_id).signal("extend_validity", message)

    async def is_recorded() -> bool:
        return (await scene.world.audit.snapshot(scene.registration_id)).sequence > snapshot.sequence

    await eventually(is_recorded, within_seconds=SOON_SECONDS)


async def forges_an_act_under_the_request_of_a_look(scene: Scene) -> None:
    """The clerk looked, and stands in the access record; the evidence is that of an earlier act."""
    await scene.world.desk.look(scene.registration_id)
    request_id = await scene.database.fetchval(
        "select request_id from access_entries where registration_id = $1 and body like '%desk.look%'",
        scene.registration_id,
    )
    event = (await scene.world.audit.events(scene.registration_id))[-1]
    message = m.Disclose(request_id, event.actor, event.evidence)
    await scene.world.handle(scene.registration_id).execute_update("disclose", message, id=request_id)


async def makes_an_access_entry_unreadable(scene: Scene) -> None:
    await scene.sql("update access_entries set body = '{}' where registration_id = $1 and office = $2", "UK-1")


async def names_nobody_as_who_moved_it(scene: Scene) -> None:
    await scene.sql("update registrations set moved_by = 'nobody' where id = $1")


async def moves_the_last_event_far_away(scene: Scene) -> None:
    """Two billion events seem to be missing: they are not named one by one."""
    await scene.sql("update events set sequence = 2147483647 where registration_id = $1 and sequence = 5")


async def forges_the_redemption_of_a_closure(scene: Scene) -> None:
    await scene.world.portal.request_closure(scene.registration_id, client_address=CLIENT_ADDRESS)
    code = (await scene.world.audit.snapshot(scene.registration_id)).code_for(Purpose.CLOSURE)
    assert code
    message = m.RedeemCode(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"), Purpose.CLOSURE, code.sequence)
    await scene.world.handle(scene.registration_id).execute_update("redeem_code", message, id=message.request_id)


async def forges_a_change_of_password(scene: Scene) -> None:
    message = m.ChangePassword(str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"))
    await scene.world.handle(scene.registration_id).execute_update("change_password", message, id=message.request_id)


async def ends_the_workflow(scene: Scene) -> None:
    await scene.world.handle(scene.registration_id).terminate()


async def starts_a_workflow_without_a_row(scene: Scene) -> None:
    scene.registration_id = str(uuid.uuid4())
    state = State(scene.registration_id, Channel.ONLINE, str(uuid.uuid4()), Actor(ActorKind.CITIZEN, "applicant"))
    await scene.world.client.start_workflow(
        WORKFLOW_TYPE, state, id=workflow_id(scene.registration_id), task_queue=REGISTRATION_QUEUE
    )


TAMPERINGS: dict[Tampering, set[tuple[str, int | None]]] = {
    edits_a_body: {("EVENT_ALTERED", 2), ("CREDENTIAL_MISSING", 2)},
    edits_a_body_and_its_hash: {("CHAIN_BROKEN", 5), ("ACCESS_MISSING", 4)},
    deletes_an_event_in_the_middle: {("EVENT_MISSING", 3), ("READ_MODEL_DIFFERS", None)},
    swaps_two_events: {
        ("EVENT_MISPLACED", 3),
        ("EVENT_MISPLACED", 4),
        ("CHAIN_BROKEN", 3),
        ("CHAIN_BROKEN", 4),
        ("CHAIN_BROKEN", 5),
        ("READ_MODEL_DIFFERS", None),
    },
    cuts_the_tail_off_and_puts_the_read_model_back: {("CHECKPOINT_CONTRADICTED", 5), ("HISTORY_DIFFERS", 5)},
    rebuilds_the_chain_with_right_hashes: {("CHECKPOINT_CONTRADICTED", 5), ("HISTORY_DIFFERS", 5)},
    deletes_the_registration_with_all_its_rows: {("REGISTRATION_MISSING", None), ("ROW_MISSING", None)},
    moves_the_status_alone: {("READ_MODEL_DIFFERS", None)},
    hides_who_opened_it: {("READ_MODEL_DIFFERS", None)},
    prolongs_a_code: {("CODES_DIFFER", None)},
    deletes_evidence: {("EVIDENCE_MISSING", 3), ("EVIDENCE_MISSING", 4), ("EVIDENCE_MISSING", 5)},
    puts_other_evidence_under_the_commitment: {
        ("EVIDENCE_DIFFERS", 3),
        ("EVIDENCE_DIFFERS", 4),
        ("EVIDENCE_DIFFERS", 5),
    },
    deletes_the_credential_of_a_redemption: {("CREDENTIAL_MISSING", 2)},
    deletes_an_access_entry: {("ACCESS_MISSING", 7)},
    edits_an_access_entry: {("ACCESS_MISSING", 6), ("ACCESS_MISSING", 7)},
    deletes_a_whole_day_of_an_office: {("ACCESS_MISSING", 6), ("ACCESS_MISSING", 7)},
    forges_an_act_at_the_desk: {("EVIDENCE_MISSING", 6), ("ACCESS_MISSING", 6)},
    forges_an_act_with_the_evidence_of_another: {("ACCESS_MISSING", 6)},
    forges_an_extension: {("ACCESS_MISSING", 6)},
    forges_an_act_under_the_request_of_a_look: {("ACCESS_MISSING", 6)},
    makes_an_access_entry_unreadable: {("ACCESS_MISSING", 6), ("ACCESS_MISSING", 7)},
    names_nobody_as_who_moved_it: {("READ_MODEL_DIFFERS", None)},
    moves_the_last_event_far_away: {
        *(("EVENT_MISSING", place) for place in range(5, 105)),
        ("EVENT_MISPLACED", 2147483647),
        ("CHECKPOINT_CONTRADICTED", 5),
        ("HISTORY_DIFFERS", 5),
    },
    forges_the_redemption_of_a_closure: {("CONFIRMATION_MISSING", 7)},
    forges_a_change_of_password: {("CREDENTIAL_MISSING", 6)},
    ends_the_workflow: {("HISTORY_DIFFERS", None)},
    starts_a_workflow_without_a_row: {("ROW_MISSING", None)},
}
"""What each of them is named as: kinds, and the events they are about."""

_OFFICES: dict[Tampering, str] = {
    deletes_an_access_entry: "1052",
    edits_an_access_entry: "1133",
    deletes_a_whole_day_of_an_office: "9021",
    makes_an_access_entry_unreadable: "UK-1",
}
"""Chains of their own for those who touch the access record."""


async def five_events(world: World) -> tuple[str, dict[str, Any]]:
    """An active registration with five events: opened, redeemed, verified, disclosed twice."""
    registration_id, filled = await world.active()
    for _ in range(2):
        await world.desk.disclose(registration_id, EVIDENCE)
    return registration_id, filled


async def scene_of(
    tampering: Tampering,
    world: World,
    database: "asyncpg.Connection[asyncpg.Record]",
) -> Scene:
    """A registration as it is before it is tampered with."""
    registration_id, filled = await five_events(world)
    office = _OFFICES.get(tampering, "1051")
    if office != "1051":
        for _ in range(2):
            await DeskGateway(world.gateway, "clerk-7", office).disclose(registration_id, EVIDENCE)
    return Scene(world, database, registration_id, filled, office)


def other_office(scene: Scene) -> str:
    """What findings call the chain of this office's only day."""
    return f"{scene.office} {datetime.now(UTC).date()}"
