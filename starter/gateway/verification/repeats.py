"""What stands for one act only: a request, and the evidence that was seen for it."""

from collections.abc import Iterator
from typing import Final

from registration.record import Event, EventKind
from starter.gateway.verification.findings import Finding, FindingKind
from starter.gateway.verification.sendings import sent_by
from store.audited import AuditedLife

_BOTH: Final = "desk.change_email_and_reactivate"
_STEPS: Final = (EventKind.EMAIL_CHANGED, EventKind.REACTIVATED)
"""The acts of the one operation that has two, on one evidence."""


def repeated(events: list[Event], life: AuditedLife) -> Iterator[Finding]:
    """The events that name a request or an evidence which an earlier one has used up."""
    requests, evidence = set[str](), dict[str, list[Event]]()
    for event in events:
        if event.request_id in requests:
            sentence = "an earlier event has come of the same request"
            yield Finding(life.registration_id, event.sequence, FindingKind.REQUEST_REPEATED, sentence)
        if event.request_id:
            requests.add(event.request_id)
        if event.evidence:
            acts = evidence.setdefault(event.evidence.id, [])
            acts.append(event)
            if len(acts) > 1 and not _are_one_operation(acts, life):
                sentence = "the evidence was seen for an earlier act"
                yield Finding(life.registration_id, event.sequence, FindingKind.EVIDENCE_REPEATED, sentence)


def _are_one_operation(acts: list[Event], life: AuditedLife) -> bool:
    return (
        tuple(act.kind for act in acts) == _STEPS
        and len({act.actor for act in acts}) == 1
        and all(act.request_id and _BOTH in sent_by(act.actor, act.request_id, life) for act in acts)
    )
