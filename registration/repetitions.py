"""An act that is done already is told as such: who did it, and when; no second event says the same."""

from datetime import datetime
from typing import Final

from registration.errors import AlreadyVerified, time_fact
from registration.messages import AT_THE_DESK, Actor, Message, VerifyIdentity
from registration.record import EventKind
from registration.state import State
from registration.statuses import Status

_WHERE_VERIFIED: Final = {Status.AWAITING_ACTIVATION, Status.ACTIVE}
"""Elsewhere the clerk is told what the status needs instead."""


def repetition(state: State, message: Message) -> AlreadyVerified | None:
    """The refusal of a message that would do again what stands, `None` for all others.

    Not asked here: a reactivation, which has its own refusal (S9); a disclosure, which tells the data once more.
    """
    snapshot = state.snapshot
    verifies = isinstance(message, VerifyIdentity) and message.actor.kind in AT_THE_DESK
    if not verifies or not snapshot.identity_verified or snapshot.status not in _WHERE_VERIFIED:
        return None
    by, at = _verified(state)
    return AlreadyVerified(clerk=by.id if by else "–", office=(by and by.office) or "–", at=time_fact(at))


def _verified(state: State) -> tuple[Actor | None, datetime | None]:
    """By whom and when; a life that began with an older version may only know how its status began."""
    if state.verified:
        return state.verified.by, state.verified.at
    began = state.snapshot.because is EventKind.IDENTITY_VERIFIED
    return (state.snapshot.by, state.snapshot.since) if began else (None, None)
