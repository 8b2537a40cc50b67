"""What operators are shown of bulk extensions. All times are UTC; no personal data."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from registration.answers import REGISTRATION_ID, answer, label
from registration.extensions import Extension, ExtensionOutcome, ExtensionState, Progress
from registration.statuses import Status

EXTENSION_ID: Final = "019a2f62-1111-7abc-8def-001122334455"


@answer
@dataclass(frozen=True)
class ExtensionProgress:
    """How many accounts the extension is for, and what has become of them; none before the list is fixed."""

    total: int = field(metadata=label("total", "How many accounts it is for.", 10000))
    extended: int = field(metadata=label("extended", "How many are extended.", 2500))
    refused: int = field(metadata=label("refused", "How many refused it.", 1))
    open: int = field(metadata=label("waiting", "How many have not answered yet.", 7499))

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """The counts of the list."""
        return cls(**vars(progress))


@answer
@dataclass(frozen=True)
class ExtensionStatus:
    """A bulk extension: who asked, who approved, how far it has come."""

    extension_id: str = field(metadata=label("extension id", "The extension's id, a UUID.", EXTENSION_ID))
    before: datetime = field(
        metadata=label("before", "It is for accounts whose password expires before this.", "2027-12-31T22:59:59Z")
    )
    days: int | None = field(metadata=label("days", "null: to each registration's next anniversary.", 90))
    state: ExtensionState = field(metadata=label("state", "How far it is.", "RUNNING"))
    requested_by: str = field(metadata=label("requested by", "Who asked for it, by an opaque id.", "operator-1"))
    requested_at: datetime = field(metadata=label("requested at", "When it was asked for.", "2027-11-02T09:00:00Z"))
    approved_by: str | None = field(
        metadata=label("approved by", "Who approved it, by an opaque id; null before.", "supervisor-3")
    )
    approved_at: datetime | None = field(
        metadata=label("approved at", "When it was approved; null before.", "2027-11-02T09:30:00Z")
    )
    listed_at: datetime | None = field(
        metadata=label("listed at", "When the list of its accounts was fixed.", "2027-11-02T10:00:00Z")
    )
    finished_at: datetime | None = field(
        metadata=label("finished at", "When every account had its outcome; null before.", None)
    )
    progress: ExtensionProgress = field(metadata=label("progress", "What came of its accounts so far."))
    rate: float | None = field(metadata=label("rate", "Registrations a second, while it runs.", 50.0))

    @classmethod
    def of(cls, extension: Extension, state: ExtensionState, progress: Progress, rate: float | None = None) -> Self:
        """What was asked for, and how far it is."""
        terms = {name: value for name, value in vars(extension).items() if name != "id"}
        return cls(extension_id=extension.id, **terms, state=state, progress=ExtensionProgress.of(progress), rate=rate)


@answer
@dataclass(frozen=True)
class ExtensionList:
    """At most 20 bulk extensions, newest first."""

    extensions: tuple[ExtensionStatus, ...] = field(metadata=label("extensions", "At most 20, newest first."))
    more: bool = field(metadata=label("more", "There are older ones: ask for those older than the last.", False))


@answer
@dataclass(frozen=True)
class ExtensionItem:
    """One account of an extension, and what came of it."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    valid_until: datetime = field(
        metadata=label("valid until", "The end of its validity when the list was fixed.", "2027-12-01T10:00:00Z")
    )
    until: datetime = field(metadata=label("until", "The new one.", "2028-02-29T10:00:00Z"))
    outcome: ExtensionOutcome = field(
        default=ExtensionOutcome.OPEN, metadata=label("outcome", "What came of it.", "EXTENDED")
    )
    reason: str | None = field(default=None, metadata=label("reason", "Why it was refused; null otherwise.", None))


@answer
@dataclass(frozen=True)
class ExtensionCount:
    """So many accounts of a status expire in one month, and would in another; months are YYYY-MM in Budapest."""

    status: Status = field(metadata=label("status", "The status that the accounts have.", "ACTIVE"))
    month: str = field(metadata=label("month", "The month in which they expire now.", "2027-12"))
    until_month: str = field(metadata=label("new month", "The month in which they would expire.", "2028-03"))
    accounts: int = field(metadata=label("accounts", "How many they are.", 10000))


@answer
@dataclass(frozen=True)
class ExtensionDryRun:
    """What an extension would do now."""

    total: int = field(metadata=label("total", "How many accounts it would be for.", 10000))
    already_past: int = field(
        metadata=label("already past", "So many would be refused: their new date has passed already.", 12)
    )
    counts: tuple[ExtensionCount, ...] = field(
        metadata=label("counts", "How many of which status move from which month to which.")
    )
