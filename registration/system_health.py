"""Whether an installation is well: what the operators' night page and `ugyfelkapu doctor` check. No personal data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from registration.answers import AS_OF, answer, label
from registration.archiving import ARCHIVE_EVERY
from registration.sentences import Vocabulary

OVERDUE_AFTER: Final = timedelta(minutes=5)
"""A worker that lives moves a registration within seconds of its deadline."""

LOOKED_BACK: Final = timedelta(hours=24)
"""Disagreements and undelivered letters are counted from one night to the next."""

SECOND_LOOK_TAKES: Final = timedelta(minutes=1)
"""A run of reconciliation that suspects a disagreement takes at least so long."""

RECONCILED_WITHIN: Final = timedelta(minutes=5)
"""A comparison begins every minute, and lasts another where it looks twice."""

CHECKPOINT_WITHIN: Final = timedelta(hours=25)
"""One each day, and an hour to write it."""

ARCHIVED_WITHIN: Final = 3 * ARCHIVE_EVERY

CERTIFICATES_WITHIN: Final = timedelta(days=30)
"""A new certificate takes weeks to get."""

CERTIFICATES_AT_ONCE: Final = timedelta(days=7)
"""Whoever has not begun by then gets up for it."""

LISTS_WITHIN: Final = timedelta(hours=12)
"""Authorities issue a new list every day; an old one closes the channel for its authority."""

SECURITY_TXT_WITHIN: Final = timedelta(days=30)
"""A new one is written and signed within days, by people who must be asked."""

_FEW_LETTERS: Final = 10
"""Addresses are mistyped every day."""


class HealthCheckName(Vocabulary):
    """What is checked; whether a process could start at all is what the doctor adds to the night page."""

    SETTINGS = "SETTINGS"
    DATABASE = "DATABASE", "PostgreSQL"
    CLOCK = "CLOCK", "clocks of this machine and of PostgreSQL"
    SCHEMA = "SCHEMA", "schema of the database"
    KEYS = "KEYS"
    TEMPORAL = "TEMPORAL", "Temporal"
    SEARCH_ATTRIBUTES = "SEARCH_ATTRIBUTES", "search attributes in Temporal"
    MAIL_SERVER = "MAIL_SERVER"
    TOKEN_KEYS = "TOKEN_KEYS", "keys of the tokens' issuer"
    SIGN_IN = "SIGN_IN", "sign-in service of staff"
    CERTIFICATES = "CERTIFICATES", "end of the first certificate"
    REVOCATION_LISTS = "REVOCATION_LISTS", "end of the first revocation list"
    SECURITY_TXT = "SECURITY_TXT", "end of security.txt"
    REGISTRATION_QUEUE = "REGISTRATION_QUEUE", "workers of registrations"
    LETTERS_QUEUE = "LETTERS_QUEUE", "workers of letters"
    CHECKPOINTS_QUEUE = "CHECKPOINTS_QUEUE", "workers of checkpoints"
    RECONCILIATION = "RECONCILIATION", "last pass of reconciliation"
    DISAGREEMENTS = "DISAGREEMENTS", "disagreements in 24 hours"
    OVERDUE_DEADLINES = "OVERDUE_DEADLINES", "overdue deadlines"
    STALLED_REGISTRATIONS = "STALLED_REGISTRATIONS", "registrations that cannot go on"
    UNDELIVERED_LETTERS = "UNDELIVERED_LETTERS", "undelivered letters in 24 hours"
    CHECKPOINT = "CHECKPOINT", "newest checkpoint"
    ARCHIVE = "ARCHIVE", "histories archived up to"
    RECONCILIATION_SCHEDULE = "RECONCILIATION_SCHEDULE", "last run of the schedule of reconciliation"
    CHECKPOINT_SCHEDULE = "CHECKPOINT_SCHEDULE", "last run of the schedule of checkpoints"
    ARCHIVE_SCHEDULE = "ARCHIVE_SCHEDULE", "last run of the schedule of the archive"


class HealthState(Vocabulary):
    """What a check has found. `OFF`: this installation, or this process, has no such thing."""

    WELL = "WELL", "in order"
    ALERT = "ALERT", "needs attention"
    UNKNOWN = "UNKNOWN"
    OFF = "OFF", "not set up"


class HealthReason(Vocabulary):
    """Why a check needs attention, where its number does not say it."""

    NEVER = "NEVER", "has not happened yet"
    LATE = "LATE", "too long ago"
    PAUSED = "PAUSED", "the schedule is paused"
    FAILED = "FAILED", "the last run failed"
    NO_WORKER = "NO_WORKER", "no worker asks for its tasks"
    NO_CURRENT_VERSION = "NO_CURRENT_VERSION", "its workers have a build id, but no version is current"
    OTHER_VERSION = "OTHER_VERSION", "its workers are not of the version that is current"
    TASKS_WAIT = "TASKS_WAIT", "its tasks wait"
    MISSING = "MISSING", "something is missing"
    UNUSABLE = "UNUSABLE", "it cannot be used"
    ENDED = "ENDED", "it has ended"
    ENDS_SOON = "ENDS_SOON", "it ends soon"


@answer
@dataclass(frozen=True)
class HealthCheck:
    """One thing that was checked: a number, or the time of something."""

    check: HealthCheckName = field(metadata=label("check", "What was checked.", "OVERDUE_DEADLINES"))
    state: HealthState = field(metadata=label("state", "What was found.", "WELL"))
    known_at: datetime = field(
        metadata=label(
            "known at",
            "When this was known; of what is unknown, when it was last known here, or when this process began.",
            "2027-03-01T02:02:11Z",
        )
    )
    count: int | None = field(
        default=None, metadata=label("count", "How many there are; null where nothing is counted.", 0)
    )
    before: int | None = field(
        default=None, metadata=label("the day before", "How many there were in the 24 hours before.", None)
    )
    at: datetime | None = field(
        default=None, metadata=label("time", "When it happened; null where nothing is timed.", None)
    )
    reason: HealthReason | None = field(
        default=None, metadata=label("reason", "Why it needs attention, where the number does not say it.", None)
    )
    name: str | None = field(
        default=None,
        metadata=label("name", "Such as the current version, or a file; null where there is nothing to name.", None),
    )
    registrations: tuple[str, ...] = field(
        default=(), metadata=label("registrations", "The ids of registrations whose statuses differ.", [])
    )


@answer
@dataclass(frozen=True)
class SystemHealth:
    """Everything that was checked, in the order in which it is looked at."""

    as_of: datetime = field(metadata=AS_OF)
    checks: tuple[HealthCheck, ...] = field(metadata=label("checks", "One for each thing that is checked."))


@dataclass(frozen=True)
class ScheduleRuns:
    """What Temporal knows of a schedule: since when it exists, its last start, and what came of that."""

    created_at: datetime
    started_at: datetime | None
    is_running: bool
    has_failed: bool
    is_paused: bool
    ended_at: datetime | None = None


def disagreeing(registrations: tuple[str, ...], now: datetime) -> HealthCheck:
    """Registrations whose statuses differed; any needs attention, as nothing is repaired by itself."""
    found = _counted(HealthCheckName.DISAGREEMENTS, len(registrations), now, needs_attention=bool(registrations))
    return replace(found, registrations=registrations)


def overdue(count: int, now: datetime) -> HealthCheck:
    """Deadlines that nothing has happened at; any needs attention."""
    return _counted(HealthCheckName.OVERDUE_DEADLINES, count, now, needs_attention=count > 0)


def stalled(count: int, now: datetime) -> HealthCheck:
    """Registrations whose workflow task fails again and again; any needs attention."""
    return _counted(HealthCheckName.STALLED_REGISTRATIONS, count, now, needs_attention=count > 0)


def undelivered(count: int, before: int, now: datetime) -> HealthCheck:
    """Letters that did not arrive: more than twice as many as the day before need attention, not a few."""
    found = _counted(
        HealthCheckName.UNDELIVERED_LETTERS, count, now, needs_attention=count > max(_FEW_LETTERS, 2 * before)
    )
    return replace(found, before=before)


def aged(check: HealthCheckName, at: datetime | None, within: timedelta, now: datetime) -> HealthCheck:
    """Something that happens again and again; what has not happened, or too long ago, needs attention."""
    reason = HealthReason.NEVER if at is None else HealthReason.LATE if now - at > within else None
    return _timed(check, at, reason, now)


def scheduled(check: HealthCheckName, runs: ScheduleRuns, within: timedelta, now: datetime) -> HealthCheck:
    """A schedule; one that is paused, whose last run failed, or that has not run for too long needs attention."""
    reason = None
    if runs.is_paused:
        reason = HealthReason.PAUSED
    elif runs.has_failed:
        reason = HealthReason.FAILED
    elif not runs.is_running and now - (runs.ended_at or runs.started_at or runs.created_at) > within:
        reason = HealthReason.LATE
    return _timed(check, runs.started_at, reason, now)


def ending(check: HealthCheckName, ends: Mapping[str, datetime], soon: timedelta, now: datetime) -> HealthCheck:
    """Documents with an end, by their names; what has ended, or ends within `soon`, needs attention."""
    if not ends:
        return off(check, now)
    name, first = min(ends.items(), key=lambda item: item[1])
    reason = HealthReason.ENDED if first <= now else HealthReason.ENDS_SOON if first - now <= soon else None
    return replace(_timed(check, first, reason, now), name=name)


def complete(check: HealthCheckName, missing: Sequence[str], now: datetime) -> HealthCheck:
    """What must be there as a whole; anything that is missing needs attention, and is named."""
    if not missing:
        return well(check, now)
    return HealthCheck(check, HealthState.ALERT, now, reason=HealthReason.MISSING, name=", ".join(missing))


def well(check: HealthCheckName, now: datetime) -> HealthCheck:
    """What can be used."""
    return HealthCheck(check, HealthState.WELL, now)


def unusable(check: HealthCheckName, now: datetime, name: str | None = None) -> HealthCheck:
    """What cannot be used as it is; `name` is the kind of failure, if that is known."""
    return HealthCheck(check, HealthState.ALERT, now, reason=HealthReason.UNUSABLE, name=name)


def unknown(check: HealthCheckName, since: datetime) -> HealthCheck:
    """What could not be found out now."""
    return HealthCheck(check, HealthState.UNKNOWN, since)


def off(check: HealthCheckName, now: datetime) -> HealthCheck:
    """What is not there."""
    return HealthCheck(check, HealthState.OFF, now)


def _counted(check: HealthCheckName, count: int, now: datetime, *, needs_attention: bool) -> HealthCheck:
    return HealthCheck(check, HealthState.ALERT if needs_attention else HealthState.WELL, now, count=count)


def _timed(check: HealthCheckName, at: datetime | None, reason: HealthReason | None, now: datetime) -> HealthCheck:
    return HealthCheck(check, HealthState.ALERT if reason else HealthState.WELL, now, at=at, reason=reason)
