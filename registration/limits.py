"""How often something may be tried before whoever tries must wait (principle 7, issue 3); pure numbers and sentences.

docs/operations.md has the table, and a test that holds it against this one.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from registration.errors import RedeemFirst, TooManyGuesses

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class Act(StrEnum):
    """What is tried."""

    LOG_IN = "LOG_IN"
    """A password is typed: to log in, or as the present one when it is changed."""
    REDEMPTION = "REDEMPTION"
    """A code is typed, of any purpose."""
    CODE_REQUEST = "CODE_REQUEST"
    """User name and e-mail address are typed, right or wrong."""
    CODE_LETTER = "CODE_LETTER"
    """They were right, and a code would go out by e-mail."""
    REGISTRATION = "REGISTRATION"
    """A form is sent in."""
    NAME_CHECK = "NAME_CHECK"
    """Somebody asks whether a user name is free."""
    EMAIL_CHANGE = "EMAIL_CHANGE"
    """A client asks for another e-mail address; a code goes there."""
    CLOSURE = "CLOSURE"
    """A client asks to close the registration; a code goes out."""


@dataclass(frozen=True)
class Subject:
    """What a try is counted by, each in its canonical form; a limit that asks for what is not known does not count.

    `account` is the registration's id, or the user name as typed where nobody has it. `address` is the client's
    network, `mailbox` an e-mail address that nobody has confirmed yet, `portal` the caller.
    """

    address: str | None = None
    account: str | None = None
    mailbox: str | None = None
    portal: str | None = None


@dataclass(frozen=True)
class Limit:
    """At most `tries` within a `window` of time that begins with the first of them.

    `by` names fields of `Subject`. Where `until_redeemed`, the way out is not to wait but to redeem a code.
    """

    act: Act
    by: tuple[str, ...]
    tries: int
    window: timedelta
    until_redeemed: bool = False

    @property
    def name(self) -> str:
        """Tells the counters of one limit from those of another; another window is another limit."""
        return f"{self.act} {'+'.join(self.by)} {self.window.total_seconds():.0f}s"

    @property
    def by_address(self) -> bool:
        """Whether tries from elsewhere are counted apart."""
        return "address" in self.by

    def key(self, subject: Subject) -> str | None:
        """What the limit counts a subject by; the address, which has no space, comes first. `None`: not counted."""
        parts = [getattr(subject, field) for field in self.by]
        return None if None in parts else " ".join(parts)

    def check(self, tries: int, ends_at: datetime, now: datetime) -> None:
        """Raises `TooManyGuesses`, with the seconds to wait, or `RedeemFirst` where this try is one too many."""
        if tries <= self.tries:
            return
        if self.until_redeemed:
            raise RedeemFirst
        raise TooManyGuesses(seconds=str(max(1, math.ceil((ends_at - now).total_seconds()))))


_CLIENT: Final = ("address", "account")
"""So that nobody is kept out from another address, whatever is tried elsewhere."""

LIMITS: Final = (
    Limit(Act.LOG_IN, _CLIENT, 100, 90 * _DAY, until_redeemed=True),
    Limit(Act.LOG_IN, _CLIENT, 10, 5 * _MINUTE),
    Limit(Act.REDEMPTION, _CLIENT, 10, _HOUR),
    Limit(Act.CODE_REQUEST, _CLIENT, 5, _DAY),
    Limit(Act.CODE_REQUEST, _CLIENT, 1, _MINUTE),
    Limit(Act.CODE_LETTER, ("account",), 10, _DAY),
    Limit(Act.REGISTRATION, ("mailbox",), 10, _DAY),
    Limit(Act.REGISTRATION, ("address",), 60, _HOUR),
    Limit(Act.REGISTRATION, ("portal",), 36_000, _HOUR),
    Limit(Act.NAME_CHECK, ("address",), 60, 10 * _MINUTE),
    Limit(Act.NAME_CHECK, ("portal",), 360_000, _HOUR),
    Limit(Act.EMAIL_CHANGE, ("mailbox",), 10, _DAY),
    Limit(Act.EMAIL_CHANGE, _CLIENT, 5, _DAY),
    Limit(Act.EMAIL_CHANGE, _CLIENT, 1, _MINUTE),
    Limit(Act.CLOSURE, _CLIENT, 5, _DAY),
    Limit(Act.CLOSURE, _CLIENT, 1, _MINUTE),
)
"""Of one act, the limit that keeps longest comes first: its sentence is the one to be told.

Registrations: 3.5 million in some ten years (mission) are a thousand a day; a school or an office behind one address
needs tens in an hour. Ten letters a day to one mailbox are a nuisance, not a bomb; a family may share it.
"""


def limits_of(*acts: Act) -> list[Limit]:
    """The limits of some acts, in the order of the table."""
    return [limit for limit in LIMITS if limit.act in acts]
