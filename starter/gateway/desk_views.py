"""What a desk's pages show besides what every way to a desk has."""

from datetime import datetime

from registration.access_details import AccessDetail
from registration.errors import NotFound
from registration.forms import checked_uuid
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import Event, EventKind, readable
from registration.repetitions import repetition_of, verified_in
from registration.rules import MESSAGES, refusal_of
from registration.staff_acts import acts_in_person, last_act_of_another
from starter.gateway.descriptions import look, snapshot
from starter.gateway.desk_answers import DeskView, Disclosure, Receipt
from starter.gateway.disclosures import Disclosures
from starter.gateway.engine import Engine
from starter.gateway.staff_door import StaffWork, attended


class DeskViews:
    """A part of `DeskGateway`, which says what its methods raise."""

    def __init__(self, engine: Engine, actor: Actor) -> None:
        """Shares the process's connections; `actor` looks."""
        self.engine = engine
        self.actor = actor
        self._disclosures = Disclosures(engine, actor.office or "")

    @attended(Operation.DESK_LOOK)
    async def registration(self, act: StaffWork, reference: str, since: datetime | None = None) -> DeskView:
        """As `DeskGateway.look`, with the number of its receipt, and why an act is not possible now.

        For a supervisor with the acts of the office; with the last act of another clerk `since` then.
        """
        registration_id = await act.find(reference)
        await act.put_on_record()
        stored = await snapshot(self.engine, registration_id)
        events, sender = await self._events(registration_id), self.actor.kind
        verified = verified_in(events)
        return DeskView(
            overview=await look(self.engine, registration_id),
            receipt_number=await self.engine.receipt_number(registration_id),
            refusals={
                kind: repetition_of(stored.status, verified, kind, sender) or refusal_of(stored, kind, sender)
                for kind in MESSAGES
            },
            acts=acts_in_person(events, self.actor.office) if sender is ActorKind.SUPERVISOR else (),
            act_of_another=last_act_of_another(events, self.actor.id, since) if since else None,
        )

    @attended(Operation.DESK_DISCLOSED)
    async def disclosed(self, act: StaffWork, registration_id: str, request_id: str) -> Disclosure:
        """What this clerk disclosed or printed under a request id, as it is now. Raises `NotFound` for any other."""
        act.detail = AccessDetail.DATA
        await self._check(act, registration_id, request_id)
        return await self._disclosures.data(registration_id)

    @attended(Operation.DESK_DISCLOSED)
    async def issued_receipt(self, act: StaffWork, registration_id: str, request_id: str) -> Receipt:
        """The same as a receipt."""
        act.detail = AccessDetail.RECEIPT
        await self._check(act, registration_id, request_id)
        return await self._disclosures.receipt(await self._disclosures.data(registration_id))

    async def _events(self, registration_id: str) -> list[Event]:
        """The record in order; an event that cannot be read is none."""
        return [it for it in await self.engine.record.events(registration_id) if isinstance(it, Event)]

    async def _check(self, act: StaffWork, registration_id: str, request_id: str) -> None:
        """Puts the look on record. Raises `NotFound` unless this clerk disclosed data under the request id."""
        act.registration_id = checked_uuid("registration_id", registration_id)
        act.take_request_id(request_id)
        events = readable(await self.engine.record.events(registration_id))
        if not any(
            (it.kind, it.request_id, it.actor) == (EventKind.DATA_DISCLOSED, request_id, self.actor) for it in events
        ):
            raise NotFound
        await act.put_on_record()
