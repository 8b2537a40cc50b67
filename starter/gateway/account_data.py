"""What a client downloads of their own account: all that it is, without a hash, a document number or a clerk."""

from dataclasses import dataclass, field
from datetime import date, datetime

from registration.answers import AS_OF, CHANNEL, DEADLINE, PASSWORD_VALID_UNTIL, SINCE, STATUS, answer, label
from registration.letters import LetterFailure, LetterKind, LetterOutcome
from registration.log_ins import BrowserFamily
from registration.messages import ActorKind
from registration.operations import Operation
from registration.statuses import Channel, Status
from starter.gateway.desk_answers import Disclosure

_OFFICE = label("office", "The name of the office, where one acted.", "Budapest V. kerületi Okmányiroda")


@answer
@dataclass(frozen=True)
class LifeLine:
    """Something that happened to the account."""

    at: datetime = field(metadata=label("at", "When it happened.", "2027-03-01T10:05:00Z"))
    happened: str = field(metadata=label("what happened", "What happened, in words.", "Your identity was verified."))
    by: ActorKind = field(metadata=label("by", "The kind of user who did it.", "CITIZEN"))
    office: str | None = field(metadata=_OFFICE)


@answer
@dataclass(frozen=True)
class LookLine:
    """How often an office did one thing on a day."""

    day: date = field(metadata=label("day", "The day, in Budapest.", "2027-03-01"))
    office: str | None = field(metadata=_OFFICE)
    operation: Operation = field(metadata=label("operation", "What was done, by its name.", "desk.look"))
    done: str = field(metadata=label("what was done", "The same in words.", "looking at the registration"))
    times: int = field(metadata=label("times", "How often.", 1))


@answer
@dataclass(frozen=True)
class SentLetterLine:
    """A letter that was sent, or was to be sent; its text is kept nowhere."""

    at: datetime = field(metadata=label("at", "When its outcome was known.", "2027-03-01T10:00:02Z"))
    kind: LetterKind = field(metadata=label("kind", "What kind of letter.", "CODE_PASSWORD"))
    letter: str = field(metadata=label("letter", "The same in words.", "one-time code"))
    outcome: LetterOutcome = field(metadata=label("outcome", "What became of it.", "SENT"))
    failure: LetterFailure | None = field(metadata=label("failure", "Why it did not arrive; null where it did.", None))


@answer
@dataclass(frozen=True)
class LogInLine:
    """A log-in of the last 180 days; of many, the last 100."""

    at: datetime = field(metadata=label("at", "When it was.", "2027-03-01T10:10:00Z"))
    network: str = field(metadata=label("network", "The beginning of the client's address.", "198.51.*.*"))
    browser: BrowserFamily | None = field(
        metadata=label("browser", "What the browser said that it is; null at a portal.", "FIREFOX")
    )
    portal: str | None = field(
        metadata=label("portal", "The id of the portal that it came through; null at our own pages.", None)
    )


@answer
@dataclass(frozen=True)
class AccountData:
    """All that the account is: personal data. Times are UTC.

    Lists begin with the oldest, looks and log-ins with the newest.
    """

    form: Disclosure = field(repr=False, metadata=label("form", "What was filled in at the registration."))
    channel: Channel = field(metadata=CHANNEL)
    status: Status = field(metadata=STATUS)
    since: datetime | None = field(metadata=SINCE)
    deadline: datetime | None = field(metadata=DEADLINE)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)
    identity_verified: bool = field(metadata=label("identity verified", "Whether the identity is verified.", True))
    life: tuple[LifeLine, ...] = field(metadata=label("life", "What happened to the account."))
    looks: tuple[LookLine, ...] = field(
        metadata=label("looks", "Who looked at the data; without searches, refused attempts and audits.")
    )
    letters: tuple[SentLetterLine, ...] = field(metadata=label("letters", "The letters to the client."))
    log_ins: tuple[LogInLine, ...] = field(metadata=label("log-ins", "The log-ins to the account, the newest first."))
    as_of: datetime = field(metadata=AS_OF)
