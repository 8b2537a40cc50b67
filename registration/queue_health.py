"""Whether the tasks of a queue reach a worker: Temporal hands them to the current version alone, in silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from registration.system_health import HealthCheck, HealthCheckName, HealthReason, HealthState

SEEN_WITHIN: Final = timedelta(minutes=2)
"""An idle worker asks every minute, and clocks may differ by another; Temporal lists one that is gone for five."""

WAITS_AT_MOST: Final = timedelta(seconds=30)
"""A worker takes a task within milliseconds; so long it waits behind many others, too."""

GONE_AFTER: Final = timedelta(seconds=15)
"""Workers that take no task for so long while others ask are gone: reconciliation brings one every 15 seconds."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Poller:
    """A worker, its build if it is versioned, and when it last asked for tasks (Temporal's clock, UTC)."""

    build_id: str | None
    asked_at: datetime


@dataclass(frozen=True)
class QueueUse:
    """The build that gets a queue's tasks (`None`: workers without one), who asks for them, how long one has waited."""

    current_build: str | None
    pollers: tuple[Poller, ...]
    waits: timedelta = timedelta()


def polled(check: HealthCheckName, use: QueueUse, now: datetime) -> HealthCheck:
    """A queue, with the number of workers that get its tasks; without any, or where tasks wait, it needs attention."""
    asking = [poller for poller in use.pollers if now - poller.asked_at <= SEEN_WITHIN]
    serving = [poller for poller in asking if poller.build_id == use.current_build]
    others = [poller for poller in asking if poller.build_id != use.current_build]
    if use.waits > GONE_AFTER and _newest(others) > _newest(serving):
        serving = []  # they are gone, and still listed
    reason = None
    if not serving:
        reason = _why_unserved(use, others)
    elif use.waits > WAITS_AT_MOST:
        reason = HealthReason.TASKS_WAIT
    state = HealthState.ALERT if reason else HealthState.WELL
    return HealthCheck(check, state, now, count=len(serving), reason=reason, name=use.current_build)


def _why_unserved(use: QueueUse, others: list[Poller]) -> HealthReason:
    if not others:
        return HealthReason.NO_WORKER
    return HealthReason.OTHER_VERSION if use.current_build else HealthReason.NO_CURRENT_VERSION


def _newest(pollers: Iterable[Poller]) -> datetime:
    return max((poller.asked_at for poller in pollers), default=_NEVER)
