"""A mail server that refuses for a day, and one that takes a letter and hangs up (principles 6 and 11)."""

from asyncio import WriteTransport
from datetime import timedelta

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from registration.statuses import Status
from starter.dev.environment import mails_folder
from starter.dev.inbox import Delivery
from tests.support.installation import eventually, installation
from tests.support.soundness import assert_sound
from tests.support.world import code_in, form
from worker import running_workers


class MoodyServer:
    """An aiosmtpd handler that does what it is told."""

    def __init__(self) -> None:
        """Refuses, and has no letter box yet."""
        self.refuses = False
        self.hangs_up = 0
        self.tries = 0
        self.delivery: Delivery | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.tries += 1
        if self.refuses:
            return "451 Come back later"
        assert self.delivery is not None
        accepted = await self.delivery.handle_DATA(server, session, envelope)
        if self.hangs_up:
            self.hangs_up -= 1
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return accepted


@pytest.mark.timeout(90)
async def test_a_code_letter_arrives_after_a_day_of_refusals_and_opens_the_registration() -> None:
    """4xx is for now: the letter is tried until the deadline it serves, some thirty times a day, and is one letter."""
    server = MoodyServer()
    async with installation(mail_handler=server) as (servers, world):
        server.delivery = Delivery(mails_folder(servers.folder))
        async with running_workers(world.client, world.settings):
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


@pytest.mark.timeout(90)
async def test_a_letter_whose_server_hangs_up_after_data_is_repeated_as_the_same_letter() -> None:
    """SMTP cannot promise exactly once: the second letter has the code and the Message-ID of the first."""
    server = MoodyServer()
    async with installation(mail_handler=server) as (servers, world):
        server.delivery = Delivery(mails_folder(servers.folder))
        async with running_workers(world.client, world.settings):
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


async def _tried(server: MoodyServer, times: int) -> None:
    async def often_enough() -> bool:
        return server.tries >= times

    await eventually(often_enough, within_seconds=20)
