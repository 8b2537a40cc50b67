"""The sealed personal data: it exists until the record says that it was erased, and not after."""

from collections.abc import Iterator

from audit.verification.chain import Chain
from audit.verification.findings import Finding, FindingKind
from registration.sentences import N_, Sentence
from store.audited import AuditStore


def differing_personal_data(chain: Chain, store: AuditStore) -> Iterator[Finding]:
    """Key, sealed form and addresses against the record, and the indexes that they are found by against them."""
    life, differs = chain.life, FindingKind.PERSONAL_DATA_DIFFERS
    if chain.is_erased:
        if life.sealed_key or life.person or life.emails:
            sentence = Sentence(N_("personal data exists that the record says was erased"))
            yield Finding(life.registration_id, None, differs, sentence)
        return
    if life.sealed_key is None:
        sentence = Sentence(N_("the key of the personal data is gone, and the record does not say that it was erased"))
        yield Finding(life.registration_id, None, differs, sentence)
        return
    yield from _addresses(chain, store)
    indexes = store.person_indexes(life)
    if indexes is None or life.person is None:
        sentence = Sentence(N_("the sealed form is gone, or is not what was sealed"))
        yield Finding(life.registration_id, None, differs, sentence)
        return
    user_names, identities = indexes
    if not chain.snapshot.status.is_final and life.row["user_name_index"] not in user_names:
        sentence = Sentence(N_("the user name of the sealed form is not the one that the read model is found by"))
        yield Finding(life.registration_id, None, FindingKind.READ_MODEL_DIFFERS, sentence)
    if life.person["identity_index"] not in identities:
        sentence = Sentence(N_("the person of the sealed form is not the one that the registration is found by"))
        yield Finding(life.registration_id, None, FindingKind.SEARCH_INDEX_DIFFERS, sentence)


def _addresses(chain: Chain, store: AuditStore) -> Iterator[Finding]:
    life, known, stored = chain.life, set[str](), store.addresses(chain.life)
    for event in chain.events:
        for email_id in {event.email_id, *(code.email_id for code in event.codes if code.email_id)} - known:
            known.add(email_id)
            if email_id not in stored:
                sentence = Sentence(N_("the e-mail address that the event names is gone, or is not what was sealed"))
                yield Finding(life.registration_id, event.sequence, FindingKind.PERSONAL_DATA_DIFFERS, sentence)
    for row in life.emails:
        indexes = stored.get(str(row["id"]))
        if indexes is not None and row["address_index"] not in indexes:
            sentence = Sentence(N_("a sealed e-mail address is not the one that it is found by"))
            yield Finding(life.registration_id, None, FindingKind.SEARCH_INDEX_DIFFERS, sentence)
