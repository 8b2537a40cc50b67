"""What commands show that only the command line has: files that were written, the embedded environment."""

from dataclasses import dataclass, field
from datetime import datetime

from registration.answers import (
    DEADLINE,
    NEXT_STEP,
    NEXT_STEP_AT,
    PASSWORD_VALID_UNTIL,
    REGISTRATION_ID,
    STATUS,
    answer,
    label,
)
from registration.descriptions import NextStep
from registration.statuses import Status

_PAGE = label("page", "The file that the page was written to.")
_REPORT = label("report", "The file with the report.")


@answer
@dataclass(frozen=True)
class PageWritten:
    """A page was written."""

    page: str = field(metadata=_PAGE)


@answer
@dataclass(frozen=True)
class ReceiptWritten:
    """A receipt was written as a page."""

    receipt_number: str = field(metadata=label("receipt number", "The number of the receipt."))
    page: str = field(metadata=_PAGE)


@answer
@dataclass(frozen=True)
class ValidityExtended:
    """The registration has accepted an extension."""

    applied: bool = field(metadata=label("applied", "Whether the registration accepted it."))
    status: Status = field(metadata=STATUS)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)


@answer
@dataclass(frozen=True)
class ReportWritten:
    """The report of a bulk extension was written."""

    accounts: int = field(metadata=label("accounts", "How many accounts it lists."))
    extended: int = field(metadata=label("extended", "How many of them are extended."))
    refused: int = field(metadata=label("refused", "How many refused it."))
    open: int = field(metadata=label("waiting", "How many have not answered yet."))
    report: str = field(metadata=_REPORT)


@answer
@dataclass(frozen=True)
class OfficesImported:
    """Offices were imported."""

    imported: int = field(metadata=label("imported", "How many offices the file has."))


@answer
@dataclass(frozen=True)
class AccountsImported:
    """An older system's accounts were taken over, or would be."""

    dry_run: bool = field(metadata=label("dry run", "Whether nothing was written."))
    file_lines: int = field(metadata=label("lines of the file", "All lines of the file."))
    header: int = field(metadata=label("header", "The line with the columns' names."))
    blank: int = field(metadata=label("blank lines", "How many lines are blank."))
    lines: int = field(metadata=label("lines of accounts", "How many lines are accounts."))
    taken_over: int = field(metadata=label("taken over", "How many were taken over now."))
    already_there: int = field(metadata=label("already there", "How many an earlier run took over."))
    refused: int = field(metadata=label("refused", "How many are refused."))
    started: int = field(metadata=label("started", "How many workflows were started now."))
    report: str | None = field(metadata=_REPORT)


@answer
@dataclass(frozen=True)
class Prepared:
    """The database and Temporal's namespace are prepared."""

    prepared: bool = field(metadata=label("prepared", "Whether everything is prepared."))


@answer
@dataclass(frozen=True)
class Downgraded:
    """The database has an older schema again."""

    schema: str = field(metadata=label("schema", "The revision that the database has now.", "0005"))


@answer
@dataclass(frozen=True)
class SecretsMade:
    """A folder has every secret that an installation begins with."""

    made: tuple[str, ...] = field(metadata=label("made", "The files that were missing."))
    kept: tuple[str, ...] = field(metadata=label("kept", "The files that existed."))


@answer
@dataclass(frozen=True)
class DevAddresses:
    """Where the embedded environment is."""

    pages: str = field(metadata=label("pages for citizens", "The address of the log-in page."))
    staff: str = field(metadata=label("pages for staff", "The address of their sign-in page."))
    inbox: str | None = field(metadata=label("inbox", "Its address; null where the mail server is not ours."))
    api: str = field(metadata=label("API", "The address of the API."))
    temporal_ui: str | None = field(metadata=label("web UI of Temporal", "Null where the server has none of ours."))
    temporal: str = field(metadata=label("Temporal", "The address of the Temporal server."))
    database_url: str = field(metadata=label("database address", "The address of PostgreSQL, without a password."))
    smtp: str = field(metadata=label("mail (SMTP)", "The address of the mail server, without a password."))
    data: str = field(metadata=label("data folder", "Where the environment keeps its data."))


@answer
@dataclass(frozen=True)
class DevToken:
    """A bearer token of the embedded environment."""

    token: str = field(repr=False, metadata=label("token", "The token."))


@answer
@dataclass(frozen=True)
class SignatureWritten:
    """A signature was made in the embedded environment."""

    signature: str = field(metadata=label("signature", "The file with the signature."))
    level: str = field(metadata=label("level", "The level of the signature."))
    format: str = field(metadata=label("format", "The format of the signature."))


@answer
@dataclass(frozen=True)
class TimePassed:
    """The time of one registration has passed."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    now: datetime = field(metadata=label("new time", "The registration's time."))
    status: Status = field(metadata=STATUS)
    deadline: datetime | None = field(metadata=DEADLINE)
    next_step: NextStep = field(metadata=NEXT_STEP)
    next_step_at: datetime | None = field(metadata=NEXT_STEP_AT)


@answer
@dataclass(frozen=True)
class InboxLine:
    """A letter in the inbox."""

    number: int = field(metadata=label("number", "Its number, by which it is shown."))
    date: datetime = field(metadata=label("date", "When it was sent."))
    to: str = field(repr=False, metadata=label("to", "The address that it went to."))
    subject: str = field(metadata=label("subject", "Its subject."))


@answer
@dataclass(frozen=True)
class ReceivedLetters:
    """The letters that have arrived in the embedded environment."""

    letters: tuple[InboxLine, ...] = field(metadata=label("letters", "The letters, oldest first."))


@answer
@dataclass(frozen=True)
class InboxLetter:
    """A letter with its text."""

    number: int = field(metadata=label("number", "Its number."))
    date: datetime = field(metadata=label("date", "When it was sent."))
    to: str = field(repr=False, metadata=label("to", "The address that it went to."))
    subject: str = field(metadata=label("subject", "Its subject."))
    text: str = field(repr=False, metadata=label("text", "Its text."))
