"""Bulk extensions of validity (the case of 2011): whom for, until when, and how far one has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind, ExtendValidity
from registration.policy import add_years
from registration.sentences import Vocabulary
from registration.staff_rules import LONGEST_EXTENSION_YEARS
from registration.statuses import Status

MOST_DAYS: Final = 3650
"""By no more days could any account be extended: `LONGEST_EXTENSION_YEARS`."""

USUAL_RATE: Final = 50.0
"""Registrations a second: half a million take three hours, and the portal feels nothing of it."""

_RATES: Final = (1.0, 1000.0)


class ExtensionState(Vocabulary):
    """The state of a bulk extension. `APPROVED` waits for its start; `STOPPED` was ended by hand and may be started."""

    REQUESTED = "REQUESTED", "waiting for approval"
    APPROVED = "APPROVED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED", "stopped by hand"
    DONE = "DONE"


class ExtensionOutcome(Vocabulary):
    """What came of it for one account; `OPEN` until its registration has answered."""

    OPEN = "OPEN", "waiting for an answer"
    EXTENDED = "EXTENDED"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Extension:
    """Who asked for what, and who approved: all accounts `ACTIVE` or `PASSWORD_EXPIRED` whose password expires before.

    `days` moves each expiry by so many days; `None` moves it to the registration's next anniversary. Times are UTC.
    The list of accounts is fixed when the extension begins, at `listed_at`.
    """

    id: str
    before: datetime
    days: int | None
    requested_by: str
    requested_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    listed_at: datetime | None = None
    finished_at: datetime | None = None

    def message(self, registration_id: str, until: datetime) -> ExtendValidity:
        """What a registration is sent, however often: its request id is always the same."""
        request_id = extension_request_id(self.id, registration_id)
        return ExtendValidity(request_id, Actor(ActorKind.OPERATOR, self.requested_by), until)


@dataclass(frozen=True)
class Progress:
    """How many accounts an extension is for, and what has become of them; none before the list is fixed."""

    total: int = 0
    extended: int = 0
    refused: int = 0
    open: int = 0


@dataclass(frozen=True)
class Expiring:
    """An account whose password expires (UTC); `opened_at` is when it was registered here."""

    registration_id: str
    status: Status
    valid_until: datetime
    opened_at: datetime


@dataclass(frozen=True)
class ExtensionRun:
    """What the workflow carries, also across continue-as-new; `after` is the last account that was looked at."""

    extension_id: str
    rate: float = USUAL_RATE
    paused: bool = False
    after: str | None = None
    rounds: int = 0


@dataclass(frozen=True)
class ExtensionListing:
    """Fixes the list of an extension's accounts, as of a moment (UTC)."""

    extension_id: str
    moment: datetime


@dataclass(frozen=True)
class ExtensionBatch:
    """Extends the next accounts behind `after`, at a rate."""

    extension_id: str
    rate: float
    after: str | None = None


@dataclass(frozen=True)
class BatchDone:
    """How far the extension has come; `after` is the last account of the batch, `None` behind the end of the list."""

    progress: Progress
    after: str | None = None


@dataclass(frozen=True)
class Resumption:
    """The argument of the workflow's signal `resume`: goes on at `rate`, or at the one that it had."""

    rate: float | None = None


@dataclass(frozen=True)
class RunView:
    """The answer of the workflow's query `progress`."""

    progress: Progress
    rate: float
    paused: bool


def extended_until(account: Expiring, days: int | None, now: datetime) -> datetime:
    """The new end of validity (UTC): so many days after the present one, or the next anniversary of the opening.

    An anniversary comes after the present end and after now; that of a 29 February is the 28th in other years (S7).
    """
    if days is not None:
        return account.valid_until + timedelta(days=days)
    after = max(account.valid_until, now)
    years = after.year - account.opened_at.year
    anniversary = add_years(account.opened_at, years)
    return anniversary if anniversary > after else add_years(account.opened_at, years + 1)


def extension_request_id(extension_id: str, registration_id: str) -> str:
    """The request id of one account's extension: who holds the list can say which event belongs to it."""
    return str(uuid5(UUID(extension_id), registration_id))


def checked_extension(before: datetime, days: int | None, now: datetime) -> None:
    """The rules for what an operator asks for. Raises `InvalidInput`."""
    if before.tzinfo is None:
        raise InvalidInput(field="before", rule=InputRule.TIME)
    if before > add_years(now, LONGEST_EXTENSION_YEARS):
        raise InvalidInput(field="before", rule=InputRule.LATEST, years=str(LONGEST_EXTENSION_YEARS))
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise InvalidInput(field="days", rule=InputRule.VALIDITY, least="1", most=str(MOST_DAYS))


def is_rate(rate: float) -> bool:
    """Whether so many registrations a second can be kept."""
    least, most = _RATES
    return least <= rate <= most


def is_second_person(requested_by: str, approver: str) -> bool:
    """Whether `approver` may approve what `requested_by` has asked for; ids are compared without regard to case."""
    return requested_by.lower() != approver.lower()


def checked_rate(rate: float) -> float:
    """Registrations a second. Raises `InvalidInput`."""
    if not is_rate(rate):
        least, most = _RATES
        raise InvalidInput(field="rate", rule=InputRule.RATE, least=f"{least:g}", most=f"{most:g}")
    return rate
