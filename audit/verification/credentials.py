"""The password in force beside the event that put it there, and its hash beside the key that seals it (principle 5)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from pydantic import ValidationError

from audit.verification.findings import Finding, FindingKind
from registration.record import Event, EventKind
from registration.sentences import N_, Sentence
from store.access_record import Row
from store.audited import AuditedLife, AuditStore
from store.documents import load
from store.rows import Opening


def differing_password(events: Sequence[Event], life: AuditedLife, store: AuditStore) -> Iterator[Finding]:
    """Another password than the record's, or one whose hash was not sealed for it, so written without the key.

    A credential that is named and has no row is a counterpart that is missing.
    """
    sequence, credential_id = put_in_place(events, life)
    stored = str(life.password["id"]) if life.password else None
    if stored != credential_id and (credential_id is None or credential_id in map(_id, life.credentials)):
        sentence = Sentence(N_("the password in force is not the one that the record put in place"))
        yield Finding(life.registration_id, sequence, FindingKind.CREDENTIAL_DIFFERS, sentence)
    if life.password and life.sealed_key and store.opened(life, life.password) is None:
        sentence = Sentence(N_("the password's hash is not one that was sealed for it"))
        yield Finding(life.registration_id, sequence, FindingKind.CREDENTIAL_DIFFERS, sentence)


def _id(credential: Row) -> str:
    return str(credential["id"])


def put_in_place(events: Sequence[Event], life: AuditedLife) -> tuple[int | None, str | None]:
    """The event that put the present password in place, and the credential that it names."""
    for event in reversed(events):
        if event.kind is EventKind.PERSONAL_DATA_ERASED:
            return event.sequence, None
        if event.kind.row.sets_password:
            return event.sequence, event.request_id
        if event.kind is EventKind.REGISTRATION_IMPORTED:
            return event.sequence, _imported(life)
    return None, None


def _imported(life: AuditedLife) -> str | None:
    """Unreadable text is named with the read model."""
    with suppress(ValidationError):
        imported = load(Opening, life.row["opening"]).imported
        return imported.credential_id if imported else None
    return None
