"""Fifty lives of random messages and elapsed time on the real servers.

After each step the read model, the fold of the events and the workflow's own answer are one, and every change of status
is in the table written by hand.
"""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from registration import messages as m
from registration.errors import UgyfelkapuError
from registration.forms import EvidenceForm
from registration.messages import Actor, ActorKind
from registration.record import Event, Snapshot, fold
from registration.statuses import Purpose, Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, form
from starter.gateway.engine import new_request_id, now
from tests.support.soundness import assert_chained
from tests.unit.tables import TRANSITIONS

LIVES = 50
AT_ONCE = 5
"""Two cores have enough to do with these."""

CITIZEN = Actor(ActorKind.CITIZEN, "applicant")
CLERK = Actor(ActorKind.CLERK, "clerk-7", "1051")
OPERATOR = Actor(ActorKind.OPERATOR, "operator-1")
DAY = timedelta(days=1)


@dataclass
class ServedLife:
    """One registration on the servers, its dice, and what was done to it so far."""

    world: World
    seed: int
    id: str = ""
    snapshot: Snapshot = field(default_factory=Snapshot)
    events: list[Event] = field(default_factory=list)
    story: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    async def live(self) -> set[Status]:
        """Lives a random life, and returns the statuses that it had."""
        self.id = await self.world.register(form())
        await self.agree(at_least=1)
        for step in [*self._usual(), *(self._any() for _ in range(self.dice.randint(3, 6)))]:
            if self.snapshot.status.is_final:
                break
            await step()
        if self.snapshot.status.is_final:
            assert not await self.update(m.RequestCode(new_request_id(), CITIZEN)), self.story
        await assert_chained(self.world, self.id)
        return {event.status for event in self.events}

    def _usual(self) -> list[Callable[[], Awaitable[object]]]:
        course: list[Callable[[], Awaitable[object]]] = [
            self.redeem,
            self.verify,
            self.to_deadline,
            self.to_deadline,
            self.signal_reactivate,
        ]
        return course[: self.dice.randint(0, len(course))]

    def _any(self) -> Callable[[], Awaitable[object]]:
        common = [self.redeem, self.verify, self.to_deadline, self.signal_reactivate, self.change_email, self.request]
        asked = [self.ask_for_address, self.ask_for_closing, self.confirm, self.send_again]
        rare = [self.reactivate, self.change_password, self.extend, self.disclose, self.wait, self.close, self.guess]
        return self.dice.choice(common + common + asked + rare + [self.reactivate_elsewhere])

    async def redeem(self) -> bool:
        live = self.snapshot.code_for(Purpose.PASSWORD)
        return await self._redeem(live.sequence if live else self.snapshot.codes_issued)

    async def guess(self) -> bool:
        return await self._redeem(self.snapshot.codes_issued + self.dice.choice((-1, 1)))

    async def confirm(self) -> bool:
        purpose = self.dice.choice((Purpose.NEW_EMAIL, Purpose.NEW_EMAIL, Purpose.CLOSURE))
        live = self.snapshot.code_for(purpose)
        sequence = live.sequence if live else self.snapshot.codes_issued
        return await self.update(m.RedeemCode(new_request_id(), CITIZEN, purpose, sequence))

    async def ask_for_closing(self) -> bool:
        return await self.update(m.Close(new_request_id(), CITIZEN))

    async def ask_for_address(self) -> bool:
        email_id = await self.world.engine.intake.add_email(self.id, f"kert{self.seed}@example.org")
        assert email_id, self.story
        return await self.update(m.ChangeEmail(new_request_id(), CITIZEN, email_id))

    async def _redeem(self, sequence: int) -> bool:
        message = m.RedeemCode(new_request_id(), CITIZEN, Purpose.PASSWORD, sequence)
        return await self._with_credential(message)

    async def change_password(self) -> bool:
        days = self.dice.choice((29, 30, 400, 9999, None))
        return await self._with_credential(m.ChangePassword(new_request_id(), CITIZEN, days))

    async def _with_credential(self, message: m.RedeemCode | m.ChangePassword) -> bool:
        writer = self.world.engine.writer
        await writer.add_credential(self.id, message, "$argon2id$random", now())
        accepted = await self.update(message)
        if not accepted:
            await writer.refuse_credential(message.request_id)
        return accepted

    async def request(self) -> bool:
        return await self.update(m.RequestCode(new_request_id(), CITIZEN))

    async def verify(self) -> bool:
        return await self.update(m.VerifyIdentity(new_request_id(), CLERK, await self._seen()))

    async def reactivate(self) -> bool:
        return await self.update(m.Reactivate(new_request_id(), CLERK, await self._seen()))

    async def reactivate_elsewhere(self) -> bool:
        email_id = await self.world.engine.intake.add_email(self.id, f"elo{self.seed}@example.org")
        assert email_id, self.story
        return await self.update(m.Reactivate(new_request_id(), CLERK, await self._seen(), email_id))

    async def disclose(self) -> bool:
        return await self.update(m.Disclose(new_request_id(), CLERK, await self._seen()))

    async def close(self) -> bool:
        return await self.update(m.Close(new_request_id(), CLERK, await self._seen()))

    async def change_email(self) -> bool:
        """Sometimes to an address that no letter can go to."""
        address = self.dice.choice((f"uj{self.seed}@example.org", "no address"))
        email_id = await self.world.engine.intake.add_email(self.id, address)
        assert email_id, self.story
        return await self.update(m.ChangeEmail(new_request_id(), CLERK, email_id, await self._seen()))

    async def send_again(self) -> bool:
        lost = (await self.world.audit.describe(self.id)).undelivered_letters
        letter = self.dice.choice(lost).letter_id if lost else "1-code_password"
        accepted = await self.update(m.SendAgain(new_request_id(), CLERK, letter))
        still = (await self.world.audit.describe(self.id)).undelivered_letters
        assert not accepted or letter not in [each.letter_id for each in still], self.story
        return accepted

    async def signal_reactivate(self) -> None:
        await self._signal("reactivate", m.Reactivate(new_request_id(), CLERK, await self._seen()))

    async def extend(self) -> None:
        end = self.snapshot.password_valid_until or await self.world.time(self.id)
        until = end + self.dice.choice((-1, 1, 900)) * DAY
        await self._signal("extend_validity", m.ExtendValidity(new_request_id(), OPERATOR, until))

    async def wait(self) -> None:
        await self._forward(timedelta(seconds=self.dice.randint(1, 100 * 86_400)))

    async def to_deadline(self) -> None:
        end = self.snapshot.deadline
        await self._forward(end - await self.world.time(self.id) if end else DAY)

    async def update(self, message: m.Message) -> bool:
        """Sends a message; whether it was accepted. A refusal leaves the record as it is, an acceptance adds to it."""
        before = len(self.events)
        try:
            answer = await self.world.engine.send(self.id, message)
        except UgyfelkapuError as refusal:
            self.story.append(f"{type(message).__name__} refused: {type(refusal).__name__}")
            await self.agree(at_least=before)
            assert not any(event.request_id == message.request_id for event in self.events), self.story
            return False
        self.story.append(f"{type(message).__name__} accepted: {answer.status}")
        await self.agree(at_least=before + 1)
        assert any(event.request_id == message.request_id for event in self.events), self.story
        return True

    async def _signal(self, name: str, message: m.Message) -> None:
        self.story.append(f"signal {name}")
        await self.world.handle(self.id).signal(name, message)
        await self.agree(at_least=len(self.events) + 1)

    async def _forward(self, duration: timedelta) -> None:
        self.story.append(f"{duration} later")
        if duration > timedelta():
            await self.world.forward(self.id, duration)
        await self.agree(at_least=len(self.events))

    async def agree(self, *, at_least: int) -> None:
        """Waits until all that is due has happened and the three agree; then holds the events against the table."""
        try:
            async with asyncio.timeout(SOON_SECONDS):
                while not await self._agrees(at_least):  # noqa: ASYNC110  the servers send no event
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(self.seed, self.story, self.snapshot) from None
        statuses = [Status.SUBMITTED, *(event.status for event in self.events)]
        for event, (before, after) in zip(self.events, itertools.pairwise(statuses), strict=True):
            assert before is after or (before, event.kind, after) in TRANSITIONS, (self.seed, self.story, event)

    async def _agrees(self, at_least: int) -> bool:
        audit = self.world.audit
        self.events, self.snapshot = await audit.events(self.id), await audit.snapshot(self.id)
        if len(self.events) < at_least or fold(self.events) != self.snapshot:
            return False
        description = await audit.describe(self.id)
        overdue = (
            not description.status.is_final
            and description.deadline
            and description.deadline <= await self.world.time(self.id)
        )
        mine = (self.snapshot.status, self.snapshot.sequence, self.snapshot.head, self.snapshot.deadline)
        return not overdue and mine == (
            description.status,
            description.sequence,
            description.head,
            description.deadline,
        )

    async def _seen(self) -> m.Evidence | None:
        return await self.world.engine.intake.add_evidence(self.id, EvidenceForm.parse(EVIDENCE), now())


async def test_fifty_random_lives_on_the_servers_keep_store_record_and_workflow_together(world: World) -> None:
    """The seeds are the numbers from 0; a failure prints its own and the story so far."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(seed: int) -> set[Status]:
        async with slots:
            return await ServedLife(world, seed).live()

    async with asyncio.TaskGroup() as group:
        lives = [group.create_task(one(seed)) for seed in range(LIVES)]
    seen = set().union(*(life.result() for life in lives))
    assert seen == set(Status) - {Status.SUBMITTED}
