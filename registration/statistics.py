"""Counts over all registrations, as an auditor reads them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from registration.statuses import Channel, Status


@dataclass(frozen=True)
class Count:
    """So many registrations: opened in a `month` (`2026-11`, Budapest), by a channel, at an office, now in a status."""

    month: str
    channel: Channel
    office: str | None
    status: Status
    registrations: int


@dataclass(frozen=True)
class Statistics:
    """Counts of the registrations opened from month `since` up to and including month `until`; none: no bound.

    `median_seconds_to_activation` is from opening to the first redeemed code, of those that were activated;
    `undelivered` are letters by kind.
    """

    since: str | None
    until: str | None
    counts: tuple[Count, ...]
    median_seconds_to_activation: float | None
    undelivered: dict[str, int]

    @property
    def registrations(self) -> int:
        """All of them."""
        return sum(count.registrations for count in self.counts)

    @property
    def lapse_rate(self) -> float | None:
        """S3: the share of those lapsed among those that await neither activation nor verification any more."""
        statuses = self.by("status")
        waiting = {Status.SUBMITTED, Status.AWAITING_ACTIVATION, Status.TEMPORARY}
        settled = sum(number for status, number in statuses.items() if status not in waiting)
        return statuses.get(Status.LAPSED, 0) / settled if settled else None

    def by(self, dimension: str) -> dict[str, int]:
        """Registrations by `month`, `channel`, `office` or `status`, in the order of their names."""
        totals = Counter[str]()
        for count in self.counts:
            totals[getattr(count, dimension) or "–"] += count.registrations
        return dict(sorted(totals.items()))

    def summary(self) -> dict[str, Any]:
        """All of it but the counts one by one, as JSON can hold it."""
        return {
            "since": self.since,
            "until": self.until,
            "registrations": self.registrations,
            **{f"by_{dimension}": self.by(dimension) for dimension in ("status", "channel", "office", "month")},
            "lapse_rate": self.lapse_rate,
            "median_seconds_to_activation": self.median_seconds_to_activation,
            "undelivered_letters": dict(self.undelivered),
        }
