"""A registration is accepted, and its workflow has not recorded anything yet: it is known, and acts wait for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio

from registration.errors import InvalidInput
from registration.messages import ChangeEmail
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.letters import NoCode, code_in
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, form
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from worker import running_workers

Filled = dict[str, Any]

NEW = "uj.cim@example.org"


@pytest_asyncio.fixture(loop_scope="session")
async def waiting(shared: SharedServers) -> AsyncIterator[World]:
    """Without a worker: what is registered waits until the test runs one."""
    async with installation_on(shared) as (_, world):
        yield world


async def at_the_desk(world: World, email: str) -> tuple[str, Filled]:
    filled = form(email=email)
    return (await world.desk.register(filled, EVIDENCE)).registration_id, filled


async def online(world: World, email: str) -> tuple[str, Filled]:
    filled = form(email=email)
    return await world.register(filled), filled


async def by_a_clerk(world: World, registration_id: str, _filled: Filled, email: str) -> object:
    return await world.desk.change_email(registration_id, email, EVIDENCE)


async def by_the_applicant(world: World, registration_id: str, filled: Filled, email: str) -> object:
    return await world.citizen.correct_email(registration_id, filled["user_name"], email, client_address=CLIENT_ADDRESS)


@pytest.mark.parametrize(
    ("registered", "replaced", "kind"),
    [
        (at_the_desk, by_a_clerk, EventKind.EMAIL_CHANGED),
        (online, by_a_clerk, EventKind.EMAIL_CHANGED),
        (online, by_the_applicant, EventKind.EMAIL_CORRECTED),
    ],
)
async def test_an_address_is_replaced_as_soon_as_the_workflow_has_begun(
    waiting: World,
    registered: Callable[[World, str], Awaitable[tuple[str, Filled]]],
    replaced: Callable[[World, str, Filled, str], Awaitable[object]],
    kind: EventKind,
) -> None:
    """The present address is known before an event names it: it is no new one."""
    registration_id, filled = await registered(waiting, "regi.cim@example.org")
    with pytest.raises(InvalidInput, match="email: "):
        await replaced(waiting, registration_id, filled, filled["email"])
    replacing = asyncio.ensure_future(replaced(waiting, registration_id, filled, NEW))

    async def is_on_its_way() -> bool:
        addresses = await waiting.sql("select id from emails where registration_id = $1", registration_id)
        return replacing.done() or len(addresses) > 1

    await eventually(is_on_its_way, within_seconds=60)
    async with running_workers(waiting.client, waiting.settings):
        await replacing
        await eventually(lambda: _has_a_code(waiting, NEW), within_seconds=60)
    assert [event.kind for event in await waiting.audit.events(registration_id)][:2] == [
        EventKind.REGISTRATION_OPENED,
        kind,
    ]


async def _has_a_code(world: World, email: str) -> bool:
    """The letter about the new address may come before it."""
    for letter in world.letters(email):
        with suppress(NoCode):
            return bool(code_in(letter))
    return False


async def test_a_clerk_sees_that_it_is_submitted_and_why_nothing_can_be_done_yet(waiting: World) -> None:
    registration_id, filled = await at_the_desk(waiting, "regi.cim@example.org")
    seen = await waiting.desk.views.registration(registration_id)
    assert seen.overview.status is Status.SUBMITTED
    assert "the same in a few seconds" in str(seen.refusals[ChangeEmail])
    assert (await waiting.desk.letters(registration_id)).letters == ()
    (found,) = (await waiting.desk.search({"user_name": filled["user_name"]})).found
    assert found.status is Status.SUBMITTED
