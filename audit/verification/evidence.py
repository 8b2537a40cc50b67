"""The sealed evidence behind the events' commitments (principle 12)."""

import json
from collections.abc import Iterator

from audit.verification.findings import Finding, FindingKind
from registration.record import Event
from registration.sentences import N_, Sentence
from store.access_record import Row
from store.audited import AuditedLife, AuditStore
from store.sealing import commitment


def differing_evidence(events: list[Event], life: AuditedLife, store: AuditStore) -> Iterator[Finding]:
    """Evidence that is not what its event committed to; after erasure only its row can be compared."""
    rows = {str(row["id"]): row for row in life.evidence}
    for event in events:
        row = rows.get(event.evidence.id) if event.evidence else None
        if row is None or event.evidence is None:
            continue
        if row["commitment"] != event.evidence.commitment:
            sentence = Sentence(N_("the evidence row has another commitment than the event"))
        elif life.sealed_key and _commitment(store, life, row) != event.evidence.commitment:
            sentence = Sentence(N_("the sealed evidence is not what the event committed to"))
        else:
            continue
        yield Finding(life.registration_id, event.sequence, FindingKind.EVIDENCE_DIFFERS, sentence)


def _commitment(store: AuditStore, life: AuditedLife, row: Row) -> str | None:
    plain = store.opened(life, row)
    try:
        return commitment(plain, bytes.fromhex(json.loads(plain)["salt"])) if plain else None
    except (ValueError, KeyError, TypeError):
        return None
