"""`make histories`: records histories of whole lives into this version's folder; what is there is kept as it is."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from temporalio.client import WorkflowHistory

from activities import names
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind, ChangePassword, Reactivate
from registration.names import (
    ARCHIVE_WORKFLOW_TYPE,
    CHECKPOINT_WORKFLOW_TYPE,
    RECONCILIATION_ID,
    RECONCILIATION_WORKFLOW_TYPE,
    extension_workflow_id,
    workflow_id,
)
from registration.policy import Policy
from registration.state import Imported
from registration.statuses import Channel, Purpose, Status
from starter.dev.inbox import Inbox
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, form
from starter.dev.standing import standing_accounts
from starter.gateway import ClientBrowser, OperationsGateway
from store.rows import state_of
from temporal.registrations import launch
from tests.replay.recorded import PRESENT
from tests.support.archiving import archive_pass
from tests.support.installation import eventually
from tests.workflows.lives import another_run, configured_world, let_run_age, quiet, run_id, to_deadline

_HERE: Final = f"{Path(__file__).parents[2]}/"
"""Stack traces of failed letters name their files; where this folder is must not be published."""

_PASSES: Final = {
    "reconciliation": RECONCILIATION_WORKFLOW_TYPE,
    "archive": ARCHIVE_WORKFLOW_TYPE,
    "checkpoint": CHECKPOINT_WORKFLOW_TYPE,
}
_ANOTHER_RUN_AFTER_TWO_BATCHES: Final = {"limit.historyCount.suggestContinueAsNew": "20"}
_ENDS_AFTER_SOME_MINUTES: Final = {"limit.historyCount.suggestContinueAsNew": "200"}
"""So that it compares more than once."""


async def record(folder: Path = PRESENT) -> list[Path]:
    """Lives each life on a throw-away world and writes the history of each of its runs as one JSON file.

    None whose first run is there. Returns the files that it has written.
    """
    written: list[Path] = []
    async with configured_world() as (world, inbox):
        for name, registration_id in (await lives(world, inbox)).items():
            written += await _write(world, folder, name, world.handle(registration_id).id)
        await world.operations.reconcile()
        await archive_pass(world)
        await world.audit.checkpoints.make()
        for name, kind in _PASSES.items():
            query = f"WorkflowType = '{kind}' and ExecutionStatus = 'Completed'"
            async with asyncio.timeout(SOON_SECONDS):
                while not (passes := [found.id async for found in world.client.list_workflows(query)]):  # noqa: ASYNC110  no event tells
                    await asyncio.sleep(0.05)
            written += await _write(world, folder, name, passes[0])
        written += await _write(world, folder, "notice", await notice_sent(world))
    async with configured_world(_ANOTHER_RUN_AFTER_TWO_BATCHES) as (world, _):
        written += await _write(world, folder, "extension", await _extended(world))
    async with configured_world(_ENDS_AFTER_SOME_MINUTES) as (world, _):
        written += await _write(world, folder, "scheduled", await scheduled_passes(world))
    return written


async def lives(world: World, inbox: Inbox) -> dict[str, str]:
    """Lives each life; their registrations by their names. The inbox refuses addresses that begin with `refused`."""
    return {
        "online": await _online(world),
        "in-person": await _in_person(world),
        "lapsed": await _lapsed(world),
        "closed": await _closed(world, inbox),
        "corrected": await _corrected(world),
        "confirmed": await _confirmed(world),
        "hostile": await _hostile(world),
        "imported": await _imported(world),
        "policy": await _under_another_policy(world),
        "language": await _in_another_language(world),
    }


async def _online(world: World) -> str:
    """To active, reminders, expired, inactive, reactivated by a signal, active in a second run."""
    registration_id, filled = await world.temporary()
    await world.desk.verify_identity(registration_id, EVIDENCE)
    await world.operations.extend_validity(registration_id, await world.time(registration_id) + timedelta(days=900))
    await let_run_age(world, registration_id)
    run = await run_id(world, registration_id)
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await to_deadline(world, registration_id, Status.INACTIVE)
    await quiet(world, registration_id)
    letters = len(world.letters(filled["email"]))
    await world.desk.signal_reactivate(registration_id, EVIDENCE)
    await world.redeem(filled, await world.code(filled["email"], letters + 1))
    await another_run(world, registration_id, run)
    await world.desk.disclose(registration_id, EVIDENCE)
    await quiet(world, registration_id)
    return registration_id


async def _in_person(world: World) -> str:
    """Active at once; the password is forgotten in the grace period."""
    registration_id = (await world.desk.register(filled := form(), EVIDENCE)).registration_id
    await world.redeem(filled, await world.code(filled["email"]))
    await let_run_age(world, registration_id)
    run = await run_id(world, registration_id)
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await quiet(world, registration_id)
    letters = len(world.letters(filled["email"]))
    await world.request_code(filled)
    await world.redeem(filled, await world.code(filled["email"], letters + 1))
    await another_run(world, registration_id, run)
    return registration_id


async def _lapsed(world: World) -> str:
    """Never activated."""
    registration_id, _, _ = await world.registered()
    await to_deadline(world, registration_id, Status.LAPSED)
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)
    return registration_id


async def _closed(world: World, inbox: Inbox) -> str:
    """A refused signal, a refusing address to which a letter goes again, a mail server that is away, a closure."""
    registration_id, filled = await world.temporary()
    await world.desk.signal_reactivate(registration_id, EVIDENCE)
    await world.desk.change_email(registration_id, f"refused.{filled['email']}", EVIDENCE)
    await quiet(world, registration_id)
    for lost in (await world.audit.describe(registration_id)).undelivered_letters:
        await world.desk.send_again(registration_id, lost.letter_id)
    await quiet(world, registration_id)
    inbox.stop()
    await world.desk.close(registration_id, EVIDENCE)
    await world.forward(registration_id, timedelta(hours=75))
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)
    inbox.start()
    return registration_id


async def _corrected(world: World) -> str:
    """The address is corrected before the activation; the code that goes to the right one makes it temporary."""
    registration_id, filled, _ = await world.registered()
    right = f"jo.{filled['email']}"
    await world.citizen.correct_email(registration_id, filled["user_name"], right, client_address=CLIENT_ADDRESS)
    await world.redeem(filled, await world.code(right))
    await quiet(world, registration_id)
    return registration_id


async def _confirmed(world: World) -> str:
    """Another address and the closing, each confirmed with the client's code."""
    registration_id, filled = await world.temporary()
    name, fresh = filled["user_name"], f"uj.{filled['email']}"
    await world.citizen.request_email_change(registration_id, fresh, client_address=CLIENT_ADDRESS)
    await world.citizen.confirm(name, await world.code(fresh), Purpose.NEW_EMAIL, client_address=CLIENT_ADDRESS)
    await quiet(world, registration_id)
    letters = len(world.letters(fresh))
    await world.citizen.request_closure(registration_id, client_address=CLIENT_ADDRESS)
    code = await world.code(fresh, letters + 1)
    await world.citizen.confirm(name, code, Purpose.CLOSURE, client_address=CLIENT_ADDRESS)
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)
    return registration_id


