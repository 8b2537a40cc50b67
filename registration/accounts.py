"""An account of an older system, one line of a file: the rules of the registration form, and those of its status."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Final, Self

from registration.errors import InvalidInput
from registration.forms import RegistrationForm, checked_choice
from registration.input_rules import InputRule
from registration.policy import Policy, add_years
from registration.staff_rules import LONGEST_EXTENSION_YEARS
from registration.statuses import Channel, Status
from registration.times import day_in_budapest, time_of

_PERSON: Final = tuple(each.name for each in fields(RegistrationForm))
ACCOUNT_COLUMNS: Final = (
    *_PERSON,
    "channel",
    "status",
    "identity_verified",
    "password_valid_until",
    "password_hash",
)
"""The columns of the file, in any order; a field without a value is empty."""

_STATUSES: Final = (Status.TEMPORARY, Status.ACTIVE, Status.PASSWORD_EXPIRED, Status.INACTIVE)


@dataclass(frozen=True)
class AccountForm:
    """An account as the older system knows it; `password_valid_until` is UTC. Its client may choose a new password."""

    form: RegistrationForm = field(repr=False)
    channel: Channel
    status: Status
    identity_verified: bool
    password_valid_until: datetime | None
    password_hash: str | None = field(repr=False)

    @classmethod
    def parse(cls, line: Mapping[str, str], *, policy: Policy, now: datetime) -> Self:
        """The checked account. Raises `InvalidInput` with the first field that breaks a rule.

        `line` has a text, maybe empty, for each of `ACCOUNT_COLUMNS`; the password's hash is not looked at here.
        """
        filled = {name: line[name] for name in _PERSON if line[name]}
        form = RegistrationForm.parse(filled, today=day_in_budapest(now))
        channel = checked_choice("channel", line["channel"], Channel)
        status = _checked_status(line["status"], channel)
        return cls(
            form=form,
            channel=channel,
            status=status,
            identity_verified=_checked_identity(line["identity_verified"], status, channel),
            password_valid_until=_checked_validity(line["password_valid_until"], status, policy, now),
            password_hash=line["password_hash"] or None,
        )


def _checked_status(typed: str, channel: Channel) -> Status:
    if typed not in _STATUSES:
        raise InvalidInput(field="status", rule=InputRule.ONE_OF, choices=", ".join(_STATUSES))
    status = Status(typed)
    if status is Status.TEMPORARY and channel is not Channel.ONLINE:
        raise InvalidInput(field="channel", rule=InputRule.ONE_OF, choices=Channel.ONLINE)
    return status


def _checked_identity(typed: str, status: Status, channel: Channel) -> bool:
    """S2 to S4: only an account opened online may be unverified, and it has never been more than temporary."""
    possible: tuple[str, ...]
    if status is Status.TEMPORARY:
        possible = ("false",)
    elif status is Status.INACTIVE and channel is Channel.ONLINE:
        possible = ("true", "false")
    else:
        possible = ("true",)
    if typed not in possible:
        raise InvalidInput(field="identity_verified", rule=InputRule.ONE_OF, choices=", ".join(possible))
    return typed == "true"


def _checked_validity(typed: str, status: Status, policy: Policy, now: datetime) -> datetime | None:
    """S7, S9: the end of a password's validity that fits its status.

    One that has passed within the grace may still be marked valid, as an export takes days: the workflow expires it at
    once. One that has passed before contradicts the status.
    """
    name = "password_valid_until"
    if not typed and status is Status.INACTIVE:
        return None
    if not typed:
        raise InvalidInput(field=name, rule=InputRule.REQUIRED)
    valid_until = time_of(name, typed)
    if valid_until > now and status in {Status.PASSWORD_EXPIRED, Status.INACTIVE}:
        raise InvalidInput(field=name, rule=InputRule.NOT_PAST, status=status)
    if valid_until > add_years(now, LONGEST_EXTENSION_YEARS):
        raise InvalidInput(field=name, rule=InputRule.LATEST, years=str(LONGEST_EXTENSION_YEARS))
    if valid_until <= now - timedelta(days=policy.grace_days) and status is not Status.INACTIVE:
        raise InvalidInput(field=name, rule=InputRule.LONG_PAST, days=str(policy.grace_days), status=Status.INACTIVE)
    return valid_until
