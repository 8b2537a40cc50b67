"""The one door for staff: who may act at all, and each operation from there to its entries in the access record."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from registration.access import Access, AccessOutcome
from registration.descriptions import PresentStatus
from registration.errors import InvalidInput, NotFound, OfficeNotOpen, Refusal, StaffDisabled, WrongRole
from registration.forms import checked_identifier
from registration.messages import AT_THE_DESK, STAFF, Actor, ExtendValidity, Message, Reactivate
from registration.operations import Operation
from starter.gateway.engine import Engine, answering, new_request_id

_Arguments = ParamSpec("_Arguments")
_Outcome = TypeVar("_Outcome")


class OfStaff(Protocol):
    """A gateway for one member of staff."""

    @property
    def engine(self) -> Engine:
        """The process's connections."""

    @property
    def actor(self) -> Actor:
        """Who acts."""


_Gateway = TypeVar("_Gateway", bound=OfStaff)


@dataclass
class StaffWork:
    """An operation under way; what is known of it by now goes into each of its entries. `detail` names no person."""

    engine: Engine = field(repr=False)
    actor: Actor
    operation: Operation
    request_id: str = ""
    registration_id: str | None = None
    detail: str | None = None

    def take_request_id(self, request_id: str | None) -> None:
        """Puts the caller's own id of the request, if there is one, in place of a new one. Raises `InvalidInput`."""
        if request_id is not None:
            self.request_id = checked_identifier("request_id", request_id)

    async def find(self, reference: str) -> str:
        """The registration that is meant, by id, user name or receipt number. Raises `NotFound`, `InvalidInput`."""
        self.registration_id = await self.engine.registration_id(reference)
        return self.registration_id

    async def put_on_record(self) -> None:
        """To be awaited before what was seen is shown, or before an act takes effect.

        So nothing that staff saw or did lacks its entry, whenever a process dies.
        """
        await self.engine.accesses.add(self.entry)

    @property
    def entry(self) -> Access:
        """For acts that take effect in the store: it writes the entry in the transaction of the change."""
        return self._entry(AccessOutcome.BEGUN if self.operation.row.acts else AccessOutcome.DONE)

    async def send(self, registration_id: str, message: Message) -> PresentStatus:
        """Sends an act under the operation's `request_id` and waits for the answer; raises as `Engine.send`."""
        await self.put_on_record()
        return await self.engine.send(registration_id, message)

    async def signal(self, registration_id: str, message: Reactivate | ExtendValidity) -> None:
        """The same as a signal; raises as `Engine.signal`."""
        await self.put_on_record()
        await self.engine.signal(registration_id, message)

    async def enter(self) -> None:
        """Raises `StaffDisabled`, `OfficeNotOpen`, `WrongRole`."""
        await _check(self.engine, self.actor)
        if self.actor.kind not in self.operation.row.actors:
            raise WrongRole(actor=self.actor.kind, message=self.operation)

    async def refuse(self, refusal: Refusal | InvalidInput) -> None:
        """Puts the refusal on record, and marks it, so that it is not put on record twice."""
        await self.engine.accesses.add(self._entry(AccessOutcome.REFUSED, type(refusal).__name__))
        refusal.is_on_record = True

    def _entry(self, outcome: AccessOutcome, refusal: str | None = None) -> Access:
        return Access(
            actor=self.actor,
            operation=self.operation,
            outcome=outcome,
            refusal=refusal,
            registration_id=self.registration_id,
            request_id=self.request_id or None,
            detail=self.detail,
        )


def attended(
    operation: Operation,
) -> Callable[
    [Callable[Concatenate[_Gateway, StaffWork, _Arguments], Coroutine[Any, Any, _Outcome]]],
    Callable[Concatenate[_Gateway, _Arguments], Coroutine[Any, Any, _Outcome]],
]:
    """The door for staff, around a method that does an operation and gets its `StaffWork`; it is `answering` too.

    Whatever refuses the operation, at the door or later, is on record before it is raised: `StaffDisabled`,
    `OfficeNotOpen`, `WrongRole`, and what the method raises.
    """

    def of(
        method: Callable[Concatenate[_Gateway, StaffWork, _Arguments], Coroutine[Any, Any, _Outcome]],
    ) -> Callable[Concatenate[_Gateway, _Arguments], Coroutine[Any, Any, _Outcome]]:
        @answering
        @wraps(method)
        async def guarded(gateway: _Gateway, /, *arguments: _Arguments.args, **options: _Arguments.kwargs) -> _Outcome:
            act = StaffWork(gateway.engine, gateway.actor, operation)
            try:
                await act.enter()
                act.request_id = new_request_id()
                return await method(gateway, act, *arguments, **options)
            except (Refusal, InvalidInput) as refusal:
                await act.refuse(refusal)
                raise

        return guarded

    return of


class StaffDoor:
    """The same door for a server of many callers, in front of any gateway. Every method raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine

    @answering
    async def admit(self, actor: Actor, operation: Operation) -> None:
        """Lets staff pass that may act, and all who are not staff. Raises `StaffDisabled`, `OfficeNotOpen`."""
        try:
            await _check(self._engine, actor)
        except Refusal as refusal:
            await self.turn_away(actor, operation, type(refusal).__name__)
            raise

    @answering
    async def turn_away(self, actor: Actor, operation: Operation, refusal: str, reference: str | None = None) -> None:
        """Notes an attempt that was refused, before that is answered; `refusal` is a class's name.

        `reference` is the id or the receipt number in the request's path; one that leads to no registration is not
        kept.
        """
        about = await self._registration(reference) if reference else None
        await self._engine.accesses.note_refusal(actor, operation, refusal, about)

    async def _registration(self, reference: str) -> str | None:
        try:
            return await self._engine.registration_id(reference)
        except (NotFound, InvalidInput):
            return None


async def _check(engine: Engine, actor: Actor) -> None:
    """Lets an actor pass; clients and the system are no staff. Raises `StaffDisabled`, `OfficeNotOpen`.

    Asks the store each time, in one round trip: who is disabled is refused at once, in every process.
    """
    if actor.kind not in STAFF:
        return
    standing = await engine.staff.standing(actor.id, actor.office)
    if standing.disabled:
        raise StaffDisabled
    if actor.kind in AT_THE_DESK and not standing.office_open:
        raise OfficeNotOpen(office=actor.office or "–")
