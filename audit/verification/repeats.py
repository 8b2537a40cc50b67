"""A request, and the evidence seen for an act, belong to one event only."""

from collections.abc import Iterable, Iterator

from audit.verification.findings import Finding, FindingKind
from registration.record import Event
from registration.sentences import N_, Sentence


def repeated(about: str, events: Iterable[Event]) -> Iterator[Finding]:
    """The events of a registration that name a request or an evidence which an earlier one has used up."""
    requests, evidence = set[str](), set[str]()
    for event in events:
        if event.request_id in requests:
            sentence = Sentence(N_("an earlier event has come of the same request"))
            yield Finding(about, event.sequence, FindingKind.REQUEST_REPEATED, sentence)
        if event.evidence and event.evidence.id in evidence:
            sentence = Sentence(N_("the evidence was seen for an earlier act"))
            yield Finding(about, event.sequence, FindingKind.EVIDENCE_REPEATED, sentence)
        requests |= {event.request_id} if event.request_id else set()
        evidence |= {event.evidence.id} if event.evidence else set()
