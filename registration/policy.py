"""The periods that the law and the ministry set: one named, documented, versioned value."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Policy:
    """Every period of the lifecycle, in whole days unless its name says otherwise.

    A changed policy applies from a registration's next status; a deadline already announced never gets shorter.
    """

    version: int = 1
    activation_days: int = 30
    """S3: the one-time code of a registration may be redeemed for this long."""
    temporary_days: int = 30
    """S3: a temporary registration is valid for this long."""
    validity_max_years: int = 2
    """S7: the longest validity a client may choose, in calendar years."""
    validity_min_days: int = 30
    """The shortest validity a client may choose."""
    grace_days: int = 60
    """S9: after this many days with an expired password a registration becomes inactive."""
    reactivation_days: int = 30
    """S9: the code that a reactivation sends may be redeemed for this long."""
    code_days: int = 5
    """S6: a code that a client asked for, for a forgotten password or a confirmation, may be redeemed for this long."""
    password_reminder_days: tuple[int, ...] = (30, 7, 1)
    """Reminders before a password expires (hvg.hu, 2011)."""
    temporary_reminder_days: int = 7
    """The reminder before a temporary registration lapses."""
    notice_days: int = 30
    """A letter that serves no deadline of its own is retried for this long."""
    last_letter_hours: int = 72
    """The last letter of a lapsed or closed registration is retried for this long; then the personal data is erased."""

    @property
    def is_sound(self) -> bool:
        """Whether every period is a positive number."""
        periods = [period for period in vars(self).values() if isinstance(period, int)]
        return all(period > 0 for period in [*periods, *self.password_reminder_days])


def add_years(moment: datetime, years: int) -> datetime:
    """The same moment `years` calendar years later, in UTC; 29 February becomes 28 February (S7)."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, day=28)
