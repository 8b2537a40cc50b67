"""One readable life: events and letters in one line, as a person reads them (issue 4, "The record")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from registration.errors import RecordUnreadable
from registration.happenings import LETTERS, what_happened
from registration.letters import LetterKind, LetterName, LetterOutcome
from registration.messages import Actor, Evidence
from registration.policy import Policy
from registration.reasons import Reason, reason_of
from registration.record import Event, EventKind, Snapshot, UnreadableEvent
from registration.statuses import Channel, Language, Status
from registration.words import Words


class Source(StrEnum):
    """Where a run's history was read from."""

    TEMPORAL = "TEMPORAL"
    ARCHIVE = "ARCHIVE"
    MISSING = "MISSING"
    """Another run names it, and nobody has its history."""
    DAMAGED = "DAMAGED"
    """The archive has a file of it that cannot be read."""


@dataclass(frozen=True)
class Run:
    """One Temporal run of a registration's workflow. Times are the workflow's own, in UTC.

    `outcome` is Temporal's: `RUNNING`, `COMPLETED`, `CONTINUED_AS_NEW`, …; `events` the length of its history.
    """

    run_id: str
    source: Source
    started: datetime | None = None
    closed: datetime | None = None
    outcome: str | None = None
    events: int = 0


@dataclass(frozen=True)
class Posted:
    """A letter, what came of it, and when: as it was sent, or ordered where it was not (UTC)."""

    letter: LetterName
    outcome: LetterOutcome
    at: datetime


@dataclass(frozen=True)
class Letter:
    """A letter on the timeline: ordered by which event, how many days ahead a reminder looks, what came of it."""

    kind: LetterKind
    ordered_by: int
    outcome: LetterOutcome
    days: int | None = None

    @property
    def was_sent(self) -> bool:
        """Whether the mail server took it."""
        return self.outcome is LetterOutcome.SENT


@dataclass(frozen=True)
class Entry:
    """One line of a timeline: an event, which has an actor, a reason and what stands afterwards; or a letter.

    Of an event that cannot be read only its place in the record is known.
    """

    at: datetime
    what: Words
    status: Status
    kind: EventKind | None = None
    sequence: int | None = None
    actor: Actor | None = None
    why: Reason | None = None
    deadline: datetime | None = None
    password_valid_until: datetime | None = None
    evidence: Evidence | None = None
    hash: str | None = None
    letter: Letter | None = None


@dataclass(frozen=True)
class Timeline:
    """A registration's whole life: entries in order, and the runs of its workflow. It names no person."""

    registration_id: str
    channel: Channel
    office: str | None
    status: Status
    deadline: datetime | None
    entries: tuple[Entry, ...]
    runs: tuple[Run, ...]
    as_of: datetime


def entries_of(
    events: Sequence[Event | UnreadableEvent],
    letters: Iterable[Posted],
    policies: Mapping[int, Policy],
    as_of: datetime,
) -> tuple[Entry, ...]:
    """Events in their order, each letter behind the event that ordered it and behind what happened before it left.

    An event that cannot be read stands at the time of the one before it, or of the first that can, or of `as_of`.
    """
    lines: list[Entry] = []
    at = next((event.at for event in events if isinstance(event, Event)), as_of)
    before = Snapshot()
    for event in events:
        if isinstance(event, UnreadableEvent):
            lines.append(Entry(at, _unreadable(event), before.status, sequence=event.sequence))
        else:
            lines.append(_line_of(event, before, policies))
            at, before = event.at, before.after(event)
    for posted in sorted(letters, key=lambda letter: letter.at):
        _insert(lines, posted)
    return tuple(lines)


def _unreadable(event: UnreadableEvent) -> Words:
    refusal = RecordUnreadable(sequence=str(event.sequence))
    return Words(refusal.sentence(Language.HU), refusal.sentence(Language.EN))


def _line_of(event: Event, before: Snapshot, policies: Mapping[int, Policy]) -> Entry:
    return Entry(
        at=event.at,
        what=what_happened(event, before.email_id),
        status=event.status,
        kind=event.kind,
        sequence=event.sequence,
        actor=event.actor,
        why=reason_of(event, before.status, policies),
        deadline=event.deadline,
        password_valid_until=event.password_valid_until,
        evidence=event.evidence,
        hash=event.hash(),
    )


def _insert(lines: list[Entry], posted: Posted) -> None:
    letter = letter_of(posted)
    place = next((index for index, line in enumerate(lines) if line.sequence == letter.ordered_by), 0)
    while place + 1 < len(lines) and (lines[place + 1].letter or lines[place + 1].at <= posted.at):
        place += 1
    status = lines[place].status if lines else Status.SUBMITTED
    lines.insert(place + 1, Entry(posted.at, _told(letter), status, letter=letter))


def letter_of(posted: Posted) -> Letter:
    """The letter as the timeline has it: the event that ordered it, its kind, the days of a reminder."""
    letter = posted.letter
    return Letter(letter.kind, letter.sequence, posted.outcome, letter.days)


def _told(letter: Letter) -> Words:
    name, ahead_hu, ahead_en = LETTERS[letter.kind], "", ""
    if letter.days is not None:
        ahead_hu, ahead_en = f", {letter.days} nappal előtte", f", {letter.days} days ahead"
    if letter.was_sent:
        return Words(f"Levél ment ki: {name.hungarian}{ahead_hu}.", f"Letter sent: {name.english}{ahead_en}.")
    outcome = _OUTCOMES[letter.outcome]
    return Words(
        f"Levél: {name.hungarian}{ahead_hu} – {outcome.hungarian}.",
        f"Letter: {name.english}{ahead_en} – {outcome.english}.",
    )


_OUTCOMES: Final = {
    LetterOutcome.VOID: Words("nem ment ki, mert addigra tárgytalan lett", "not sent, for it was void by then"),
    LetterOutcome.ON_ITS_WAY: Words("úton van", "on its way"),
    LetterOutcome.UNDELIVERED: Words("nem lehetett kézbesíteni", "could not be delivered"),
}
