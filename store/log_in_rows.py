"""The types that the store takes and returns of who logs in: accounts, log-ins, sessions, counted tries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self

from registration.limits import Limit, Subject
from registration.statuses import Status

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True)
class Holder:
    """The registration that holds a user name, as the read model knows it."""

    registration_id: str
    status: Status
    deadline: datetime | None
    password_valid_until: datetime | None

    @classmethod
    def of(cls, row: "asyncpg.Record") -> Self:
        """From the columns of `registrations`."""
        return cls(str(row["id"]), Status(row["status"]), row["deadline"], row["password_valid_until"])


@dataclass(frozen=True)
class Password:
    """The adopted password: whose it is, the credential's id, and the hash."""

    registration_id: str
    credential_id: str
    hash: str = field(repr=False)


@dataclass(frozen=True)
class Window:
    """How many tries there were in a window of time, and when it ends (UTC)."""

    tries: int
    ends_at: datetime


Windows = list[tuple[Limit, Window]]


@dataclass(frozen=True)
class Claim:
    """Somebody claims to have a user name.

    The account's browsers are those used since a moment (UTC); none are asked for without one.
    """

    user_name: str = field(repr=False)
    sender: Subject
    browsers_since: datetime | None = None


@dataclass(frozen=True)
class CountedClaim:
    """Where a claim leads, once its try is counted: who holds the user name, and what further tries are counted by.

    `account` is the row, which `Reader.account` opens.
    """

    holder: Holder | None
    subject: Subject
    windows: Windows
    account: "asyncpg.Record" = field(repr=False)


@dataclass(frozen=True)
class LogInFacts:
    """What an account knows when somebody logs in; `key` seals what is noted of it, `email_id` is the present address.

    Browsers are known by `marks`. `by_new_code` as in `KnownBrowsers`, `last_notice` too.
    """

    key: bytes = field(repr=False)
    email_id: str
    marks: frozenset[bytes] = field(repr=False)
    by_new_code: bool
    last_notice: datetime | None


@dataclass(frozen=True)
class LogInAccount:
    """What a user name leads to at a log-in: who holds it, the password, and what a log-in is noted with.

    Each is `None` where there is none.
    """

    holder: Holder | None
    password: Password | None
    facts: LogInFacts | None


@dataclass(frozen=True)
class LogInEntry:
    """A log-in as it is noted, by the parameters of the query `note_success`; without values nothing is noted."""

    log_in_id: str | None = None
    at: datetime | None = None
    sealed: bytes | None = field(default=None, repr=False)
    mark: bytes | None = field(default=None, repr=False)
    notice_id: str | None = None
    notice: bytes | None = field(default=None, repr=False)
    last_notice_before: datetime | None = None


@dataclass(frozen=True)
class SessionFacts:
    """What a session's row seals: its public id, which password was typed, how (RFC 8176), when, and the last use."""

    session_id: str
    credential_id: str = field(repr=False)
    methods: tuple[str, ...]
    authenticated_at: datetime
    used_at: datetime


@dataclass(frozen=True)
class StoredSession:
    """A session's facts, and its registration as it is now.

    `is_in_force`: the password that was typed is still the registration's.
    """

    facts: SessionFacts
    holder: Holder
    is_in_force: bool
