"""One registration on the stage: acts on it, lets its time pass, and checks what came of it."""

import asyncio
import time
from collections.abc import Awaitable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final

from registration.descriptions import Description
from registration.errors import Refusal
from registration.letters import LetterKind
from registration.record import EventKind, fold
from registration.sentences import Text
from registration.statuses import Status
from starter.dev.agreement import agreed
from starter.dev.installation import SOON_SECONDS
from starter.dev.rehearsal_stage import RehearsalFailed, Stage, demand
from starter.dev.rehearsal_words import RehearsalLine

_POLL_SECONDS: Final = 0.02
_TIMER_SLACK: Final = timedelta(seconds=2)
"""A timer fires at or right after its moment."""

_BETWEEN_RUNS_SECONDS: Final = 1.3
"""A run that begins less than 1.1 s of real time after the last one would have a wrong date (measured)."""


class Life:
    """A registration, known by its form; every check raises `RehearsalFailed`."""

    def __init__(self, stage: Stage, form: dict[str, Any], registration_id: str, *, letters_before: int = 0) -> None:
        """`letters_before` letters came to the same address for an earlier registration."""
        self.form = form
        self.registration_id = registration_id
        self._stage = stage
        self._expected: list[tuple[LetterKind, int | None]] = []
        self._letters_before = letters_before
        self._run_began = time.monotonic()

    @property
    def letters(self) -> int:
        """How many letters it got, all as expected."""
        return len(self._expected)

    async def now(self) -> datetime:
        """Its own time."""
        return await self._stage.world.time(self.registration_id)

    async def passes(self, duration: timedelta) -> None:
        """Lets its time pass."""
        await self.passes_until(await self.now() + duration)

    async def passes_until(self, moment: datetime) -> None:
        """Lets its time pass until a moment."""
        self._stage.watcher.working(RehearsalLine.TIME_PASSES.with_facts(until=f"{moment:%Y-%m-%d}"))
        async with asyncio.timeout(SOON_SECONDS):
            await self._stage.world.forward_to(self.registration_id, moment)

    async def next_run_may_begin(self) -> None:
        """Waits until a password cycle may end: its workflow then continues as new."""
        await asyncio.sleep(max(0.0, self._run_began + _BETWEEN_RUNS_SECONDS - time.monotonic()))
        self._run_began = time.monotonic()

    async def reaches(
        self, status: Status, text: Text, *, at: datetime | None = None, deadline: datetime | None = None
    ) -> Description:
        """Waits until PostgreSQL and the workflow have the status, since `at` and with that deadline, where given."""
        self._stage.watcher.working(text)
        found = await self._settled(status)
        began = found.since
        demand(
            at is None or (began is not None and at <= began < at + _TIMER_SLACK),
            f"{status} was due at {at} and began at {began}",
        )
        demand(
            deadline is None or found.deadline == deadline,
            f"the deadline of {status} should be {deadline} and is {found.deadline}",
        )
        self._stage.watcher.step(await self.now() if at is None else at, status, text)
        return found

    async def gets(self, kind: LetterKind, *, days: int | None = None, whole: bool = False) -> EmailMessage:
        """Waits for its next letter, which must be of this kind."""
        self._stage.watcher.working(RehearsalLine.WAITING.with_facts(letter=kind))
        self._expected.append((kind, days))
        letter = await self._next_letter()
        sent = await self._sent()
        demand(sent == self._expected, f"the letters should be {self._expected} and are {sent}")
        self._stage.watcher.letter(letter, whole=whole)
        return letter

    async def erased(self, text: Text) -> None:
        """Waits until the personal data of a final registration is erased, which is the last event of its record."""
        self._stage.watcher.working(text)
        try:
            async with asyncio.timeout(SOON_SECONDS):
                last = (await self._stage.world.audit.events(self.registration_id))[-1]
                while last.kind is not EventKind.PERSONAL_DATA_ERASED:
                    await asyncio.sleep(_POLL_SECONDS)
                    last = (await self._stage.world.audit.events(self.registration_id))[-1]
        except TimeoutError:
            raise RehearsalFailed("personal data was not erased") from None
        self._stage.watcher.step(last.at, last.status, text)

    async def refused(self, act: Awaitable[object], by: type[Refusal], text: Text, status: Status) -> None:
        """The act must be refused, in exactly this way."""
        try:
            await act
        except by:
            self._stage.watcher.step(await self.now(), status, text)
        except Refusal as other:
            raise RehearsalFailed(f"{by.__name__} was due, but: {other}") from None
        else:
            demand(holds=False, what=f"{by.__name__} was due, but it was accepted")

    async def record_holds(self) -> int:
        """Checks that the events fold to the read model, chain and all; returns how many there are."""
        events, snapshot = await asyncio.gather(
            self._stage.world.audit.events(self.registration_id), self._stage.world.audit.snapshot(self.registration_id)
        )
        demand(fold(events) == snapshot, "the events do not give the read model")
        heads = [fold(events[:count]).head for count in range(len(events))]
        demand(heads == [event.previous_hash for event in events], "the chain of events is broken")
        return len(events)

    async def _settled(self, status: Status) -> Description:
        try:
            return await self._stage.world.until(self.registration_id, status)
        except TimeoutError:
            stored = await self._stage.world.audit.snapshot(self.registration_id)
            raise RehearsalFailed(f"{status} was due, but it is {stored.status}") from None

    async def described(self) -> Description:
        """The workflow's own answer, once PostgreSQL is at the same event."""
        async with asyncio.timeout(SOON_SECONDS):
            return await agreed(self._stage.world.audit, self.registration_id, lambda _: True)

    async def _next_letter(self) -> EmailMessage:
        try:
            return await self._stage.world.letter(self.form["email"], self._letters_before + len(self._expected))
        except TimeoutError:
            raise RehearsalFailed(f"the letter {self._expected[-1][0]} did not come") from None

    async def _sent(self) -> list[tuple[LetterKind, int | None]]:
        """The kinds of its letters, in order, once the last one that arrived is noted in PostgreSQL too."""
        async with asyncio.timeout(SOON_SECONDS):
            while len(sent := await self._stage.world.audit.letters(self.registration_id)) < len(  # noqa: ASYNC110  nor does a table
                self._expected
            ):
                await asyncio.sleep(_POLL_SECONDS)
        arrived = self._stage.world.letters(self.form["email"])[self._letters_before :]
        demand(
            [letter.message_id for letter in sent] == [str(letter["Message-ID"]) for letter in arrived],
            "the letters in the inbox are not those that PostgreSQL knows",
        )
        return [(each.letter.kind, each.letter.days) for each in sent]