async def _hostile(world: World) -> str:
    """Signals that do not fit or are unknown, an end by hand, and a reset."""
    registration_id, _ = await world.temporary()
    handle, clerk = world.handle(registration_id), Actor(ActorKind.CLERK, "clerk 7")
    await handle.signal("reactivate", Reactivate("bus 1", clerk))
    await handle.signal("promote")
    await quiet(world, registration_id)
    await handle.terminate("by hand")
    await world.operations.reset(registration_id)
    await quiet(world, registration_id)
    await to_deadline(world, registration_id, Status.LAPSED)
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)
    return registration_id


async def _imported(world: World) -> str:
    """Taken over, another password, expired; reactivated, its code sent again, and inactive again."""
    filled, by, now = form(), Actor(ActorKind.OPERATOR, "operator-1"), datetime.now(UTC)
    credential = ChangePassword(str(uuid4()), by)
    account = Imported(
        Status.ACTIVE, now + timedelta(days=100), identity_verified=True, credential_id=credential.request_id
    )
    intake = world.engine.intake
    parsed = RegistrationForm.parse(filled, today=now.date())
    row = await intake.submit(parsed, Channel.ONLINE, by, now, imported=account)
    await world.engine.writer.add_credential(
        row.registration_id, credential, await world.engine.passwords.hash(PASSWORD), now
    )
    await launch(world.client, state_of(row, None))
    await world.until(row.registration_id, Status.ACTIVE)
    another = f"{PASSWORD} 2"
    await world.citizen.change_password(filled["user_name"], PASSWORD, another, client_address=CLIENT_ADDRESS)
    await let_run_age(world, row.registration_id)
    await to_deadline(world, row.registration_id, Status.PASSWORD_EXPIRED)
    await to_deadline(world, row.registration_id, Status.INACTIVE)
    await world.desk.reactivate(row.registration_id, EVIDENCE)
    await world.request_code(filled)
    await to_deadline(world, row.registration_id, Status.INACTIVE)
    await quiet(world, row.registration_id)
    return row.registration_id


