"""Letters follow in the language that was chosen last: on real servers, for the client and at the desk."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import pytest
import pytest_asyncio

from registration.errors import AssertionRefused, InvalidInput, TooManyGuesses
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind, ChangeLanguage
from registration.record import Event, EventKind
from registration.statuses import OPEN_STATUSES, Language, Status
from starter.dev.inbox import Inbox
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, PASSWORD, another_address
from starter.gateway import AccountGateway
from starter.gateway.engine import new_request_id
from tests.support.servers import SharedServers
from tests.support.verifying import found_of
from tests.workflows.lives import bring, choosy_world, quiet

NEXT: Final = f"{PASSWORD} 2"


async def by_the_client(world: World, registration_id: str, language: str, **options: Any) -> object:  # noqa: ANN401  the gateway's
    """With the password in force, from an address that was never counted."""
    known = await world.engine.reader.password(registration_id)
    assert known
    return await world.citizen.change_language(
        *(registration_id, language),
        client_address=another_address(),
        credential_id=known.credential_id,
        **options,
    )


async def at_the_desk(world: World, registration_id: str, language: str, **options: Any) -> object:  # noqa: ANN401  the gateway's
    return await world.desk.change_language(registration_id, language, EVIDENCE, **options)


WAYS: Final[dict[str, Callable[..., Awaitable[object]]]] = {"client": by_the_client, "desk": at_the_desk}
ways = pytest.mark.parametrize("way", WAYS)


@ways
async def test_letters_follow_in_the_other_language_and_back(world: World, way: str) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    await quiet(world, registration_id)
    before, present = len(world.letters(filled["email"])), PASSWORD
    for number, (language, subject) in enumerate((("en", "password"), ("hu", "jelszava")), before + 1):
        await WAYS[way](world, registration_id, language)
        await changes_password(world, filled, present, present := f"{present} 2")
        letter = await world.letter(filled["email"], number)
        assert (letter["Content-Language"], subject in str(letter["Subject"])) == (language, True), letter["Subject"]
        assert (await AccountGateway(world.engine).account(registration_id)).language == language
        assert (await world.desk.disclose(registration_id, EVIDENCE)).language == language
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == before + 2, "no letter is about the language"
    assert not await found_of(world, registration_id)
    said = {str(each.what) for each in await AccountGateway(world.engine).life(registration_id)}
    assert said >= {f"The language of the letters was changed: {name}." for name in ("English", "Hungarian")}


async def changes_password(world: World, filled: dict[str, Any], present: str, following: str) -> None:
    """A letter says so."""
    await world.citizen.change_password(filled["user_name"], present, following, client_address=another_address())


@pytest.mark.parametrize("status", OPEN_STATUSES)
async def test_at_the_desk_it_is_changed_in_every_open_status(world: World, status: Status) -> None:
    registration_id, _ = await bring(world, status)
    before = await world.audit.snapshot(registration_id)
    answer = await world.desk.change_language(registration_id, "en", EVIDENCE)
    after = await world.audit.snapshot(registration_id)
    assert (answer.status, answer.deadline) == (status, before.deadline)
    assert replace(after, sequence=before.sequence, head=before.head) == before
    assert (await last_event(world, registration_id)).language is Language.EN


async def last_event(world: World, registration_id: str) -> Event:
    """Of the record."""
    return (await world.audit.events(registration_id))[-1]


@ways
async def test_the_present_language_is_refused_and_a_repeated_request_gets_its_answer(world: World, way: str) -> None:
    """Also that of the form, which only the gateway can read."""
    registration_id, _ = await bring(world, Status.ACTIVE)
    events = await world.audit.events(registration_id)
    request_id = new_request_id()
    for present, other in (("hu", "en"), ("en", "hu")):
        with pytest.raises(InvalidInput) as refused:
            await WAYS[way](world, registration_id, present)
        assert refused.value.facts == {"field": "language", "rule": InputRule.PRESENT_LANGUAGE}
        assert await world.audit.events(registration_id) == events
        request_id = new_request_id()
        answers = [await WAYS[way](world, registration_id, other, request_id=request_id) for _ in range(2)]
        assert answers[0] == answers[1]
        events = await world.audit.events(registration_id)
        assert (events[-1].kind, events[-1].language) == (EventKind.LANGUAGE_CHANGED, other)
    assert not await found_of(world, registration_id)


@ways
@pytest.mark.parametrize("typed", ["", "de", "HU", "hu\n", "x" * 100_000])
async def test_what_is_no_language_is_refused(world: World, way: str, typed: str) -> None:
    registration_id, _ = await bring(world, Status.ACTIVE)
    with pytest.raises(InvalidInput) as refused:
        await WAYS[way](world, registration_id, typed)
    assert refused.value.facts == {"field": "language", "rule": InputRule.ONE_OF, "choices": "hu, en"}


async def test_a_client_needs_the_password_in_force(world: World) -> None:
    """At the gateway, and in the workflow: no code confirms it."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    old = await world.engine.reader.password(registration_id)
    assert old
    await changes_password(world, filled, PASSWORD, NEXT)
    with pytest.raises(AssertionRefused):
        await world.citizen.change_language(
            registration_id, "en", client_address=another_address(), credential_id=old.credential_id
        )
    actor = Actor(ActorKind.CITIZEN, registration_id)
    for credential_id in (old.credential_id, None):
        with pytest.raises(AssertionRefused):
            await world.engine.send(
                registration_id,
                ChangeLanguage(new_request_id(), actor, Language.EN, credential_id=credential_id),
            )
    assert (await last_event(world, registration_id)).kind is EventKind.PASSWORD_CHANGED


