"""What somebody who reaches Temporal does with a workflow that he starts himself: each function one act."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from registration import messages as m
from registration.names import REGISTRATION_QUEUE, WORKFLOW_TYPE, workflow_id
from registration.policy import Policy
from registration.state import State, Verified
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS
from starter.dev.samples import EVIDENCE
from store.rows import state_of
from tests.acceptance.tampering_scene import Named, Scene, Tampering
from tests.support.installation import eventually

_QUEUE = "forger"
_LONG_HISTORY = 8
"""Acts behind which a run's first event is far from its last 30."""


async def starts_it_anew_where_it_stood(scene: Scene) -> None:
    await _start_anew(scene, await _state(scene))


async def starts_it_anew_with_another_deadline(scene: Scene) -> None:
    """... and another address, and a policy of his own."""
    state = await _state(scene)
    snapshot = state.snapshot
    later = snapshot.deadline and snapshot.deadline + timedelta(days=3650)
    forged = replace(snapshot, deadline=later, email_id=str(uuid4()))
    await _start_anew(scene, replace(state, snapshot=forged, policy=Policy(activation_days=3650)))


async def starts_it_anew_without_its_credential(scene: Scene) -> None:
    """So that it would refuse nothing that rests on a password which was replaced."""
    await _start_anew(scene, replace(await _state(scene), credential_id=None, verified=None))


async def starts_it_anew_as_inactive_and_lets_a_clerk_go_on(scene: Scene) -> None:
    """The store has recorded what was decided since, and tells the same as the history."""
    state = await _state(scene)
    await _start_anew(scene, replace(state, snapshot=replace(state.snapshot, status=Status.INACTIVE, deadline=None)))
    for _ in range(_LONG_HISTORY):
        await scene.world.desk.disclose(scene.registration_id, EVIDENCE)


async def starts_it_anew_and_repeats_an_act(scene: Scene) -> None:
    """The answers are forgotten: what was sent once takes effect once more."""
    await _start_anew(scene, await _state(scene))
    event = (await scene.world.audit.events(scene.registration_id))[-1]
    assert event.request_id
    message = m.Disclose(event.request_id, event.actor, event.evidence)
    await scene.world.handle(scene.registration_id).execute_update("disclose", message, id=str(uuid4()))


async def starts_it_anew_with_nothing(scene: Scene) -> None:
    await scene.world.handle(scene.registration_id).terminate()
    await scene.world.client.start_workflow(WORKFLOW_TYPE, id=workflow_id(scene.registration_id), task_queue=_QUEUE)


@workflow.defn(name="Forger", sandboxed=False)
class Forger:
    """A run that an honest-looking one continues."""

    @workflow.run
    async def run(self, state: State) -> None:
        """Hands a state of its own on."""
        workflow.continue_as_new(workflow=WORKFLOW_TYPE, args=[state], task_queue=REGISTRATION_QUEUE)


async def hands_on_another_state(scene: Scene) -> None:
    """The run continues another one, which is none of ours."""
    state = await _state(scene)
    verified = replace(state.snapshot, codes_issued=state.snapshot.codes_issued + 7)
    client, handle = scene.world.client, scene.world.handle(scene.registration_id)
    await handle.terminate()
    async with Worker(client, task_queue=_QUEUE, workflows=[Forger], workflow_runner=UnsandboxedWorkflowRunner()):
        await client.start_workflow(
            Forger.run, replace(state, snapshot=verified), id=workflow_id(scene.registration_id), task_queue=_QUEUE
        )

        async def is_handed_on() -> bool:
            return (await handle.describe()).workflow_type == WORKFLOW_TYPE

        await eventually(is_handed_on, within_seconds=SOON_SECONDS)


async def _state(scene: Scene) -> State:
    """What the workflow would go on with, as anybody can put it together who reads the database."""
    reader = scene.world.engine.reader
    row = await reader.submission(scene.registration_id)
    assert row
    snapshot = await scene.world.audit.snapshot(scene.registration_id)
    adopted = await reader.adopted_credential(scene.registration_id)
    events = await scene.world.audit.events(scene.registration_id)
    known = next((Verified(event.at, event.actor) for event in events if event.identity_verified), None)
    state = replace(state_of(row, await reader.policy()), snapshot=snapshot, verified=known)
    return replace(state, credential_id=adopted.id if adopted else None)


async def _start_anew(scene: Scene, state: State) -> None:
    await scene.world.handle(scene.registration_id).terminate()
    await scene.world.client.start_workflow(
        WORKFLOW_TYPE, state, id=workflow_id(scene.registration_id), task_queue=REGISTRATION_QUEUE
    )


WITH_A_WORKFLOW_OF_HIS_OWN: dict[Tampering, Named] = {
    starts_it_anew_where_it_stood: {("HISTORY_DIFFERS", 5)},
    starts_it_anew_with_another_deadline: {("HISTORY_DIFFERS", 5)},
    starts_it_anew_without_its_credential: {("HISTORY_DIFFERS", 5)},
    starts_it_anew_as_inactive_and_lets_a_clerk_go_on: {("HISTORY_DIFFERS", 5)},
    starts_it_anew_and_repeats_an_act: {
        ("HISTORY_DIFFERS", 5),
        ("REQUEST_REPEATED", 6),
        ("EVIDENCE_REPEATED", 6),
    },
    starts_it_anew_with_nothing: {("HISTORY_DIFFERS", 5)},
    hands_on_another_state: {("HISTORY_DIFFERS", 5)},
}

DIFFERING: dict[Tampering, str | None] = {
    starts_it_anew_where_it_stood: None,
    starts_it_anew_with_another_deadline: "deadline, email_id, policy",
    starts_it_anew_without_its_credential: "verified, credential_id",
    starts_it_anew_as_inactive_and_lets_a_clerk_go_on: "status, deadline",
    hands_on_another_state: "codes_issued",
}
"""The fields of the state that are named as not the record's."""
