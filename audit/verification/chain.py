"""A registration's chain recomputed from its bodies, and the read model from the chain (principles 3 and 4)."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from audit.verification.findings import Finding, FindingKind, hole
from registration.canonical import digest
from registration.messages import Actor
from registration.record import GENESIS, Code, Event, EventKind, Snapshot, fold
from registration.sentences import N_, Sentence
from registration.statuses import Channel, Purpose
from store.access_record import Row
from store.audited import AuditedLife
from store.documents import load
from store.rows import Opening

_FOLDED: Final = (
    "status",
    "since",
    "because",
    "deadline",
    "password_valid_until",
    "identity_verified",
    "codes_issued",
    "sequence",
    "head",
)


class Chain:
    """Reads a registration's events once: `events` are those that can be read, `snapshot` their fold."""

    def __init__(self, life: AuditedLife) -> None:
        """Reads every event."""
        self.life = life
        self.events: list[Event] = []
        self.snapshot = Snapshot()
        self.findings: list[Finding] = []
        previous, expected = GENESIS, 1
        for row in life.events:
            for missing in hole(expected, row["sequence"]):
                self._find(
                    missing, FindingKind.EVENT_MISSING, Sentence(N_("an event is missing in the middle of the chain"))
                )
            self._look(row, previous if row["sequence"] == expected else None)
            previous, expected = row["hash"], row["sequence"] + 1

    @property
    def is_erased(self) -> bool:
        """Whether the record says that the personal data is erased; then nothing follows."""
        return any(event.kind is EventKind.PERSONAL_DATA_ERASED for event in self.events)

    @property
    def channel(self) -> str:
        """How the registration was opened, by its first event; for an account taken over, by its row."""
        opened = [event for event in self.events[:1] if event.kind is EventKind.REGISTRATION_OPENED]
        return _channel_of(opened[0]) if opened else str(self.life.row["channel"])

    def at(self, sequence: int) -> Snapshot:
        """The fold of the events up to a place."""
        return fold(event for event in self.events if event.sequence <= sequence)

    def _look(self, row: Row, previous: str | None) -> None:
        sequence, body = row["sequence"], row["body"]
        if digest(body) != row["hash"]:
            self._find(
                sequence, FindingKind.EVENT_ALTERED, Sentence(N_("the event's body is not the one that was hashed"))
            )
        try:
            event = load(Event, body)
        except ValidationError:
            self._find(sequence, FindingKind.EVENT_UNREADABLE, Sentence(N_("the event's body is no event")))
            return
        if event.canonical() != body:
            self._find(
                sequence, FindingKind.EVENT_UNREADABLE, Sentence(N_("the event's body is not in its canonical form"))
            )
        if (event.registration_id, event.sequence) != (self.life.registration_id, sequence):
            facts = {"sequence": event.sequence, "registration_id": event.registration_id}
            sentence = Sentence(N_("here is event {sequence} of {registration_id}"), facts)
            self._find(sequence, FindingKind.EVENT_MISPLACED, sentence)
        if differing := [name for name in ("at", "kind", "previous_hash") if getattr(event, name) != row[name]]:
            sentence = Sentence(N_("columns differ from the body: {columns}"), {"columns": tuple(differing)})
            self._find(sequence, FindingKind.EVENT_ALTERED, sentence)
        if previous is not None and event.previous_hash != previous:
            self._find(sequence, FindingKind.CHAIN_BROKEN, Sentence(N_("the event does not follow the one before it")))
        self.events.append(event)
        self.snapshot = self.snapshot.after(event, row["hash"])

    def compare_with_read_model(self) -> None:
        """All columns of the read model that follow from the events, and the codes."""
        life, snapshot = self.life, self.snapshot
        row = life.row
        differing = [name for name in _FOLDED if getattr(snapshot, name) != row[name]]
        if self.events:
            differing += list(self._opening(self.events[0]))
            if snapshot.email_id != str(row["email_id"]):
                differing.append("email_id")
            if snapshot.by != _actor(row["moved_by"]):
                differing.append("moved_by")
            if snapshot.status.is_final and row["user_name_index"] is not None:
                differing.append("user_name_index")
        if differing:
            sentence = Sentence(
                N_("the read model is not what its events give: {columns}"), {"columns": tuple(differing)}
            )
            self._find(None, FindingKind.READ_MODEL_DIFFERS, sentence)
        self._compare_codes()

    def _opening(self, first: Event) -> Iterator[str]:
        """The row's opening must be that of the first event."""
        row = self.life.row
        try:
            opening = load(Opening, row["opening"])
        except ValidationError:
            yield "opening"
            return
        if _opened_with(opening) != _opening_of(first):
            yield "opening"
        if opening.actor.office != row["office"]:
            yield "office"
        if self.channel != row["channel"]:
            yield "channel"

    def _compare_codes(self) -> None:
        """The table has every code as an event last named it, and no other."""
        named = {(code.purpose, code.sequence): code for event in self.events for code in event.codes}
        stored = {(row["purpose"], row["sequence"]): row for row in self.life.codes}
        for key in sorted(named.keys() ^ stored.keys()):
            message = N_("code {sequence} for {purpose} is missing")
            if key in stored:
                message = N_("code {sequence} for {purpose} is in no event")
            self._find(None, FindingKind.CODES_DIFFER, _of_code(message, key))
        live = set(self.snapshot.codes)
        for key in named.keys() & stored.keys():
            row = stored[key]
            if _code(row) != named[key] or row["live"] is not (named[key] in live):
                message = N_("code {sequence} for {purpose} is not as the events name it")
                self._find(None, FindingKind.CODES_DIFFER, _of_code(message, key))

    def _find(self, sequence: int | None, kind: FindingKind, sentence: Sentence) -> None:
        self.findings.append(Finding(self.life.registration_id, sequence, kind, sentence))


def _of_code(message: str, key: tuple[str, int]) -> Sentence:
    return Sentence(message, {"purpose": str(key[0]), "sequence": key[1]})


def _opened_with(opening: Opening) -> tuple[object, ...]:
    account = opening.imported
    taken_over = account and (account.status, account.password_valid_until, account.identity_verified)
    return opening.actor, opening.evidence, opening.assurance, taken_over


def _opening_of(first: Event) -> tuple[object, ...]:
    is_import = first.kind is EventKind.REGISTRATION_IMPORTED
    taken_over = (first.status, first.password_valid_until, first.identity_verified) if is_import else None
    return first.actor, first.evidence, first.assurance, taken_over


def _channel_of(first: Event) -> Channel:
    """An online opening has no verified identity; only one with a signature has a level of assurance."""
    if first.assurance is not None:
        return Channel.E_SIGNATURE
    return Channel.IN_PERSON if first.identity_verified else Channel.ONLINE


def _actor(stored: str | None) -> Actor | None:
    """`None` also for text that is not an actor; every event has one, so it differs."""
    try:
        return load(Actor, stored) if stored else None
    except ValidationError:
        return None


def _code(row: Any) -> Code:  # noqa: ANN401  a row of the table `codes`
    email_id = row["email_id"]
    return Code(Purpose(row["purpose"]), row["sequence"], row["valid_until"], str(email_id) if email_id else None)
