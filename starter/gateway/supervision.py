"""What a supervisor reads: acts in person at the own office, and its access record."""

from datetime import datetime

from registration.access import AccessPlace
from registration.access_details import event_numbered
from registration.access_lines import AccessLine, AccessList
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.messages import Actor
from registration.operations import Operation
from registration.record import readable
from registration.staff_acts import acts_in_person
from starter.gateway.desk_answers import EvidenceOfAct, EvidenceSeen
from starter.gateway.engine import Engine
from starter.gateway.staff_door import StaffWork, attended


class Supervision:
    """A part of `DeskGateway`, which says what its methods raise; a clerk is refused (`WrongRole`)."""

    def __init__(self, engine: Engine, actor: Actor) -> None:
        """Shares the process's connections; `actor` reads."""
        self.engine = engine
        self.actor = actor

    @attended(Operation.DESK_EVIDENCE)
    async def evidence(self, act: StaffWork, reference: str, sequence: int) -> EvidenceOfAct:
        """What was seen in an act in person of the own office: the clerk, document and recipient.

        `sequence` is the number of the act's event. Raises `RecordUnreadable` too.
        """
        registration_id = await act.find(reference)
        act.detail = event_numbered(sequence)
        acts = acts_in_person(readable(await self.engine.record.events(registration_id)), self.actor.office)
        event = next((it for it in acts if it.sequence == sequence), None)
        if event is None or event.evidence is None:
            numbers = ", ".join(str(it.sequence) for it in acts) or "–"
            raise InvalidInput(field="sequence", rule=InputRule.OWN_ACT, numbers=numbers)
        seen = await self.engine.reader.evidence(registration_id, event.evidence.id)
        await act.put_on_record()
        return EvidenceOfAct(
            registration_id=registration_id,
            sequence=sequence,
            at=event.at,
            kind=event.kind,
            clerk=event.actor.id,
            office=event.actor.office or "",
            evidence=EvidenceSeen.of(seen) if seen else None,
        )

    @attended(Operation.DESK_ACCESS_ENTRIES)
    async def access_entries(self, act: StaffWork, since: datetime, until: datetime) -> list[AccessLine]:
        """The access record of the own office, from `since` until before `until`, of a day or two."""
        await act.put_on_record()
        within = await self.engine.accesses.entries_within(self.actor.office, since, until)
        return [AccessLine.of(entry) for entry in await self.engine.accesses.listed(within)]

    @attended(Operation.DESK_ACCESS_ENTRIES)
    async def newest_access_entries(
        self, act: StaffWork, since: datetime, until: datetime, before: str | None = None
    ) -> AccessList:
        """At most 500 of them, the newest first; the next page has `before` as this one calls it.

        Raises `InvalidInput`.
        """
        place = None if before is None else AccessPlace.parse("before", before)
        await act.put_on_record()
        return AccessList.of(await self.engine.accesses.newest_within(self.actor.office, since, until, place))
