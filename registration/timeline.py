"""One readable life: events and letters in one line, as a person reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from registration.answers import RUN_ID, answer, label
from registration.errors import RecordUnreadable
from registration.happenings import what_happened
from registration.letters import LetterKind, LetterName, LetterOutcome
from registration.messages import Actor, Evidence
from registration.policy import Policy
from registration.reasons import Reason, reason_of
from registration.record import Event, EventKind, Snapshot, UnreadableEvent
from registration.sentences import N_, Sentence, Vocabulary
from registration.statuses import Channel, Status

RUN_OUTCOMES: Final = {
    "RUNNING": N_("running"),
    "COMPLETED": N_("completed"),
    "CONTINUED_AS_NEW": N_("continued as new"),
    "FAILED": N_("failed"),
    "TIMED_OUT": N_("timed out"),
    "CANCELED": N_("canceled"),
    "TERMINATED": N_("terminated"),
}
"""What came of a workflow's run, by the name that Temporal gives it."""


class Source(Vocabulary):
    """Where a run's history was read from."""

    TEMPORAL = "TEMPORAL", "Temporal"
    ARCHIVE = "ARCHIVE"
    MISSING = "MISSING"
    """Another run names it, and its history is kept nowhere."""
    DAMAGED = "DAMAGED", "damaged archive"
    """The archive has a file of it that cannot be read."""


@answer
@dataclass(frozen=True)
class Run:
    """A run of the workflow, and where its history was read from. Times are the workflow's own, in UTC."""

    run_id: str = field(metadata=label("run", "Temporal's id of the run.", RUN_ID))
    source: Source = field(metadata=label("source", "Where its history was found.", "TEMPORAL"))
    started: datetime | None = field(default=None, metadata=label("started", "When it began.", "2027-03-01T10:00:00Z"))
    closed: datetime | None = field(
        default=None, metadata=label("closed", "When it ended; null while it goes on.", None)
    )
    outcome: str | None = field(
        default=None, metadata=label("outcome", "How it ended; null while it goes on.", "RUNNING")
    )
    events: int = field(default=0, metadata=label("events", "The length of its history.", 17))


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
    """One line of a timeline: an event, which has an actor, a reason and the status afterwards; or a letter.

    Of an event that cannot be read only its place in the record is known.
    """

    at: datetime
    what: Sentence
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

    An event that cannot be read has the time of the one before it, or of the first that can, or of `as_of`.
    """
    lines: list[Entry] = []
    at = next((event.at for event in events if isinstance(event, Event)), as_of)
    before = Snapshot()
    for event in events:
        if isinstance(event, UnreadableEvent):
            lines.append(
                Entry(
                    at, RecordUnreadable(sequence=str(event.sequence)).sentence, before.status, sequence=event.sequence
                )
            )
        else:
            lines.append(_line_of(event, before, policies))
            at, before = event.at, before.after(event)
    for posted in sorted(letters, key=lambda letter: letter.at):
        _insert(lines, posted)
    return tuple(lines)


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
    lines.insert(place + 1, Entry(posted.at, _words_of(letter), status, letter=letter))


def letter_of(posted: Posted) -> Letter:
    """The letter as the timeline has it: the event that ordered it, its kind, the days of a reminder."""
    letter = posted.letter
    return Letter(letter.kind, letter.sequence, posted.outcome, letter.days)


def _words_of(letter: Letter) -> Sentence:
    facts: dict[str, object] = {"letter": letter.kind}
    if letter.was_sent:
        if letter.days is None:
            return Sentence(N_("Letter sent: {letter}."), facts)
        return Sentence.counted(
            "Letter sent: {letter}, {count} day ahead.",
            "Letter sent: {letter}, {count} days ahead.",
            letter.days,
            **facts,
        )
    facts["outcome"] = letter.outcome
    if letter.days is None:
        return Sentence(N_("Letter: {letter} – {outcome}."), facts)
    return Sentence.counted(
        "Letter: {letter}, {count} day ahead – {outcome}.",
        "Letter: {letter}, {count} days ahead – {outcome}.",
        letter.days,
        **facts,
    )
