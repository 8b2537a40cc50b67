"""The letters that go to a client: one row each, from which follows what it says and when it is true.

A new letter is a member of `LetterKind` with its label and row, and a folder of templates in
`activities/letters/templates`. `NEW_BROWSER` alone follows from no event: a log-in does it (`registration/log_ins.py`).
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Self

from registration.sentences import Vocabulary
from registration.statuses import OPEN_STATUSES, Purpose, Status


class Lifetime(Enum):
    """Until when a letter is worth sending."""

    NOTICE = auto()
    """For `Policy.notice_days` after the event that ordered it."""
    DEADLINE = auto()
    """Until the deadline that it names: a letter whose deadline has moved since is not true any more."""
    LAST = auto()
    """For `Policy.last_letter_hours`: then the address is erased."""
    CODE = auto()
    """As long as its code."""


class Priority(Enum):
    """In which order letters leave when many are waiting; the value is Temporal's priority key."""

    CODE = 1
    NOTICE = 3
    REMINDER = 5


@dataclass(frozen=True)
class LetterRow:
    """What a kind of letter is.

    `true_in`: the statuses in which it is true at the present address, so that it may still leave, or be sent again.
    `announces`: the status whose beginning it reports. `purpose`: of the code that it carries. `tells_validity`: its
    date is the end of the password's validity instead of the status's deadline. `stays_true`: it leaves whatever has
    happened since. `about_its_address`: it is true only while the address that it goes to is the registered one.
    `page`: the path of the page of its next step, below `portal_url`; opening it does nothing.
    """

    true_in: tuple[Status, ...] = ()
    announces: Status | None = None
    purpose: Purpose | None = None
    lifetime: Lifetime = Lifetime.NOTICE
    priority: Priority = Priority.NOTICE
    tells_validity: bool = False
    stays_true: bool = False
    about_its_address: bool = False
    page: str = "/"


_NEW_CODE: Final = "/elfelejtett-jelszo"
_OFFICES: Final = "/hivatalok"
_REGISTER: Final = "/regisztracio"


def _code(purpose: Purpose, page: str, *true_in: Status) -> LetterRow:
    return LetterRow(
        true_in, purpose=purpose, lifetime=Lifetime.CODE, priority=Priority.CODE, stays_true=True, page=page
    )


def _reminder(of: Status) -> LetterRow:
    return LetterRow((of,), lifetime=Lifetime.DEADLINE, priority=Priority.REMINDER)


