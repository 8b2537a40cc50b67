"""What staff did to which accounts, for auditors; each look is in the access record."""

from typing import Final

from registration.forms import checked_identifier
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.staff_acts import ActPlace, ActsQuery, StaffActList
from starter.gateway.engine import Engine
from starter.gateway.staff_act import StaffWork, attended

_MOST: Final = 500
"""Acts of a page: some hundred kilobytes."""


class StaffActsGateway:
    """For one auditor, named by an opaque id. Every method raises `StaffDisabled`, `InvalidInput`, `Unavailable`."""

    def __init__(self, engine: Engine, auditor: str) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self.engine = engine
        self.actor = Actor(ActorKind.AUDITOR, checked_identifier("auditor", auditor))

    @attended(Operation.AUDIT_ACTS)
    async def acts(self, act: StaffWork, query: ActsQuery, after: str | None = None) -> StaffActList:
        """At most 500 acts, oldest first; `after` is `next` of the page before."""
        act.detail = query.recorded
        place = None if after is None else ActPlace.parse("after", after)
        found = await self.engine.staff_acts.acts(query, place, most=_MOST + 1)
        await act.put_on_record()
        last = found[_MOST - 1] if len(found) > _MOST else None
        end = str(ActPlace(last.at, last.registration_id, last.sequence)) if last else None
        return StaffActList(tuple(found[:_MOST]), end)
