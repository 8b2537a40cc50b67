"""A mail server that refuses for days, and one that takes a letter and disconnects (principles 6 and 11)."""

from asyncio import WriteTransport
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from registration.budapest import BUDAPEST
from registration.letters import LetterKind, LetterOutcome
from registration.statuses import Language, Status
from starter.dev.inbox import Delivery
from starter.dev.installation import World
from starter.dev.letters import code_in
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, form
from starter.translation import translated
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.soundness import assert_sound
from tests.workflows.lives import bring, code_among, quiet, to_deadline
from worker import running_workers


class MoodyServer:
    """An aiosmtpd handler whose answers a test sets."""

    def __init__(self, mails: Path) -> None:
        """Delivers into the folder."""
        self.refuses = False
        self.hangs_up = 0
        self.tries = 0
        self.delivery = Delivery(mails)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.tries += 1
        if self.refuses:
            return "451 Come back later"
        accepted = await self.delivery.handle_DATA(server, session, envelope)
        if self.hangs_up:
            self.hangs_up -= 1
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return accepted


@asynccontextmanager
async def moody_world(shared: SharedServers) -> AsyncIterator[tuple[MoodyServer, World]]:
    """A world with a worker, and its mail server."""
    made: list[MoodyServer] = []

    def handler(mails: Path) -> MoodyServer:
        made.append(MoodyServer(mails))
        return made[0]

    async with (
        installation_on(shared, mail_handler=handler) as (_, world),
        running_workers(world.client, world.settings),
    ):
        yield made[0], world


async def test_a_code_letter_arrives_after_a_day_of_refusals_and_opens_the_registration(shared: SharedServers) -> None:
    """4xx is for now: the letter is tried until the deadline it serves, some thirty times a day, and is one letter."""
    async with moody_world(shared) as (server, world):
        server.refuses = True
        filled = form()
        registration_id = await world.register(filled)
        await _tried(server, 2)
        before = await world.time(registration_id)
        await world.forward(registration_id, timedelta(days=1))
        assert await world.time(registration_id) - before >= timedelta(days=1)
        tries = server.tries
        assert 24 <= tries <= 50
        assert world.letters(filled["email"]) == []
        server.refuses = False
        await world.forward(registration_id, timedelta(hours=1))
        code = await world.code(filled["email"])
        answer = await world.redeem(filled, code)
        await assert_sound(world, registration_id, filled["email"], acknowledged=[answer])
        assert answer.status is Status.TEMPORARY
        events = (await world.handle(registration_id).describe()).history_length
        print(f"{tries} tries in a day, {events} events in the whole history")  # noqa: T201  the measured figure


async def test_a_server_that_lets_strangers_wait_for_35_minutes_gets_the_letter_once(shared: SharedServers) -> None:
    """Greylisting: 451 until the sender has waited. It must not wait for hours then, because the client does."""
    async with moody_world(shared) as (server, world):
        server.refuses = True
        filled = form()
        registration_id = await world.register(filled)
        await _tried(server, 1)
        await world.forward(registration_id, timedelta(minutes=35))
        assert world.letters(filled["email"]) == []
        server.refuses = False
        await world.forward(registration_id, timedelta(minutes=35))
        answer = await world.redeem(filled, await world.code(filled["email"]))
        await assert_sound(world, registration_id, filled["email"], acknowledged=[answer])
        assert len(world.letters(filled["email"])) == 2  # the code, and that it was redeemed


