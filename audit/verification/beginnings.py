"""Whether a run began with the state that the record gives: the input of a workflow is chosen by who starts it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from pydantic import ValidationError

from audit.verification.chain import Chain
from audit.verification.credentials import put_in_place
from audit.verification.decided import Beginning
from registration.policy import Policy
from registration.record import Event, Snapshot
from registration.sentences import N_, Sentence
from registration.state import State, Verified
from store.documents import load
from store.rows import Opening


def unfounded(beginning: Beginning, chain: Chain, policies: Mapping[int, Policy]) -> Iterator[Sentence]:
    """What is wrong with a run's beginning, in sentences, if the record has the event that it began after.

    `policies` are all that there have been. Not compared, because no event has them: letters on their way or not
    delivered, reminders, remembered answers.
    """
    state = beginning.state
    if state is None:
        yield Sentence(N_("the run began with something that is no registration's state"))
        return
    if state.snapshot.sequence and not beginning.continues:
        yield Sentence(N_("a new workflow was started in the middle of the registration's life"))
    if differing := [
        *_snapshot(state.snapshot, chain),
        *_opening(state, chain),
        *_credential(state, chain),
        *_policy(state, chain, policies),
    ]:
        message = N_("the state that the run began with is not what the record gives: {fields}")
        yield Sentence(message, {"fields": tuple(differing)})


def _snapshot(begun: Snapshot, chain: Chain) -> Iterator[str]:
    recorded = chain.at(begun.sequence)
    for field in fields(Snapshot):
        if getattr(begun, field.name) != getattr(recorded, field.name):
            yield field.name


def _credential(state: State, chain: Chain) -> Iterator[str]:
    before = [event for event in chain.events if event.sequence <= state.snapshot.sequence]
    if state.credential_id != put_in_place(before, chain.life)[1]:
        yield "credential_id"


def _opening(state: State, chain: Chain) -> Iterator[str]:
    """The facts that never change, by the row and the first event."""
    if state.registration_id != chain.life.registration_id:
        yield "registration_id"
    if state.channel != chain.channel:
        yield "channel"
    try:
        if state.imported != load(Opening, chain.life.row["opening"]).imported:
            yield "imported"
    except ValidationError:
        pass  # named with the read model
    for first in chain.events[:1]:
        yield from _differing_from_first(state, first)
    if state.verified != _verified(state.snapshot.sequence, chain):
        yield "verified"


def _verified(sequence: int, chain: Chain) -> Verified | None:
    """When and by whom the identity became known, by the events up to a place."""
    known = (event for event in chain.events if event.sequence <= sequence and event.identity_verified)
    first = next(known, None)
    return Verified(first.at, first.actor) if first else None


def _differing_from_first(state: State, first: Event) -> Iterator[str]:
    expected = {
        "email_id": first.email_id,
        "opened_by": first.actor,
        "evidence": first.evidence,
        "assurance": first.assurance,
    }
    for name, value in expected.items():
        if getattr(state, name) != value:
            yield name


def _policy(state: State, chain: Chain, policies: Mapping[int, Policy]) -> Iterator[str]:
    """A policy may come into force without an event; a run never goes back to one older than that of an event."""
    before = [event.policy_version for event in chain.events if event.sequence <= state.snapshot.sequence]
    if policies.get(state.policy.version) != state.policy or state.policy.version < max(before, default=0):
        yield "policy"
