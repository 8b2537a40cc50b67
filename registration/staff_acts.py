"""What staff did, as auditors ask for it: to which accounts, where, when, by whom, from the record of all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Final, Self
from uuid import UUID

from registration.access import NO_OFFICE
from registration.errors import InvalidInput
from registration.forms import checked_identifier
from registration.input_rules import InputRule
from registration.record import EventKind
from registration.statuses import Status
from registration.times import end_of, time_of

OPERATIONS: Final[Mapping[str, EventKind]] = {
    "register": EventKind.REGISTRATION_OPENED,
    "import": EventKind.REGISTRATION_IMPORTED,
    "verify_identity": EventKind.IDENTITY_VERIFIED,
    "reactivate": EventKind.REACTIVATED,
    "change_email": EventKind.EMAIL_CHANGED,
    "disclose": EventKind.DATA_DISCLOSED,
    "send_again": EventKind.LETTER_SENT_AGAIN,
    "extend_validity": EventKind.VALIDITY_EXTENDED,
    "close": EventKind.REGISTRATION_CLOSED,
    "refused_signal": EventKind.SIGNAL_REFUSED,
}
"""The acts by name, and the event that each leaves. A printed receipt is a disclosure, too."""

_NAMES: Final = {kind: name for name, kind in OPERATIONS.items()}
_EARLIEST: Final = datetime(1, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_SEQUENCE: Final = 2**31 - 1
"""What the store can number."""


@dataclass(frozen=True)
class StaffAct:
    """An act of a clerk, supervisor or operator that took effect. It names no client."""

    at: datetime = field(metadata={"description": "When it took effect."})
    operation: str = field(metadata={"description": f"Which act: {', '.join(OPERATIONS)}."})
    registration_id: str = field(metadata={"description": "The account that it was done to."})
    event: int = field(metadata={"description": "The number of the act's event in the account's record."})
    kind: str = field(metadata={"description": "What kind of user acted: CLERK, SUPERVISOR or OPERATOR."})
    id: str = field(metadata={"description": "Who acted, by an opaque id."})
    office: str | None = field(metadata={"description": "The office that was acted for; an operator acts for none."})
    status: Status = field(metadata={"description": "The account's status afterwards."})
    request_id: str | None = field(metadata={"description": "The request, which the access record names too."})

    @staticmethod
    def operation_of(kind: str) -> str:
        """The act's name, by its event's kind."""
        return _NAMES[EventKind(kind)]


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
            kinds=tuple({_kind_of(each): None for each in operations}) or tuple(OPERATIONS.values()),
        )

    @property
    def recorded(self) -> str:
        """What was asked for, as the access record keeps it."""
        names = "" if set(self.kinds) == set(OPERATIONS.values()) else ",".join(_NAMES[kind] for kind in self.kinds)
        bounds = (f"{bound:%Y-%m-%dT%H:%MZ}" for bound in (self.since, self.until))
        return f"{self.office or '*'} {'/'.join(bounds)} {names}".rstrip()


def _kind_of(typed: str) -> EventKind:
    """An act by its name, by its name in the access record or of its command, or by its event's kind."""
    name = typed.strip().lower().removeprefix("desk.").removeprefix("operations.").replace("-", "_")
    found = OPERATIONS.get(name) or next((kind for kind in _NAMES if kind.lower() == name), None)
    if found is None:
        raise InvalidInput(field="operation", rule=InputRule.ONE_OF, choices=", ".join(OPERATIONS))
    return found


def office_of(stored: str) -> str | None:
    """The office that was acted for, from what the store finds acts by."""
    return None if stored == NO_OFFICE else stored
