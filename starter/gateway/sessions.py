"""What a right password leads to, by status (S5, S7, S9): a session, or the one sentence that says what to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from registration import errors
from registration.statuses import Status
from store.rows import Holder

_BUDAPEST: Final = ZoneInfo("Europe/Budapest")
"""Clients read Budapest time, as in their letters."""


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
            raise errors.RequestACode(deadline=_told(holder.deadline))
        case Status.AWAITING_REACTIVATION:
            raise errors.RedeemTheCode(deadline=_told(holder.deadline))
        case Status.INACTIVE:
            raise errors.VisitABody
        case _:
            raise errors.LogInRefused(status=holder.status)


def _told(deadline: datetime | None) -> str:
    return f"{deadline.astimezone(_BUDAPEST):%Y-%m-%d %H:%M}" if deadline else "?"
