"""Letters: each outcome is one that we wrote, and each letter that a history has as settled has its outcome."""

from collections.abc import Iterator

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from audit.verification.chain import Chain
from audit.verification.decided import Decided
from audit.verification.findings import Finding, FindingKind
from registration.letters import CODE_LETTERS, STATUS_LETTERS, LetterKind, LetterName
from registration.record import Event, EventKind, Snapshot
from registration.sentences import N_, Sentence
from registration.statuses import Purpose
from store.access_record import Row
from store.audited import AuditedLife, AuditStore


def differing_letters(life: AuditedLife, store: AuditStore) -> Iterator[Finding]:
    """Outcomes that we have not written."""
    for row in life.letters:
        if not store.is_sealed("letters", row):
            message = N_("the outcome of the letter {letter} is not one that was written by a worker")
            sentence = Sentence(message, {"letter": _named(row).letter_id})
            yield Finding(life.registration_id, row["sequence"], FindingKind.LETTER_DIFFERS, sentence)


def unnoted(chain: Chain) -> set[LetterName]:
    """The letters that follow from the events, have no outcome, and are not said to be lost: most are on their way."""
    before, awaited = Snapshot(), set[LetterName]()
    for event in chain.events:
        awaited |= {LetterName(event.sequence, kind) for kind in letters_of(before, event)}
        if event.kind is EventKind.LETTER_UNDELIVERED and event.letter:
            awaited.discard(event.letter)
        before = before.after(event)
    return awaited - set(map(_named, chain.life.letters))


def letters_of(before: Snapshot, event: Event) -> list[LetterKind]:
    """The letters that an event orders, but for one that is sent again with other days; reminders have no events."""
    kinds: list[LetterKind] = []
    if event.kind is EventKind.REGISTRATION_IMPORTED:
        return kinds
    if event.kind.row.code_letter:
        kinds.append(CODE_LETTERS[event.kind.row.code_letter])
    if event.kind is EventKind.LETTER_SENT_AGAIN and event.letter and event.letter.days is None:
        kinds.append(event.letter.kind)
    if event.status is not before.status:
        kinds.append(STATUS_LETTERS.get(event.status, LetterKind.CODE_PASSWORD))
    elif event.kind.row.sets_password:
        kinds.append(LetterKind.PASSWORD_CHANGED)
    replaced = event.kind is EventKind.REACTIVATED and event.email_id != before.email_id
    if replaced or event.kind is EventKind.EMAIL_CHANGED:
        kinds += [LetterKind.EMAIL_CHANGED_OLD, LetterKind.EMAIL_CHANGED_NEW]
    if event.kind is EventKind.EMAIL_CHANGED and any(code.purpose is Purpose.PASSWORD for code in event.codes):
        kinds.append(LetterKind.CODE_PASSWORD)
    return kinds


async def settled(history: WorkflowHistory, decided: Decided, chain: Chain) -> set[LetterName]:
    """The letters whose activities have completed before the personal data was erased: all of them were noted.

    Except those to an address that never existed, which is named elsewhere.
    """
    addresses = {str(row["id"]) for row in chain.life.emails}
    erased = [event.sequence for event in chain.events if event.kind is EventKind.PERSONAL_DATA_ERASED]
    ordered, done = dict[int, LetterName](), set[LetterName]()
    for event in history.events:
        recorded = await decided.recorded(event)
        if recorded and recorded.sequence in erased:
            break
        order = await decided.letter(event)
        if order and (erased or order.email_id in addresses):
            ordered[event.event_id] = order.name
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            letter = ordered.get(event.activity_task_completed_event_attributes.scheduled_event_id)
            done |= {letter} if letter else set()
    return done


def missing(chain: Chain, done: set[LetterName]) -> list[Finding]:
    """The letters that histories have as settled, and whose outcomes are missing."""
    about, kind = chain.life.registration_id, FindingKind.LETTER_MISSING
    message = N_("the outcome of the letter {letter}, which was noted, is gone")
    missing_outcomes = done - set(map(_named, chain.life.letters))
    return [
        Finding(about, one.sequence, kind, Sentence(message, {"letter": one.letter_id}))
        for one in sorted(missing_outcomes, key=lambda letter: letter.letter_id)
    ]


def _named(row: Row) -> LetterName:
    """The letter of a row; its kind is as written there, valid or not."""
    return LetterName(row["sequence"], row["kind"], row["days"])
