"""How often something may be tried before a wait is required (principle 7); pure numbers and sentences.

docs/limits.md has the table, and a test that holds it against this one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property
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
    WRONG_PASSWORD = "WRONG_PASSWORD"
    """It was wrong, for any account; a right one is not counted, and ends nothing."""
    WRONG_CODE = "WRONG_CODE"
    """The same of a code."""
    WRONG_PAIR = "WRONG_PAIR"
    """The same of user name and e-mail address when a code is requested."""
    CODE_REQUEST = "CODE_REQUEST"
    """User name and e-mail address are typed, right or wrong."""
    CODE_LETTER = "CODE_LETTER"
    """They were right, and a code would go out by e-mail."""
    REGISTRATION = "REGISTRATION"
    """A form is sent in."""
    NAME_CHECK = "NAME_CHECK"
    """A question whether a user name is free."""
    EMAIL_CHANGE = "EMAIL_CHANGE"
    """A client asks for another e-mail address; a code goes there."""
    EMAIL_CORRECTION = "EMAIL_CORRECTION"
    """An applicant corrects the address before the activation; a code goes to the new one."""
    CLOSURE = "CLOSURE"
    """A client asks to close the registration; a code goes out."""
    LANGUAGE_CHANGE = "LANGUAGE_CHANGE"
    """A client asks for letters in another language; the record grows by an event."""
    DRAFT = "DRAFT"
    """Something is kept for 24 hours for a browser that had none of it: a form, or the page that a log-in leads to."""
    SIGN_IN = "SIGN_IN"
    """A browser begins to sign in as staff; whose it is, is not known yet."""
    COMPARISON = "COMPARISON"
    """Staff compare a person with a registration: who has a document types what is in it, and need not guess."""


WRONG: Final[Mapping[Act, Act]] = {
    Act.LOG_IN: Act.WRONG_PASSWORD,
    Act.REDEMPTION: Act.WRONG_CODE,
    Act.CODE_REQUEST: Act.WRONG_PAIR,
}
"""Every guess of something that only the holder of an account knows, and what it is counted as once it was wrong.