async def _under_another_policy(world: World) -> str:
    """The policy changes while a code is awaited; the next status has the new period."""
    registration_id, filled, code = await world.registered()
    await world.operations.adopt_policy(Policy(version=2, temporary_days=45))
    await world.redeem(filled, code)
    await quiet(world, registration_id)
    return registration_id


async def _in_another_language(world: World) -> str:
    """The language of letters is changed by the client and, back, at the desk."""
    registration_id, filled = await world.temporary()
    here = CLIENT_ADDRESS
    session = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=here)
    credential_id = session.credential_id
    await world.citizen.change_language(registration_id, "en", client_address=here, credential_id=credential_id)
    await world.citizen.change_password(filled["user_name"], PASSWORD, f"{PASSWORD} 2", client_address=here)
    await world.desk.change_language(registration_id, "hu", EVIDENCE)
    await quiet(world, registration_id)
    return registration_id


async def _extended(world: World) -> str:
    """Paused, resumed, in a second run; one account answers nothing and is asked again, then it is gone."""
    ids = await standing_accounts(world, 12)
    await world.handle(ids[-1]).terminate()
    silent = await world.client.start_workflow("Silent", id=workflow_id(ids[-1]), task_queue="nobody-serves-this-queue")
    operations, before = world.operations, datetime.now(UTC) + timedelta(days=1000)
    extension_id = (await operations.extensions.request(before, days=90)).extension_id
    await OperationsGateway(world.engine, "operator-2").extensions.approve(extension_id)

    async def extended(count: int) -> None:
        async def enough() -> bool:
            return (await operations.extensions.status(extension_id)).progress.extended >= count

        await eventually(enough, within_seconds=3 * SOON_SECONDS)

    await operations.extensions.start(extension_id, 1)
    await extended(1)
    await operations.extensions.pause(extension_id)
    await extended(5)
    await operations.extensions.resume(extension_id, 1)
    await extended(11)
    await silent.terminate()
    handle = world.client.get_workflow_handle(extension_workflow_id(extension_id))
    await asyncio.wait_for(handle.result(), 3 * SOON_SECONDS)
    return handle.id


async def notice_sent(world: World) -> str:
    """The id of a pass of reconciliation that has sent a letter about a log-in by a new browser."""
    _, filled = await world.active()
    for token in ("H" * 24, "T" * 24):
        browser = ClientBrowser(token, "Firefox/145.0")
        await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=CLIENT_ADDRESS, browser=browser)
    await world.sql("update log_in_notices set try_at = try_at - interval '1 minute'")
    await world.operations.reconcile()
    query = f"WorkflowType = '{RECONCILIATION_WORKFLOW_TYPE}' and ExecutionStatus = 'Completed'"
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            async for found in world.client.list_workflows(query):
                history = await world.client.get_workflow_handle(found.id, run_id=found.run_id).fetch_history()
                if names.SEND_LOG_IN_NOTICE in history.to_json():
                    return found.id
            await asyncio.sleep(0.05)


async def scheduled_passes(world: World) -> str:
    """The id of a run of reconciliation that its schedule has started; it ends, and is not continued."""
    schedule = world.client.get_schedule_handle(RECONCILIATION_ID)
    await schedule.trigger()
    query = f"WorkflowType = '{RECONCILIATION_WORKFLOW_TYPE}' and ExecutionStatus = 'Completed'"
    async with asyncio.timeout(10 * SOON_SECONDS):
        while not (ended := [found.id async for found in world.client.list_workflows(query)]):  # noqa: ASYNC110  as above
            await asyncio.sleep(1)
    return ended[-1]


async def _write(world: World, folder: Path, name: str, workflow: str) -> list[Path]:
    """The histories of all runs as `name-1.json` and so on, oldest first; none if they are there."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240  a program of one task
    if (folder / f"{name}-1.json").exists():
        return []
    histories: list[WorkflowHistory] = []
    present: str | None = None
    while present != "":
        history = await world.client.get_workflow_handle(workflow, run_id=present).fetch_history()
        histories.insert(0, history)
        present = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    written = []
    for number, history in enumerate(histories, 1):
        path = folder / f"{name}-{number}.json"
        whole = {"workflow_id": workflow, "history": json.loads(history.to_json())}
        text = json.dumps(whole, ensure_ascii=False).replace(_HERE, "")
        path.write_text(text + "\n", encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for file in asyncio.run(record()):
        print(f"{file.parent.name}/{file.name}: {file.stat().st_size} bytes")  # noqa: T201  the program's answer
