"""Ways into each status, looks at a workflow from outside, and worlds of their own."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, Final

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from registration.descriptions import Description
from registration.errors import Unavailable
from registration.statuses import Status
from starter.dev.inbox import Delivery, Inbox
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.letters import NoCode, code_in
from starter.dev.samples import EVIDENCE
from tests.support.installation import installation, installation_on
from tests.support.servers import SharedServers
from worker import running_workers

MINUTE: Final = timedelta(minutes=1)
MOMENTS: Final = timedelta(seconds=10)
"""Time skipping is exact, but real seconds pass too while a test acts."""

REFUSED: Final = "refused"
"""The test inbox refuses addresses that begin with this word."""

_RUN_AGE_SECONDS: Final = 1.2
"""Runs that follow each other faster jump in time under time skipping (measured)."""


async def bring(world: World, status: Status, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field
    """A fresh registration in an open status: its id and its form. Its letters so far have arrived."""
    if status is Status.AWAITING_ACTIVATION:
        registration_id, filled, _ = await world.registered(**changes)
    elif status is Status.TEMPORARY:
        registration_id, filled = await world.temporary(**changes)
    else:
        registration_id, filled = await world.active(**changes)
    if status in {Status.PASSWORD_EXPIRED, Status.INACTIVE, Status.AWAITING_REACTIVATION}:
        await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    if status in {Status.INACTIVE, Status.AWAITING_REACTIVATION}:
        await to_deadline(world, registration_id, Status.INACTIVE)
    if status is Status.AWAITING_REACTIVATION:
        await world.desk.reactivate(registration_id, EVIDENCE)
    await world.until(registration_id, status)
    await quiet(world, registration_id)
    return registration_id, filled


async def to_deadline(world: World, registration_id: str, status: Status) -> Description:
    """Lets the present status run into its deadline, which leads to `status`."""
    deadline = (await world.audit.describe(registration_id)).deadline
    assert deadline is not None
    await world.forward_to(registration_id, deadline + MINUTE)
    return await world.until(registration_id, status)


async def quiet(world: World, registration_id: str) -> int:
    """Waits until nothing is under way in the workflow; returns the length of its history."""
    length = -1
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            description = await world.handle(registration_id).describe()
            raw = description.raw_description
            idle = not raw.pending_activities and not raw.HasField("pending_workflow_task")
            if idle and description.history_length == length:
                return length
            length = description.history_length if idle else -1
            await asyncio.sleep(0.02)


async def run_id(world: World, registration_id: str) -> str:
    """The present run of the workflow."""
    present = (await world.handle(registration_id).describe()).run_id
    assert present is not None
    return present


async def another_run(world: World, registration_id: str, than: str) -> str:
    """Waits for continue-as-new; returns the new run, which has begun its work."""
    async with asyncio.timeout(SOON_SECONDS):
        while (present := await run_id(world, registration_id)) == than:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.02)
        while True:  # its first workflow task may come up to a second later; a query before it fails
            with suppress(Unavailable):
                await world.audit.describe(registration_id)
                break
            await asyncio.sleep(0.02)
    await quiet(world, registration_id)
    return present


async def let_run_age(world: World, registration_id: str) -> None:
    """Waits until the present run is old enough in real time to be followed by another without a jump."""
    handle = world.handle(registration_id)
    run, seen = await run_id(world, registration_id), time.monotonic()
    while time.monotonic() - seen < _RUN_AGE_SECONDS:
        await asyncio.sleep(0.05)
        assert (await handle.describe()).run_id == run


async def renew(world: World, filled: Mapping[str, Any], letter: int) -> Any:  # noqa: ANN401  as the gateway's
    """Requests a code, reads it in the `letter`th letter and redeems it."""
    await world.request_code(filled)
    return await world.redeem(filled, await world.code(filled["email"], letter))


async def two_runs(world: World) -> str:
    """A registration in its second run, after a password cycle."""
    registration_id, filled = await world.active()
    await into_second_run(world, registration_id, filled)
    return registration_id


async def into_second_run(world: World, registration_id: str, filled: Mapping[str, Any]) -> None:
    """An active registration's password expires and is renewed, and the next run begins."""
    await let_run_age(world, registration_id)
    first = await run_id(world, registration_id)
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await quiet(world, registration_id)
    await renew(world, filled, len(world.letters(filled["email"])) + 1)
    await another_run(world, registration_id, first)
    await quiet(world, registration_id)


async def ended(world: World) -> str:
    """The same, closed and erased: a life of two finished runs."""
    registration_id = await two_runs(world)
    await let_run_age(world, registration_id)
    await world.desk.close(registration_id, EVIDENCE)
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)
    return registration_id


def code_among(letters: Iterable[EmailMessage]) -> str:
    """The code in the one of some letters that has one: they may have been sent at the same time."""
    for letter in letters:
        with suppress(NoCode):
            return code_in(letter)
    raise AssertionError("no letter has a code")


async def refusal(world: World, registration_id: str, update: str, message: object) -> ApplicationError:
    """Sends a message as an update, which must be refused; returns the typed error."""
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await world.handle(registration_id).execute_update(update, message)
    assert isinstance(failed.value.cause, ApplicationError)
    return failed.value.cause


class Choosy(Delivery):
    """Delivers, but refuses for good every address that begins with `REFUSED`."""

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Refuses or accepts a recipient."""
        if address.startswith(REFUSED):
            return f"550 5.1.1 <{address}> is unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@asynccontextmanager
async def choosy_world(servers: SharedServers) -> AsyncIterator[tuple[World, Inbox]]:
    """A world of its own on the shared servers, whose inbox is choosy and may be stopped and started."""
    async with (
        installation_on(servers, mail_handler=Choosy) as (own, world),
        running_workers(world.client, world.settings),
    ):
        yield world, own.inbox


@asynccontextmanager
async def configured_world(dynamic_config: Mapping[str, str] = {}) -> AsyncIterator[tuple[World, Inbox]]:
    """The same on servers of its own, whose Temporal has this dynamic configuration."""
    async with (
        installation(mail_handler=Choosy, dynamic_config=dynamic_config) as (own, world),
        running_workers(world.client, world.settings),
    ):
        yield world, own.inbox