Each is limited by address, by address and account, by the account alone, and by the site (tests/unit/test_limits.py).
A registration and a name check show which user names there are: the same question again shows nothing new, so they are
counted by who asks.
"""


@dataclass(frozen=True)
class Subject:
    """What a try is counted by, each in its canonical form; a limit that asks for what is not known does not count.

    `address` is the client's network: an address of IPv4, a /64 of IPv6; `site` the /48 around it. `account` is the
    registration's id, or a keyed hash of the user name if it is free; `is_known` says whether its password was typed or
    set from this address before. `mailbox` is an unconfirmed e-mail address, `portal` the caller. `clerk` is the id of
    who acts at a desk.
    """

    address: str | None = None
    account: str | None = None
    mailbox: str | None = None
    portal: str | None = None
    site: str | None = None
    clerk: str | None = None
    is_known: bool = False


@dataclass(frozen=True)
class Limit:
    """At most `tries` within a `window` of time that begins with the first of them.

    `by` names fields of `Subject`. Where `until_redeemed`, the way out is not to wait but to redeem a code. A limit of
    `strangers` neither counts nor refuses tries from a network that the account knows. One that `spares_right` is asked
    only once a try was wrong.
    """

    act: Act
    by: tuple[str, ...]
    tries: int
    window: timedelta
    until_redeemed: bool = False
    strangers: bool = False
    spares_right: bool = False

    @cached_property
    def name(self) -> str:
        """Separates the counters of one limit from those of another; another window is another limit."""
        return f"{self.act} {'+'.join(self.by)} {self.window.total_seconds():.0f}s"

    @property
    def is_shared(self) -> bool:
        """Whether it counts what clients of many addresses try together."""
        return not {"mailbox", "portal"}.isdisjoint(self.by)

    @property
    def is_at_account(self) -> bool:
        """Whether it counts the tries at each account apart."""
        return "account" in self.by

    def key(self, subject: Subject) -> str | None:
        """What the limit counts a subject by besides its account; `None`: not counted."""
        parts = {field: getattr(subject, field) for field in self.by}
        is_counted = None not in parts.values() and not (self.strangers and subject.is_known)
        return " ".join(part for field, part in parts.items() if field != "account") if is_counted else None

    def check(self, tries: int, ends_at: datetime, now: datetime) -> None:
        """Raises `TooManyGuesses`, with the seconds to wait, or `RedeemFirst` where this try is one too many."""
        if tries <= self.tries:
            return
        if self.until_redeemed:
            raise RedeemFirst
        raise TooManyGuesses(seconds=str(max(1, math.ceil((ends_at - now).total_seconds()))))


_CLIENT: Final = ("address", "account")
"""So that tries from one address keep no client out who uses another."""

_SITE: Final = 3
"""So many times what one address may try, its whole /48 may: 65,536 networks that one owner can have."""


def _wrong(act: Act, *, spares_right: bool = False) -> tuple[Limit, ...]:
    """What was wrong from one address, for any account; and together from networks that the account does not know.

    Who tries one password on account after account never reaches the limits of an account. A hundred an hour are more
    than the errors of all who share an office's address; for the mission's 3.5 million accounts they take four years.
    From many networks a hundred a day reach one account: as many wrong passwords as NIST SP 800-63B (3.2.2) allows in a
    row, 73,000 in the 2 years that one is valid. Beyond it the client gets in from wherever the password was used
    before, or redeems a code, which makes its network known.
    """
    return (
        Limit(act, ("account",), 100, _DAY, strangers=True, spares_right=spares_right),
        Limit(act, ("address",), 100, _HOUR),
        Limit(act, ("site",), _SITE * 100, _HOUR, strangers=True, spares_right=spares_right),
        Limit(act, ("site", "account"), _SITE * 10, _HOUR, strangers=True, spares_right=spares_right),
    )


LIMITS: Final = (
    Limit(Act.LOG_IN, _CLIENT, 100, 90 * _DAY, until_redeemed=True),
    Limit(Act.LOG_IN, _CLIENT, 10, 5 * _MINUTE),
    *_wrong(Act.WRONG_PASSWORD),
    Limit(Act.REDEMPTION, _CLIENT, 10, _HOUR),
    *_wrong(Act.WRONG_CODE, spares_right=True),
    Limit(Act.CODE_REQUEST, _CLIENT, 5, _DAY),
    Limit(Act.CODE_REQUEST, _CLIENT, 1, _MINUTE),
    *_wrong(Act.WRONG_PAIR, spares_right=True),
    Limit(Act.CODE_LETTER, ("account",), 10, _DAY),
    Limit(Act.REGISTRATION, ("mailbox",), 10, _DAY),
    Limit(Act.REGISTRATION, ("address",), 60, _HOUR),
    Limit(Act.REGISTRATION, ("site",), _SITE * 60, _HOUR),
    Limit(Act.REGISTRATION, ("portal",), 36_000, _HOUR),
    Limit(Act.NAME_CHECK, ("address",), 60, 10 * _MINUTE),
    Limit(Act.NAME_CHECK, ("site",), _SITE * 60, 10 * _MINUTE),
    Limit(Act.NAME_CHECK, ("portal",), 360_000, _HOUR),
    Limit(Act.EMAIL_CHANGE, ("mailbox",), 10, _DAY),
    Limit(Act.EMAIL_CHANGE, _CLIENT, 5, _DAY),
    Limit(Act.EMAIL_CHANGE, _CLIENT, 1, _MINUTE),
    Limit(Act.EMAIL_CORRECTION, _CLIENT, 10, _DAY),
    Limit(Act.EMAIL_CORRECTION, ("address",), 60, _HOUR),
    Limit(Act.EMAIL_CORRECTION, ("site",), _SITE * 60, _HOUR),
    Limit(Act.CLOSURE, _CLIENT, 5, _DAY),
    Limit(Act.CLOSURE, _CLIENT, 1, _MINUTE),
    Limit(Act.LANGUAGE_CHANGE, _CLIENT, 10, _DAY),
    Limit(Act.DRAFT, ("address",), 600, _HOUR),
    Limit(Act.DRAFT, ("site",), _SITE * 600, _HOUR),
    Limit(Act.SIGN_IN, ("address",), 6_000, 10 * _MINUTE),
    Limit(Act.SIGN_IN, ("site",), _SITE * 6_000, 10 * _MINUTE),
    Limit(Act.COMPARISON, ("account",), 20, _DAY),
    Limit(Act.COMPARISON, ("clerk", "account"), 5, _HOUR),
    Limit(Act.COMPARISON, ("clerk",), 120, _HOUR),
)
"""Of one act, the limit that lasts longest comes first: its sentence is the one to be shown.

A right code, which cannot be guessed, passes whatever others try on the account. So does a right pair of user name and
e-mail address: its letter goes out, or a client whom no network is known of could be kept out; beyond the limit the
answer is that to a wrong one.
Registrations: 3.5 million in some ten years (mission) are a thousand a day; a school or an office behind one address
needs tens in an hour. Ten letters a day to one mailbox are a nuisance, not a bomb; a family may share it. The address
of a correction is counted as that of a registration is: together they are not more letters.
Drafts and sign-ins bound the rows that one address adds without a log-in: 16 KiB each for 24 hours, 300 bytes each for
10 minutes. The staff of all offices may share one address, and begin at eight o'clock.
Comparisons: one that matches is given back. Five mismatches are enough to mistype a name on a document; 120 an hour are
more than the clients whom one desk serves.
"""


@cache
def limits_of(*acts: Act) -> tuple[Limit, ...]:
    """The limits of some acts, in the order of the table."""
    return tuple(limit for limit in LIMITS if limit.act in acts)
