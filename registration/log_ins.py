"""Log-ins as their client looks back at them, and when a letter asks whether it was the client."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from registration.sentences import Vocabulary

KEPT_FOR: Final = timedelta(days=180)
"""How long a log-in is listed, and a browser is known after its last log-in (issue 12)."""

NOTICE_EVERY: Final = timedelta(days=1)
"""A client has at most one notice in this time (issue 12): more would be ignored, or used to flood a mailbox."""

NOTICE_WORTH_SENDING: Final = timedelta(days=3)
"""A notice that no mail server has taken by then is dropped: my account lists the log-in itself."""

_READ_CHARACTERS: Final = 512
"""Of a `User-Agent`: browsers send some hundred, whoever wants to may send anything."""


class BrowserFamily(Vocabulary):
    """What a browser says that it is. Anybody may say anything: it helps a client to remember, and decides nothing."""

    EDGE = "EDGE", "Edge"
    OPERA = "OPERA", "Opera"
    SAMSUNG = "SAMSUNG", "Samsung Internet"
    FIREFOX = "FIREFOX", "Firefox"
    CHROME = "CHROME", "Chrome"
    SAFARI = "SAFARI", "Safari"
    OTHER = "OTHER", "another browser"


_MARKS: Final = (
    ("Edg", BrowserFamily.EDGE),
    ("OPR/", BrowserFamily.OPERA),
    ("SamsungBrowser/", BrowserFamily.SAMSUNG),
    ("Firefox/", BrowserFamily.FIREFOX),
    ("FxiOS/", BrowserFamily.FIREFOX),
    ("Chrome/", BrowserFamily.CHROME),
    ("CriOS/", BrowserFamily.CHROME),
    ("Safari/", BrowserFamily.SAFARI),
)
"""In this order: each of the others also says that it is Chrome, and Chrome that it is Safari. A client needs to tell
their own few browsers apart; a library for thousands of devices would need a new version each month."""


def browser_family(user_agent: str) -> BrowserFamily:
    """The family that a `User-Agent` header names."""
    read = user_agent[:_READ_CHARACTERS]
    return next((family for mark, family in _MARKS if mark in read), BrowserFamily.OTHER)


@dataclass(frozen=True)
class PastLogIn:
    """A log-in: when (UTC), from which rough network, by which browser; `None` where it came through a portal.

    `portal` is the id that the portal's token names; a log-in on the command line has neither.
    """

    at: datetime
    network: str = field(repr=False)
    browser: BrowserFamily | None = None
    portal: str | None = None


@dataclass(frozen=True)
class LogInNotice:
    """What a notice is about, and the address that was the client's at that moment: not one that was set since."""

    log_in: PastLogIn
    email_id: str


@dataclass(frozen=True)
class DueNotice:
    """A notice that waits to be sent, by its id."""

    registration_id: str
    notice_id: str

    @property
    def letter_id(self) -> str:
        """How the letter's Message-ID names it: the same each time that it is sent."""
        return f"{self.notice_id}-new_browser"


@dataclass(frozen=True)
class KnownBrowsers:
    """What is known at a log-in by a browser of those that the account was used with before.

    `has_this`: this browser, `has_any`: at least one. `by_new_code`: it is the first log-in by any browser with a
    password that was set by redeeming a code. `last_notice` is when the last one became due (UTC).
    """

    has_this: bool
    has_any: bool
    by_new_code: bool
    last_notice: datetime | None


def notice_is_due(known: KnownBrowsers, at: datetime) -> bool:
    """Whether a log-in at a moment (UTC) by a browser leads to a letter "was it you?" (issue 12).

    Not where this browser is known; nor at an account's first one, because a letter about it would teach to ignore
    them; nor where a code was redeemed just before, which only the owner of the mailbox can; nor twice in
    `NOTICE_EVERY`.
    """
    if known.has_this or not known.has_any or known.by_new_code:
        return False
    return known.last_notice is None or at - known.last_notice >= NOTICE_EVERY