class LetterKind(Vocabulary):
    """The kinds of letters; each has a folder of templates of its name."""

    row: LetterRow

    def __new__(cls, name: str, label: str = "", *rows: LetterRow) -> Self:
        """A kind is its name; its label and its one row say what it is. Looked up by its name alone."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.label = label
        (kind.row,) = rows
        return kind

    CODE_PASSWORD = (
        "CODE_PASSWORD",
        "one-time code",
        _code(Purpose.PASSWORD, "/kod/jelszo", *(status for status in OPEN_STATUSES if status is not Status.INACTIVE)),
    )
    CODE_NEW_EMAIL = (
        "CODE_NEW_EMAIL",
        "code for the new e-mail address",
        _code(Purpose.NEW_EMAIL, "/kod/uj-cim", *OPEN_STATUSES),
    )
    CODE_CLOSURE = (
        "CODE_CLOSURE",
        "code for the closure",
        _code(Purpose.CLOSURE, "/kod/megszuntetes", *OPEN_STATUSES),
    )
    TEMPORARY = (
        "TEMPORARY",
        "temporary registration",
        LetterRow((Status.TEMPORARY,), announces=Status.TEMPORARY, lifetime=Lifetime.DEADLINE),
    )
    TEMPORARY_ENDING = "TEMPORARY_ENDING", "end of the temporary registration", _reminder(Status.TEMPORARY)
    ACTIVE = "ACTIVE", "active registration", LetterRow((Status.ACTIVE,), announces=Status.ACTIVE, tells_validity=True)
    PASSWORD_EXPIRING = "PASSWORD_EXPIRING", "reminder that the password expires", _reminder(Status.ACTIVE)
    PASSWORD_EXPIRED = (
        "PASSWORD_EXPIRED",
        "expired password",
        LetterRow(
            (Status.PASSWORD_EXPIRED,),
            announces=Status.PASSWORD_EXPIRED,
            lifetime=Lifetime.DEADLINE,
            page=_NEW_CODE,
        ),
    )
    INACTIVE = (
        "INACTIVE",
        "inactive registration",
        LetterRow((Status.INACTIVE,), announces=Status.INACTIVE, page=_OFFICES),
    )
    LAPSED = (
        "LAPSED",
        "lapsed registration",
        LetterRow(announces=Status.LAPSED, lifetime=Lifetime.LAST, stays_true=True, page=_REGISTER),
    )
    PASSWORD_CHANGED = (
        "PASSWORD_CHANGED",
        "changed password",
        LetterRow((Status.TEMPORARY, Status.ACTIVE), tells_validity=True, page=_NEW_CODE),
    )
    NEW_BROWSER = (
        "NEW_BROWSER",
        "log-in by a new browser",
        LetterRow((Status.TEMPORARY, Status.ACTIVE), page="/fiok/jelszo"),
    )
    EMAIL_CHANGED_OLD = "EMAIL_CHANGED_OLD", "new address, to the old one", LetterRow(stays_true=True, page=_OFFICES)
    EMAIL_CHANGED_NEW = (
        "EMAIL_CHANGED_NEW",
        "new address, to the new one",
        LetterRow(OPEN_STATUSES, about_its_address=True),
    )
    CLOSED = (
        "CLOSED",
        "closed registration",
        LetterRow(announces=Status.CLOSED, lifetime=Lifetime.LAST, stays_true=True, page=_REGISTER),
    )


CODE_LETTERS: Final = {kind.row.purpose: kind for kind in LetterKind if kind.row.purpose}
"""The letter that carries a code, by the code's purpose."""

STATUS_LETTERS: Final = {kind.row.announces: kind for kind in LetterKind if kind.row.announces}
"""The letter that reports the beginning of a status; a status that awaits a code is reported by the code's letter."""


@dataclass(frozen=True)
class LetterName:
    """Which letter of a registration: the event that ordered it, its kind, how many days it reminds ahead.

    A repeated letter has the same name.
    """

    sequence: int
    kind: LetterKind
    days: int | None = None

    @property
    def letter_id(self) -> str:
        """How people and programs name it, such as `5-password_expiring-30`; it is compared, never taken apart."""
        days = "" if self.days is None else f"-{self.days}"
        return f"{self.sequence}-{self.kind.lower()}{days}"


class LetterOutcome(Vocabulary):
    """The outcome of a letter."""

    SENT = "SENT", "sent"
    """The mail server took it."""
    VOID = "VOID", "not sent, as it was void by then"
    """Not sent: by then its code was void, what it says was not true any more, or its address was erased."""
    UNDELIVERED = "UNDELIVERED", "could not be delivered"
    """Given up, for a `LetterFailure`."""
    ON_ITS_WAY = "ON_ITS_WAY", "on its way"
    """Ordered, and neither sent nor given up yet; also what a run that continued as new left to the next."""


class LetterFailure(Vocabulary):
    """Why a letter did not arrive."""

    REFUSED = "REFUSED", "refused by the mail server"
    """By the mail server, for good, with an SMTP reply code."""
    UNUSABLE_ADDRESS = "UNUSABLE_ADDRESS", "unusable address"
    """No letter can go there."""
    SMTPUTF8_NEEDED = "SMTPUTF8_NEEDED", "the mail server does not support the characters of the address"
    """The address has characters that the mail server does not support (RFC 6531)."""
    DEADLINE_PASSED = "DEADLINE_PASSED", "the deadline passed"
    """No mail server took it as long as it was worth sending."""
    UNKNOWN = "UNKNOWN", "not delivered"
    """The sending failed for another reason, which the worker's log has."""
