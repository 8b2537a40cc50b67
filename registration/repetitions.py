"""An act that is done already is refused with who did it, and when; no second event says the same."""

from collections.abc import Iterable
from typing import Final

from registration.errors import AlreadyVerified, time_fact
from registration.messages import AT_THE_DESK, ActorKind, Message, VerifyIdentity
from registration.record import Event
from registration.state import State, Verified
from registration.statuses import Status

_WHERE_VERIFIED: Final = {Status.AWAITING_ACTIVATION, Status.ACTIVE}
"""Elsewhere the refusal says what the status needs instead."""


def repetition(state: State, message: Message) -> AlreadyVerified | None:
    """The refusal of a message that would do again what is done, `None` for all others.

    Not asked here: a reactivation, which has its own refusal (S9); a disclosure, which discloses the data once more.
    """
    return repetition_of(state.snapshot.status, state.verified, type(message), message.actor.kind)


def repetition_of(
    status: Status, verified: Verified | None, kind: type[Message], sender: ActorKind
) -> AlreadyVerified | None:
    """The same for any message of a kind from this kind of sender."""
    verifies = kind is VerifyIdentity and sender in AT_THE_DESK
    if not verifies or verified is None or status not in _WHERE_VERIFIED:
        return None
    return AlreadyVerified(clerk=verified.by.id, office=verified.by.office or "–", at=time_fact(verified.at))


def verified_in(events: Iterable[Event]) -> Verified | None:
    """What the state knows of the identity, from the events of a registration in order."""
    first = next((event for event in events if event.identity_verified), None)
    return Verified(first.at, first.actor) if first else None