async def test_what_became_untrue_while_the_mail_server_refused_is_not_sent_and_no_alarm(shared: SharedServers) -> None:
    """The reminder of a password that was changed, "inactive" of a registration that was reactivated.

    What is still true is sent, also where only its date has moved: it has the present one.
    """
    async with moody_world(shared) as (server, world):
        changed, filled = await bring(world, Status.ACTIVE)
        gone, other = await bring(world, Status.PASSWORD_EXPIRED)
        waiting, third = await bring(world, Status.TEMPORARY)
        before = {one["email"]: len(world.letters(one["email"])) for one in (filled, other, third)}
        server.refuses = True
        due = (await world.audit.describe(changed)).next_step_at
        assert due is not None
        await world.forward_to(changed, due + timedelta(days=2))
        await world.citizen.change_password(
            filled["user_name"], PASSWORD, "Más jelszó 222", client_address=CLIENT_ADDRESS
        )
        await to_deadline(world, gone, Status.INACTIVE)
        await world.forward(gone, timedelta(days=2))
        await world.desk.reactivate(gone, EVIDENCE)
        await world.desk.verify_identity(waiting, EVIDENCE)
        until = await world.time(waiting) + timedelta(days=1000)
        await world.operations.extend_validity(waiting, until)

        async def extended() -> bool:
            return (await world.audit.snapshot(waiting)).password_valid_until == until

        await eventually(extended, within_seconds=60)
        server.refuses = False
        for registration_id in (changed, gone, waiting):
            await world.forward(registration_id, timedelta(hours=2))
            await quiet(world, registration_id)
            assert (await world.audit.describe(registration_id)).undelivered_letters == ()
        assert await _kinds(world, changed, filled, before) == ["password_changed"]
        assert await _kinds(world, gone, other, before) == ["code_password"]
        assert await _kinds(world, waiting, third, before) == ["active"]
        assert await _void(world, changed) == [LetterKind.PASSWORD_EXPIRING]
        assert await _void(world, gone) == [LetterKind.INACTIVE]
        assert await _void(world, waiting) == []
        body = world.letters(third["email"])[-1].get_body(("plain",))
        assert body is not None
        assert f"{until.astimezone(BUDAPEST):%Y. }" in body.get_content()
        timeline = await world.audit.timeline(changed)
        (dropped,) = [
            entry for entry in timeline.entries if entry.letter and entry.letter.outcome is LetterOutcome.VOID
        ]
        assert "addigra tárgytalan lett" in translated(dropped.what, Language.HU)
        await assert_sound(world, changed, filled["email"])
        await assert_sound(world, gone, other["email"])
        code = code_among(world.letters(other["email"])[before[other["email"]] :])
        assert (await world.redeem(other, code)).status is Status.ACTIVE


async def test_a_letter_whose_server_hangs_up_after_data_is_repeated_as_the_same_letter(shared: SharedServers) -> None:
    """SMTP cannot promise exactly once: the second letter has the code and the Message-ID of the first."""
    async with moody_world(shared) as (server, world):
        server.hangs_up = 2
        filled = form()
        registration_id = await world.register(filled)
        third = await world.letter(filled["email"], 3)
        await assert_sound(world, registration_id, filled["email"])
        letters = world.letters(filled["email"])
        assert len(letters) == 3
        assert {letter["Message-ID"] for letter in letters} == {third["Message-ID"]}
        assert {code_in(letter) for letter in letters} == {code_in(third)}
        answer = await world.redeem(filled, code_in(letters[0]))
        await assert_sound(world, registration_id, filled["email"], acknowledged=[answer])


async def _kinds(world: World, registration_id: str, filled: Mapping[str, Any], before: Mapping[str, int]) -> list[str]:
    """The kinds of the letters that arrived since, in their order."""
    await quiet(world, registration_id)
    letters = world.letters(filled["email"])[before[filled["email"]] :]
    return [str(letter["Message-ID"]).strip("<").partition(".")[0].partition("-")[2] for letter in letters]


async def _void(world: World, registration_id: str) -> list[LetterKind]:
    letters = await world.audit.letters(registration_id)
    return [letter.letter.kind for letter in letters if letter.outcome is LetterOutcome.VOID]


async def _tried(server: MoodyServer, times: int) -> None:
    async def often_enough() -> bool:
        return server.tries >= times

    await eventually(often_enough, within_seconds=60)
