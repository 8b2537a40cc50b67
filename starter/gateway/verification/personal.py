"""The sealed personal data: it stands until the record says that it was erased, and not a moment longer."""

from collections.abc import Iterator

from starter.gateway.verification.chain import Chain
from starter.gateway.verification.findings import Finding, FindingKind
from store.audited import AuditStore


def differing_personal_data(chain: Chain, store: AuditStore) -> Iterator[Finding]:
    """Key and sealed form against the record, and the user name in the form against the index it is found by."""
    life, differs, known = chain.life, FindingKind.PERSONAL_DATA_DIFFERS, set[str]()
    if chain.is_erased:
        if life.sealed_key or life.person:
            sentence = "personal data stands that the record says was erased"
            yield Finding(life.registration_id, None, differs, sentence)
        return
    if life.sealed_key is None:
        sentence = "the key of the personal data is gone, and the record does not say that it was erased"
        yield Finding(life.registration_id, None, differs, sentence)
        return
    for event in chain.events:
        for email_id in {event.email_id, *(code.email_id for code in event.codes if code.email_id)} - known:
            known.add(email_id)
            if not store.opens_address(life, email_id):
                sentence = "the e-mail address that the event names is gone, or is not what was sealed"
                yield Finding(life.registration_id, event.sequence, differs, sentence)
    indexes = store.user_name_indexes(life)
    if indexes is None:
        sentence = "the sealed form is gone, or is not what was sealed"
        yield Finding(life.registration_id, None, differs, sentence)
    elif not chain.snapshot.status.is_final and life.row["user_name_index"] not in indexes:
        sentence = "the user name of the sealed form is not the one that the read model is found by"
        yield Finding(life.registration_id, None, FindingKind.READ_MODEL_DIFFERS, sentence)
