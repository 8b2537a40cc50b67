"""One operation of a member of staff, from the check at the door to its entries in the access record."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from registration.access import DONE, SENT, Access
from registration.descriptions import PresentStatus
from registration.errors import InvalidInput, NotAllowed, Refusal
from registration.forms import checked_identifier
from registration.messages import Actor, ActorKind, ExtendValidity, Message, Reactivate
from starter.gateway.engine import Engine, new_request_id


@dataclass
class StaffAct:
    """An operation under way; what is known of it by now goes into each of its entries. `detail` names no person."""

    engine: Engine = field(repr=False)
    actor: Actor
    operation: str
    request_id: str = ""
    registration_id: str | None = None
    detail: str | None = None

    async def find(self, reference: str) -> str:
        """The registration that is meant, by id, user name or receipt number. Raises `NotFound`, `InvalidInput`."""
        self.registration_id = await self.engine.registration_id(reference)
        return self.registration_id

    async def before_telling(self) -> None:
        """To be awaited before what was seen is told."""
        await self._enter(DONE)

    async def before_acting(self) -> None:
        """To be awaited before an act takes effect: nothing that staff did lacks its entry, whenever a process dies."""
        await self._enter(SENT)

    @property
    def entry(self) -> Access:
        """For acts that take effect in the store: it writes the entry in the transaction of the change."""
        return self._access(SENT)

    async def send(self, registration_id: str, message: Message) -> PresentStatus:
        """Sends an act under the operation's `request_id` and waits for the answer; raises as `Engine.send`."""
        await self.before_acting()
        return await self.engine.send(registration_id, message)

    async def signal(self, registration_id: str, message: Reactivate | ExtendValidity) -> None:
        """The same as a signal; raises as `Engine.signal`."""
        await self.before_acting()
        await self.engine.signal(registration_id, message)

    async def refused(self, refusal: Exception) -> None:
        """Notes that the attempt was refused."""
        await self._enter(type(refusal).__name__)

    async def _enter(self, outcome: str) -> None:
        await self.engine.accesses.add(self._access(outcome))

    def _access(self, outcome: str) -> Access:
        request_id = self.request_id or None
        return Access(self.actor, self.operation, outcome, self.registration_id, request_id, self.detail)


@asynccontextmanager
async def attended(
    engine: Engine,
    actor: Actor,
    operation: str,
    *,
    request_id: str | None = None,
    only: Collection[ActorKind],
) -> AsyncIterator[StaffAct]:
    """Lets an actor do an operation, and notes whatever refuses it, at the door or later, before that is told.

    `only` are the kinds that may. Raises `StaffDisabled`, `OfficeNotOpen`, `NotAllowed`, `InvalidInput` for a
    `request_id` that is no opaque id, and what the operation raises.
    """
    attendance = StaffAct(engine, actor, operation)
    try:
        await engine.staff.check(actor)
        if actor.kind not in only:
            raise NotAllowed(actor=actor.kind, message=operation)
        attendance.request_id = new_request_id() if request_id is None else checked_identifier("request_id", request_id)
        yield attendance
    except (Refusal, InvalidInput) as refusal:
        await attendance.refused(refusal)
        raise
