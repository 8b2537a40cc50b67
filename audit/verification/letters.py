"""Letters: each outcome is one that we wrote, and each letter that a history has as settled has its outcome."""

from collections.abc import Iterator

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from audit.verification.chain import Chain
from audit.verification.decided import Decided
from audit.verification.findings import Finding, FindingKind
from registration.record import Event, EventKind, Snapshot
from registration.sentences import N_, Sentence
from registration.state import letter_named
from registration.statuses import LetterKind, Purpose
from store.audited import AuditedLife, AuditStore

_OF_A_PASSWORD = {EventKind.CODE_REDEEMED, EventKind.PASSWORD_CHANGED}
_OF_A_CODE = {
    EventKind.CODE_ISSUED: LetterKind.CODE_PASSWORD,
    EventKind.CODE_SENT_AGAIN: LetterKind.CODE_PASSWORD,
    EventKind.EMAIL_CHANGE_REQUESTED: LetterKind.CODE_NEW_EMAIL,
    EventKind.CLOSURE_REQUESTED: LetterKind.CODE_CLOSURE,
}


def differing_letters(life: AuditedLife, store: AuditStore) -> Iterator[Finding]:
    """Outcomes that we have not written."""
    for row in life.letters:
        if not store.is_sealed("letters", row):
            message = N_("the outcome of the letter {letter} is not one that was written by a worker")
            sentence = Sentence(message, {"letter": row["letter_id"]})
            yield Finding(life.registration_id, _sequence(row["letter_id"]), FindingKind.LETTER_DIFFERS, sentence)


def unnoted(chain: Chain) -> set[str]:
    """The letters that follow from the events, have no outcome, and are not said to be lost: most are on their way."""
    before, awaited = Snapshot(), set[str]()
    for event in chain.events:
        awaited |= {f"{event.sequence}-{kind.lower()}" for kind in letters_of(before, event)}
        if event.kind is EventKind.LETTER_UNDELIVERED:
            awaited.discard((event.detail or "").partition(": ")[0])
        before = before.after(event)
    return awaited - {row["letter_id"] for row in chain.life.letters}


def letters_of(before: Snapshot, event: Event) -> list[LetterKind]:
    """The letters that an event orders, but for one that is sent again with other days; reminders have no events."""
    kinds: list[LetterKind] = []
    if event.kind is EventKind.REGISTRATION_IMPORTED:
        return kinds
    if event.kind in _OF_A_CODE:
        kinds.append(_OF_A_CODE[event.kind])
    if event.kind is EventKind.LETTER_SENT_AGAIN:
        kinds += _again(event.detail or "")
    if event.status is not before.status:
        kinds.append(LetterKind.CODE_PASSWORD if event.status.awaits_code else LetterKind(event.status))
    elif event.kind in _OF_A_PASSWORD:
        kinds.append(LetterKind.PASSWORD_CHANGED)
    replaced = event.kind is EventKind.REACTIVATED and event.email_id != before.email_id
    if replaced or event.kind is EventKind.EMAIL_CHANGED:
        kinds += [LetterKind.EMAIL_CHANGED_OLD, LetterKind.EMAIL_CHANGED_NEW]
    if event.kind is EventKind.EMAIL_CHANGED and any(code.purpose is Purpose.PASSWORD for code in event.codes):
        kinds.append(LetterKind.CODE_PASSWORD)
    return kinds


async def settled(history: WorkflowHistory, decided: Decided, chain: Chain) -> set[str]:
    """The letters whose activities have completed before the personal data was erased: all of them were noted.

    Except those to an address that never existed, which is named elsewhere.
    """
    addresses = {str(row["id"]) for row in chain.life.emails}
    erased = [event.sequence for event in chain.events if event.kind is EventKind.PERSONAL_DATA_ERASED]
    ordered, done = dict[int, str](), set[str]()
    for event in history.events:
        recorded = await decided.recorded(event)
        if recorded and recorded.sequence in erased:
            break
        order = await decided.letter(event)
        if order and (erased or order.email_id in addresses):
            ordered[event.event_id] = order.letter_id
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            done.add(ordered.get(event.activity_task_completed_event_attributes.scheduled_event_id, ""))
    return done - {""}


def missing(chain: Chain, done: set[str]) -> list[Finding]:
    """The letters that histories have as settled, and whose outcomes are missing."""
    about, kind = chain.life.registration_id, FindingKind.LETTER_MISSING
    missing_outcomes = done - {row["letter_id"] for row in chain.life.letters}
    return [
        Finding(
            about,
            _sequence(one),
            kind,
            Sentence(N_("the outcome of the letter {letter}, which was noted, is gone"), {"letter": one}),
        )
        for one in sorted(missing_outcomes)
    ]


def _again(detail: str) -> list[LetterKind]:
    try:
        kind, days = letter_named(detail)
    except ValueError:
        return []
    return [kind] if days is None else []


def _sequence(letter_id: str) -> int | None:
    number = letter_id.partition("-")[0]
    return int(number) if number.isdecimal() and len(number) < len(str(2**31)) else None
