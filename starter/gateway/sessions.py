"""What a right password leads to, by status (S5, S7, S9): a session, or the one sentence that says what to do."""

from dataclasses import dataclass, field
from datetime import datetime

from registration import errors
from registration.statuses import Status
from store.log_in_rows import Holder
from store.reader import Reader


@dataclass(frozen=True)
class Session:
    """A log-in that succeeded: until when the password, or the temporary registration, is valid (UTC).

    `credential_id` is the opaque id of the password that was typed; the session ends with it.
    """

    registration_id: str
    status: Status
    deadline: datetime | None
    password_valid_until: datetime | None
    credential_id: str = field(repr=False)


def session_of(holder: Holder, credential_id: str) -> Session:
    """The session of a client whose password is right.

    Raises `RequestACode`, `RedeemTheCode`, `VisitABody`, and `LogInRefused` for a status that should have no password.
    """
    match holder.status:
        case Status.TEMPORARY | Status.ACTIVE:
            return Session(
                holder.registration_id, holder.status, holder.deadline, holder.password_valid_until, credential_id
            )
        case Status.PASSWORD_EXPIRED:
            raise errors.RequestACode(deadline=errors.time_fact(holder.deadline))
        case Status.AWAITING_REACTIVATION:
            raise errors.RedeemTheCode(deadline=errors.time_fact(holder.deadline))
        case Status.INACTIVE:
            raise errors.VisitABody
        case _:
            raise errors.LogInRefused(status=holder.status)


async def present_session(reader: Reader, registration_id: str, credential_id: str) -> Session:
    """A session as it is now, at each use of what a log-in left behind: an assertion, a cookie.

    Raises `AssertionRefused` unless that credential is still the password of that registration and its status lets in.
    """
    holder = await reader.logged_in(registration_id, credential_id)
    if holder is None:
        raise errors.AssertionRefused
    try:
        return session_of(holder, credential_id)
    except errors.LogInRefused:
        raise errors.AssertionRefused from None
