"""Rows that follow from no event and decide something: only we can have written them (`store.seals`)."""

from collections.abc import Iterator

from audit.verification.chain import Chain
from audit.verification.findings import Finding, FindingKind
from registration.record import EventKind
from registration.sentences import N_, Sentence
from store.access_record import Row
from store.audited import AuditStore


def differing_rows(chain: Chain, store: AuditStore) -> Iterator[Finding]:
    """What was submitted, the number of the receipt, messages of credentials, and the mark of a signature."""
    life = chain.life
    if not store.is_sealed("registrations", life.row):
        sentence = Sentence(N_("the row is not what was submitted: submitted_at, receipt_number or how it was opened"))
        yield Finding(life.registration_id, None, FindingKind.READ_MODEL_DIFFERS, sentence)
    rows = [*life.credentials, *life.pending, *([life.password] if life.password else [])]
    for row in {str(row["id"]): row for row in rows}.values():
        if row["message"] is not None and not store.is_sealed("credentials", row):
            sentence = Sentence(N_("the message that adopts a credential is not one that a gateway has received"))
            yield Finding(life.registration_id, None, FindingKind.CREDENTIAL_DIFFERS, sentence)
    yield from _marks(chain, store)


def differing_answer(row: Row, store: AuditStore) -> Iterator[Finding]:
    """A stored answer that we have not written; a repeated request would get it."""
    if not store.is_sealed("idempotency_keys", row):
        sentence = Sentence(N_("the kept request or its answer is not one that was written here"))
        yield Finding(f"request {row['request_id']}", None, FindingKind.ANSWER_DIFFERS, sentence)


def _marks(chain: Chain, store: AuditStore) -> Iterator[Finding]:
    """A signature opens one registration only: each opened with one has one mark, which is kept after erasure."""
    life, about = chain.life, chain.life.registration_id
    first = [event for event in chain.events if event.sequence == 1]
    signed = [event for event in first if event.kind is EventKind.REGISTRATION_OPENED and event.assurance is not None]
    if signed and not life.signatures:
        sentence = Sentence(
            N_("the signature that opened the registration is not marked as used: it could open another one")
        )
        yield Finding(about, 1, FindingKind.SIGNATURE_MARK_MISSING, sentence)
    if first and len(life.signatures) > len(signed):
        sentence = Sentence(N_("a signature is marked as used for a registration that it has not opened"))
        yield Finding(about, None, FindingKind.SIGNATURE_MARK_DIFFERS, sentence)
    for row in life.signatures:
        if not store.is_sealed("used_signatures", row):
            sentence = Sentence(N_("the mark of the signature is not the one that was made when it was used"))
            yield Finding(about, None, FindingKind.SIGNATURE_MARK_DIFFERS, sentence)
