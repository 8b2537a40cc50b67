"""What a right password leads to, by status (S5, S7, S9): a session, or the one sentence that says what to do."""

from dataclasses import dataclass
from datetime import datetime

from registration import errors
from registration.statuses import Status
from registration.times import told
from store.rows import Holder


@dataclass(frozen=True)
class Session:
    """A log-in that succeeded: until when the password, or the temporary registration, is valid (UTC)."""

    registration_id: str
    status: Status
    deadline: datetime | None
    password_valid_until: datetime | None


def session_of(holder: Holder) -> Session:
    """The session of a client whose password is right.

    Raises `RequestACode`, `RedeemTheCode`, `VisitABody`, and `LogInRefused` for a status that should have no password.
    """
    match holder.status:
        case Status.TEMPORARY | Status.ACTIVE:
            return Session(holder.registration_id, holder.status, holder.deadline, holder.password_valid_until)
        case Status.PASSWORD_EXPIRED:
            raise errors.RequestACode(deadline=told(holder.deadline))
        case Status.AWAITING_REACTIVATION:
            raise errors.RedeemTheCode(deadline=told(holder.deadline))
        case Status.INACTIVE:
            raise errors.VisitABody
        case _:
            raise errors.LogInRefused(status=holder.status)
