"""The applicant corrects a mistyped e-mail address before the activation: for 24 hours, three times.

Whoever has registered has no password yet, and the code went to an address that may be a stranger's. So nothing
confirms a correction but the next code, which goes to the corrected address; the code before it is void.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from registration.decisions import decision, next_code, with_code_letter
from registration.errors import CorrectedTooOften, CorrectionAtADesk, TooLateToCorrect
from registration.forms import checked_uuid
from registration.messages import AT_THE_DESK, CorrectEmail
from registration.record import Event, EventKind
from registration.state import Decision, State

MOST_CORRECTIONS: Final = 3
"""Each sends a letter to an address that is not confirmed."""

CORRECTABLE_FOR: Final = timedelta(hours=24)
"""As long as the pages know the browser that registered."""


@dataclass(frozen=True)
class EmailCorrections:
    """How often an address has been corrected since the registration was opened at `opened_at` (UTC).

    `identified_at_desk`: a clerk has checked the identity. The account then is that person's, whoever filled in the
    form, and only a clerk replaces its address.
    """

    opened_at: datetime
    made: int
    identified_at_desk: bool

    @classmethod
    def of(cls, state: State, now: datetime) -> Self:
        """Those of a registration that awaits its activation."""
        verified = state.verified
        return cls(
            state.snapshot.since or now,
            state.email_corrections or 0,
            verified is not None and verified.by.kind in AT_THE_DESK,
        )

    @classmethod
    def in_record(cls, events: Sequence[Event]) -> Self:
        """The same by a registration's events, in order and at least one."""
        known = next((event.actor.kind for event in events if event.identity_verified), None)
        made = sum(event.kind is EventKind.EMAIL_CORRECTED for event in events)
        return cls(events[0].at, made, known in AT_THE_DESK)

    @property
    def until(self) -> datetime:
        """The end of the 24 hours (UTC)."""
        return self.opened_at + CORRECTABLE_FOR

    @property
    def left(self) -> int:
        """How many more there may be."""
        return MOST_CORRECTIONS - self.made

    def check(self, now: datetime) -> None:
        """Raises `CorrectionAtADesk`, `TooLateToCorrect`, `CorrectedTooOften` where there may be no other one."""
        if self.identified_at_desk:
            raise CorrectionAtADesk
        if now >= self.until:
            raise TooLateToCorrect(hours=f"{CORRECTABLE_FOR // timedelta(hours=1)}")
        if self.left <= 0:
            raise CorrectedTooOften(times=str(MOST_CORRECTIONS))


def correct_email(state: State, message: CorrectEmail, now: datetime) -> Decision:
    """The address is replaced at once, and the next code goes to it; no deadline moves.

    The old address gets no letter: it may be a stranger's. Raises as `EmailCorrections.check`, and `InvalidInput`.
    """
    EmailCorrections.of(state, now).check(now)
    email_id = checked_uuid("email_id", message.email_id)
    code = next_code(state, state.snapshot.deadline or now)
    made = decision(state, now, EventKind.EMAIL_CORRECTED, message, email_id=email_id, codes=(code,))
    return with_code_letter(made, code)
