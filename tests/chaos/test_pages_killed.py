"""Pages killed with SIGKILL between the act of a form and its answer: the form is sent again, and acts once."""

import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from registration.event_kinds import EventKind
from starter.dev.child import Child
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.dev.samples import PASSWORD, form
from tests.chaos.doom import DoomedProcess
from tests.chaos.doomed_pages import MOMENT, Moment
from tests.support.browsing import HUNGARIAN, Person, person_at, running_chromium
from tests.support.page_states import ANOTHER_PASSWORD, begin_registration, log_in
from tests.support.site import TRUSTED_PROXIES
from tests.workflows.lives import quiet

_ROOT: Final = Path(__file__).parents[2]

Journey = Callable[[Person, World], Awaitable[tuple[str, str, str]]]
"""Leads to a filled form; returns the user name, the button that sends it and the heading of its result."""


async def register(person: Person, _world: World) -> tuple[str, str, str]:
    """A registration that has all its answers."""
    filled = form()
    await begin_registration(person, filled)
    return filled["user_name"], "Send in the registration", "We have sent you a code"


async def redeem(person: Person, world: World) -> tuple[str, str, str]:
    """A code of a letter, with a new password."""
    _, filled, code = await world.registered()
    await person.open("/kod/jelszo")
    await person.fill({"User name": filled["user_name"], "Code": code, "New password": PASSWORD})
    return filled["user_name"], "Set the password", "Your password is set"


async def change_password(person: Person, world: World) -> tuple[str, str, str]:
    """It ends the session that the form is sent in."""
    _, filled = await world.active()
    await log_in(person, filled["user_name"])
    await person.open("/fiok/jelszo")
    await person.fill({"Present password": PASSWORD, "New password": ANOTHER_PASSWORD})
    return filled["user_name"], "Change the password", "Your password is changed"


@pytest.mark.parametrize("journey", [register, redeem, change_password])
@pytest.mark.parametrize("moment", Moment)
async def test_a_form_whose_answer_died_with_its_process_is_sent_again_and_acts_once(
    world: World, moment: Moment, journey: Journey
) -> None:
    """By a reload, as browsers offer it, to a new process at the same address.

    Where the answer was not kept, somebody else may still be at work, as far as the new process knows: it says so for
    half a minute, and then does the same again, which changes nothing.
    """
    port = (reserved := ReservedPorts(1)).numbers[0]
    async with running_chromium() as browser, person_at(browser, f"http://{LOOPBACK}:{port}", HUNGARIAN) as person:
        async with doomed_pages(world, port, moment):
            user_name, button, result = await journey(person, world)
            await person.page.get_by_role("button", name=person.words(button), exact=True).click()
            await person.page.wait_for_url("chrome-error://**")
        person.findings.lines.clear()  # the answer that was lost
        registration_id = await world.engine.registration_id(user_name)
        before = await events(world, registration_id)
        async with pages(world, port, "starter.cli"):
            if moment is Moment.ANSWER_NOT_KEPT:
                await begun(world, "1 hour")  # however slow this machine is
                await person.page.reload()
                assert await person.heading() == person.words("This form is still being worked on")
                await begun(world, "-31 s")
            await person.page.reload()
            assert await person.heading() == person.words(result)
            await person.page.reload()
            assert await person.heading() == person.words(result)
    assert reserved
    assert await events(world, registration_id) == before
    assert set(before.values()) == {1}
    ((count,),) = await world.sql("select count(*) from codes where registration_id = $1", registration_id)
    assert count == 1


async def begun(world: World, after_now: str) -> None:
    """Sets the time at which the requests without an answer were taken on."""
    await world.sql(f"update idempotency_keys set locked_at = now() + interval '{after_now}' where answer is null")  # noqa: S608


async def events(world: World, registration_id: str) -> Counter[EventKind]:
    """How often each kind is on record, once nothing is under way."""
    await quiet(world, registration_id)
    rows = await world.sql("select kind from events where registration_id = $1", registration_id)
    return Counter(EventKind(row["kind"]) for row in rows)


@asynccontextmanager
async def doomed_pages(world: World, port: int, moment: Moment) -> AsyncIterator[None]:
    """Pages that are dead at the end of the context."""
    async with pages(world, port, "tests.chaos.doomed_pages", **{MOMENT: moment}) as child:
        yield
        await DoomedProcess(child).died()


@asynccontextmanager
async def pages(world: World, port: int, program: str, **environment: str) -> AsyncIterator[Child]:
    """A process of pages at a port of this machine."""
    url = f"http://{LOOPBACK}:{port}"
    child = Child(
        name="The pages",
        command=(sys.executable, "-m", program, "pages", "--port", str(port)),
        environment={
            **world.addresses.variables(world.folder),
            "PYTHONPATH": str(_ROOT),
            "UGYFELKAPU_PORTAL_URL": url,
            "UGYFELKAPU_TRUSTED_PROXIES": TRUSTED_PROXIES,
            **environment,
        },
        log=world.folder / "pages.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
    )

    async def answers() -> bool:
        try:
            async with httpx.AsyncClient() as http:
                return (await http.get(f"{url}/livez")).is_success
        except httpx.TransportError:
            return False

    await child.start(answers)
    try:
        yield child
    finally:
        await child.kill()
