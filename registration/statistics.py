"""Counts over all registrations, as an auditor reads them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from registration.answers import answer, label
from registration.statuses import Channel, Status

_WAITING = {Status.SUBMITTED, Status.AWAITING_ACTIVATION, Status.TEMPORARY}
"""They wait for an activation or a verification (S3)."""


@answer
@dataclass(frozen=True)
class RegistrationCount:
    """So many registrations: opened in a month (Budapest), by a channel, at an office, now in a status."""

    month: str = field(metadata=label("month", "The month of opening in Budapest, YYYY-MM.", "2027-03"))
    channel: Channel = field(metadata=label("channel", "How they were opened.", "ONLINE"))
    office: str | None = field(metadata=label("office", "Where they were opened, if in person.", None))
    status: Status = field(metadata=label("status", "Their present status.", "ACTIVE"))
    registrations: int = field(metadata=label("registrations", "How many they are.", 3))


@answer
@dataclass(frozen=True)
class Statistics:
    """Counts over all registrations that were opened in a span of months."""

    since: str | None = field(
        metadata=label("from", "The first month that counts; null: from the beginning.", "2027-03")
    )
    until: str | None = field(metadata=label("until", "The last month that counts; null: to the end.", None))
    registrations: int = field(metadata=label("registrations", "All of them.", 5))
    by_status: Mapping[str, int] = field(
        metadata=label("by status", "How many have which status.", {"ACTIVE": 3, "LAPSED": 2})
    )
    by_channel: Mapping[str, int] = field(
        metadata=label("by channel", "How many were opened by which channel.", {"ONLINE": 5})
    )
    by_office: Mapping[str, int] = field(metadata=label("by office", "How many were opened at which office.", {"–": 5}))
    by_month: Mapping[str, int] = field(
        metadata=label("by month", "How many were opened in which month.", {"2027-03": 5})
    )
    lapse_rate: float | None = field(
        metadata=label("lapse rate", "Lapsed, of those that wait for nothing any more (S3).", 0.4)
    )
    median_seconds_to_activation: float | None = field(
        metadata=label(
            "median seconds to activation",
            "From opening to the first redeemed code, of those that were activated.",
            3600.0,
        )
    )
    undelivered_letters: Mapping[str, int] = field(
        metadata=label("undelivered letters", "How many letters of which kind did not arrive.", {"CODE_PASSWORD": 1})
    )
    counts: tuple[RegistrationCount, ...] = field(metadata=label("counts", "The counts that these are sums of."))

    @classmethod
    def of(
        cls,
        counts: tuple[RegistrationCount, ...],
        *,
        since: str | None = None,
        until: str | None = None,
        median_seconds_to_activation: float | None = None,
        undelivered: Mapping[str, int] | None = None,
    ) -> Self:
        """The sums of the counts, in the order of their names; `undelivered` are letters by kind."""
        statuses = _totals(counts, "status")
        settled = sum(number for status, number in statuses.items() if status not in _WAITING)
        return cls(
            since=since,
            until=until,
            registrations=sum(count.registrations for count in counts),
            by_status=statuses,
            by_channel=_totals(counts, "channel"),
            by_office=_totals(counts, "office"),
            by_month=_totals(counts, "month"),
            lapse_rate=statuses.get(Status.LAPSED, 0) / settled if settled else None,
            median_seconds_to_activation=median_seconds_to_activation,
            undelivered_letters=dict(undelivered or {}),
            counts=counts,
        )


def _totals(counts: tuple[RegistrationCount, ...], dimension: str) -> dict[str, int]:
    totals = Counter[str]()
    for count in counts:
        totals[getattr(count, dimension) or "–"] += count.registrations
    return dict(sorted(totals.items()))
