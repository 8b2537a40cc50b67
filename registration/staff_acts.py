"""What staff did, as auditors ask for it: to which accounts, where, when, by whom, from the record of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self
from uuid import UUID

from registration.access import NO_OFFICE
from registration.answers import ID, REQUEST_ID, answer, label
from registration.errors import InvalidInput
from registration.forms import checked_identifier
from registration.input_rules import InputRule
from registration.messages import AT_THE_DESK
from registration.operations import Operation
from registration.record import Event, EventKind
from registration.statuses import Status
from registration.times import end_of, time_of

ACTS: Final = tuple(each for each in Operation if each.row.leaves)
"""The operations that leave an event in an account's record. A printed receipt is a disclosure, too."""

KINDS: Final = (*dict.fromkeys(each.row.leaves for each in ACTS if each.row.leaves), EventKind.SIGNAL_REFUSED)
"""The events that they leave; the last one is that of a signal that was refused."""

STAFF_ACT_PLACE: Final = f"2027-03-01T10:00:00.000000+00:00/{ID}/4"


def operation_of(kind: EventKind) -> Operation | None:
    """The operation that leaves such an event, the plainest of several; `None` where staff leaves none."""
    return next((each for each in ACTS if each.row.leaves is kind), None)


def acts_in_person(events: Iterable[Event], office: str | None) -> tuple[Event, ...]:
    """The acts at a desk of an office that named their evidence."""
    return tuple(it for it in events if it.evidence and it.actor.office == office)


def last_act_of_another(events: Iterable[Event], clerk: str, since: datetime) -> Event | None:
    """The last act that somebody else at a desk, of any office, has done since then; `events` are in order."""
    by_others = (it for it in events if it.actor.kind in AT_THE_DESK and it.actor.id != clerk and it.at >= since)
    return next(reversed([it for it in by_others if operation_of(it.kind)]), None)


_EARLIEST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_SEQUENCE: Final = 2**31 - 1
"""What the store can number."""


@answer
@dataclass(frozen=True)
class StaffAct:
    """An act of a clerk, supervisor or operator that took effect. It names no client."""

    at: datetime = field(metadata=label("at", "When it took effect.", "2027-03-01T10:00:00Z"))
    act: EventKind = field(metadata=label("act", f"What was done: {', '.join(KINDS)}.", "REACTIVATED"))
    registration_id: str = field(metadata=label("registration id", "The account that it was done to.", ID))
    sequence: int = field(metadata=label("event number", "The number of the act's event in the account's record.", 4))
    actor_kind: str = field(
        metadata=label("kind of user", "What kind of user acted: CLERK, SUPERVISOR or OPERATOR.", "CLERK")
    )
    actor_id: str = field(metadata=label("who", "Who acted, by an opaque id.", "clerk-7"))
    office: str | None = field(
        metadata=label("office", "The office that was acted for; an operator acts for none.", "1051")
    )
    status: Status = field(metadata=label("status", "The account's status afterwards.", "AWAITING_REACTIVATION"))
    request_id: str | None = field(
        metadata=label("request", "The request, which the access record names too.", REQUEST_ID)
    )

    @property
    def operation(self) -> Operation | None:
        """The operation that leaves such an event, the plainest of several; `None` where the act was refused."""
        return operation_of(self.act)


@dataclass(frozen=True)
class ActPlace:
    """The place of an act in the list of all of them; written as `2027-03-01T10:00:00.000000+00:00/ID/4`."""

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


@answer
@dataclass(frozen=True)
class StaffActList:
    """At most 500 acts, oldest first."""

    acts: tuple[StaffAct, ...] = field(metadata=label("acts", "The acts, oldest first."))
    next: str | None = field(metadata=label("next", "There are more: ask again with this as `after`.", STAFF_ACT_PLACE))


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
