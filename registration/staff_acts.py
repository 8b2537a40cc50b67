"""What staff did, as auditors ask for it: to which accounts, where, when, by whom, from the record of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Final, Self
from uuid import UUID

from registration.access import NO_OFFICE
from registration.errors import InvalidInput
from registration.forms import checked_identifier
from registration.input_rules import InputRule
from registration.operations import Operation
from registration.record import EventKind
from registration.statuses import Status
from registration.times import end_of, time_of

ACTS: Final = tuple(each for each in Operation if each.row.leaves)
"""The operations that leave an event in an account's record. A printed receipt is a disclosure, too."""

KINDS: Final = (*dict.fromkeys(each.row.leaves for each in ACTS if each.row.leaves), EventKind.SIGNAL_REFUSED)
"""The events that they leave; the last one is that of a signal that was refused."""

_EARLIEST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_SEQUENCE: Final = 2**31 - 1
"""What the store can number."""


@dataclass(frozen=True)
class StaffAct:
    """An act of a clerk, supervisor or operator that took effect. It names no client."""

    at: datetime = field(metadata={"description": "When it took effect."})
    act: EventKind = field(metadata={"description": f"What was done: {', '.join(KINDS)}."})
    registration_id: str = field(metadata={"description": "The account that it was done to."})
    event: int = field(metadata={"description": "The number of the act's event in the account's record."})
    kind: str = field(metadata={"description": "What kind of user acted: CLERK, SUPERVISOR or OPERATOR."})
    id: str = field(metadata={"description": "Who acted, by an opaque id."})
    office: str | None = field(metadata={"description": "The office that was acted for; an operator acts for none."})
    status: Status = field(metadata={"description": "The account's status afterwards."})
    request_id: str | None = field(metadata={"description": "The request, which the access record names too."})


COLUMNS: Final = tuple(column.name for column in fields(StaffAct))


@dataclass(frozen=True)
class ActPlace:
    """Where an act stands in the list of all of them; written as `2027-03-01T10:00:00.000000+00:00/ID/4`."""

    at: datetime
    registration_id: str
    event: int

    def __str__(self) -> str:
        """As `parse` reads it."""
        return f"{self.at.astimezone(UTC).isoformat(timespec='microseconds')}/{self.registration_id}/{self.event}"

    @classmethod
    def parse(cls, name: str, typed: str) -> Self:
        """A place as a page named it. Raises `InvalidInput`."""
        try:
            at, registration_id, event = typed.split("/")
            place = cls(time_of(name, at), str(UUID(registration_id)), int(event))
        except ValueError:
            place = None
        if place is None or str(place) != typed or not 0 < place.event <= _LAST_SEQUENCE:
            raise InvalidInput(field=name, rule=InputRule.NOT_ACCEPTED)
        return place


@dataclass(frozen=True)
class ActsPage:
    """A part of a list of acts, oldest first; the next one begins behind `end`, which the last part lacks."""

    acts: tuple[StaffAct, ...]
    end: ActPlace | None


@dataclass(frozen=True)
class ActsQuery:
    """Acts of some kinds, from `since` until before `until` (UTC), for an office; `-`: for none, `None`: for any."""

    office: str | None
    since: datetime
    until: datetime
    kinds: tuple[EventKind, ...]

    @classmethod
    def parse(
        cls,
        *,
        office: str | None = None,
        since: str | None = None,
        until: str | None = None,
        operations: Iterable[str] = (),
        by_a_person: bool = False,
    ) -> Self:
        """From the start of the day `since`, or that time, to the end of the day `until`; both are Budapest's.

        Raises `InvalidInput`.
        """
        begin = _EARLIEST if since is None else time_of("since", since, whole_day=False, by_a_person=by_a_person)
        end = _LATEST if until is None else end_of("until", until, by_a_person=by_a_person)
        if end <= begin:
            raise InvalidInput(field="until", rule=InputRule.SPAN_ORDER)
        return cls(
            office=None if office is None else checked_identifier("office", office),
            since=begin,
            until=end,
            kinds=tuple(dict.fromkeys(map(_kind_of, operations))) or KINDS,
        )

    @property
    def recorded(self) -> str:
        """What was asked for, as the access record keeps it."""
        names = "" if set(self.kinds) == set(KINDS) else ",".join(self.kinds)
        bounds = (f"{bound:%Y-%m-%dT%H:%MZ}" for bound in (self.since, self.until))
        return f"{self.office or '*'} {'/'.join(bounds)} {names}".rstrip()


def _kind_of(typed: str) -> EventKind:
    """The event of an operation, named in full or as its command; or the event by its own name."""
    name = typed.strip().lower().replace("-", "_")
    for operation in ACTS:
        if name in {operation, operation.partition(".")[2]} and operation.row.leaves:
            return operation.row.leaves
    for kind in KINDS:
        if kind.lower() == name:
            return kind
    raise InvalidInput(field="operation", rule=InputRule.ONE_OF, choices=", ".join((*ACTS, KINDS[-1])))


def office_of(stored: str) -> str | None:
    """The office that was acted for, from what the store finds acts by."""
    return None if stored == NO_OFFICE else stored