async def test_a_message_past_the_gateway_is_found(world: World) -> None:
    """It names the right credential, and yet nobody asked for it."""
    registration_id, _ = await bring(world, Status.ACTIVE)
    known = await world.engine.reader.password(registration_id)
    assert known
    actor = Actor(ActorKind.CITIZEN, registration_id)
    forged = ChangeLanguage(new_request_id(), actor, Language.EN, credential_id=known.credential_id)
    await world.engine.send(registration_id, forged)
    sequence = (await last_event(world, registration_id)).sequence
    assert [(each.kind, each.sequence) for each in await found_of(world, registration_id)] == [
        ("REQUEST_MISSING", sequence)
    ]


@pytest.mark.usefixtures("counts_of_its_own")
async def test_a_client_changes_it_ten_times_a_day_at_most(world: World) -> None:
    """Each change is an event of a record that is kept for ever."""
    registration_id, _ = await bring(world, Status.ACTIVE)
    known, here = await world.engine.reader.password(registration_id), another_address()
    assert known
    for language in ("en", "hu") * 5:
        await world.citizen.change_language(
            registration_id, language, client_address=here, credential_id=known.credential_id
        )
    with pytest.raises(TooManyGuesses):
        await world.citizen.change_language(
            registration_id, "en", client_address=here, credential_id=known.credential_id
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def choosy(shared: SharedServers) -> AsyncIterator[tuple[World, Inbox]]:
    async with choosy_world(shared) as world_and_inbox:
        yield world_and_inbox


async def test_a_letter_that_waits_for_the_mail_server_leaves_in_the_language_of_then(
    choosy: tuple[World, Inbox],
) -> None:
    """It was ordered before the change, and is read by somebody who has asked for the other language since."""
    world, inbox = choosy
    registration_id, filled = await bring(world, Status.ACTIVE)
    await quiet(world, registration_id)
    before = len(world.letters(filled["email"]))
    inbox.stop()
    try:
        await changes_password(world, filled, PASSWORD, NEXT)
        await world.desk.change_language(registration_id, "en", EVIDENCE)
    finally:
        inbox.start()
    letter = await world.letter(filled["email"], before + 1)
    assert letter["Content-Language"] == "en"
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == before + 1
