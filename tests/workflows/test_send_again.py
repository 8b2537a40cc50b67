"""A clerk sees the letters that did not arrive and sends one again: on a world whose inbox refuses some addresses."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from registration.descriptions import PresentStatus
from registration.errors import CodeNotLive, LetterOutOfDate, NoSuchLetter
from registration.letters import LetterKind, LetterName
from registration.record import EventKind, fold
from registration.statuses import Status
from starter.dev.inbox import Inbox
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, form
from tests.support.servers import SharedServers
from tests.workflows.lives import MINUTE, bring, choosy_world, quiet, to_deadline


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def choosy(shared: SharedServers) -> AsyncIterator[tuple[World, Inbox]]:
    async with choosy_world(shared) as world_and_inbox:
        yield world_and_inbox


async def undelivered(world: World, registration_id: str, count: int = 1) -> list[str]:
    """Waits until so many letters are known not to have arrived: their ids."""
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            lost = [each.letter_id for each in (await world.audit.describe(registration_id)).undelivered_letters]
            if len(lost) >= count:
                return lost
            await asyncio.sleep(0.02)


async def outcomes(world: World, registration_id: str) -> dict[str, str]:
    """The outcome of each letter."""
    return {letter.letter_id: letter.outcome for letter in (await world.desk.letters(registration_id)).letters}


async def test_a_code_that_was_refused_goes_again_to_the_address_that_a_clerk_has_put_right(
    choosy: tuple[World, Inbox],
) -> None:
    """The record says who had which letter sent again; repeating the request sends no second one."""
    world, _ = choosy
    filled = form(email="refused.code@example.org")
    registration_id = await world.register(filled)
    assert await undelivered(world, registration_id) == ["1-code_password"]
    assert await outcomes(world, registration_id) == {"1-code_password": "UNDELIVERED"}
    await world.desk.change_email(registration_id, fresh := f"jo.{filled['user_name']}@example.org", EVIDENCE)
    await world.letter(fresh, 2)
    assert await undelivered(world, registration_id, 2) == ["1-code_password", "3-email_changed_old"]
    answer = await world.desk.send_again(registration_id, "1-code_password", request_id="again-1")
    assert answer == await world.desk.send_again(registration_id, "1-code_password", request_id="again-1")
    code = await world.code(fresh, 3)
    await quiet(world, registration_id)
    assert len(world.letters(fresh)) == 3
    assert await undelivered(world, registration_id) == ["3-email_changed_old"]
    last = (await world.audit.events(registration_id))[-1]
    assert (last.kind, last.letter, last.actor.id) == (
        EventKind.LETTER_SENT_AGAIN,
        LetterName(1, LetterKind.CODE_PASSWORD),
        "clerk-7",
    )
    with pytest.raises(LetterOutOfDate):
        await world.desk.send_again(registration_id, "3-email_changed_old")
    assert (await world.redeem(filled, code)).status is Status.TEMPORARY


async def test_a_notice_goes_again_while_it_is_true_and_then_no_more(choosy: tuple[World, Inbox]) -> None:
    """To the client's present address; the end of an old password's validity is no letter once it is over."""
    world, _ = choosy
    registration_id, filled = await bring(world, Status.TEMPORARY)
    await world.desk.change_email(registration_id, "refused.notice@example.org", EVIDENCE)
    await world.desk.verify_identity(registration_id, EVIDENCE)
    await world.citizen.change_password(
        filled["user_name"], PASSWORD, "Más jelszó 222", client_address=CLIENT_ADDRESS, validity_days=90
    )
    lost = {letter.partition("-")[2]: letter for letter in await undelivered(world, registration_id, 3)}
    fresh = f"notice.{filled['user_name']}@example.org"
    await world.desk.change_email(registration_id, fresh, EVIDENCE)
    await world.letter(fresh, 1)
    await world.desk.send_again(registration_id, lost["active"])
    (again,) = [e for e in await world.audit.events(registration_id) if e.kind is EventKind.LETTER_SENT_AGAIN]
    assert f"{again.sequence}-active" in (await world.letter(fresh, 2))["Message-ID"]
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    with pytest.raises(LetterOutOfDate):
        await world.desk.send_again(registration_id, lost["password_changed"])
    assert fold(await world.audit.events(registration_id)) == await world.audit.snapshot(registration_id)


async def test_of_two_clerks_who_send_a_letter_again_at_once_one_does(choosy: tuple[World, Inbox]) -> None:
    """The second letter does not arrive either: it is another one, and may go again."""
    world, _ = choosy
    registration_id = await world.register(form(email="refused.twice@example.org"))
    await undelivered(world, registration_id)
    both = [world.desk.send_again(registration_id, "1-code_password") for _ in range(2)]
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert {type(each) for each in answers} == {PresentStatus, NoSuchLetter}
    assert await undelivered(world, registration_id) == ["3-code_password"]
    assert await outcomes(world, registration_id) == {
        "1-code_password": "UNDELIVERED",
        "3-code_password": "UNDELIVERED",
    }


async def test_a_confirmations_code_goes_again_until_its_time_is_over(choosy: tuple[World, Inbox]) -> None:
    """To the address that it confirms. A letter whose time ran out has that as its outcome, and no Message-ID."""
    world, inbox = choosy
    registration_id, _ = await bring(world, Status.TEMPORARY)
    address = "refused.new@example.org"
    await world.citizen.request_email_change(registration_id, address, client_address=CLIENT_ADDRESS)
    (first,) = await undelivered(world, registration_id)
    await world.desk.send_again(registration_id, first)
    (second,) = await undelivered(world, registration_id)
    assert first != second
    inbox.stop()
    try:
        await world.desk.send_again(registration_id, second)
        await world.forward(registration_id, timedelta(days=5) + MINUTE)
        (third,) = await undelivered(world, registration_id)
    finally:
        inbox.start()
    (late,) = [each for each in await world.audit.letters(registration_id) if each.letter_id == third]
    assert (late.outcome, late.failure, late.message_id) == ("UNDELIVERED", "DEADLINE_PASSED", None)
    with pytest.raises(CodeNotLive):
        await world.desk.send_again(registration_id, third)
