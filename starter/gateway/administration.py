"""What an operator keeps up to date: the registration bodies' offices, and staff who may not act any more."""

from collections.abc import Iterable, Mapping

from registration.errors import InvalidInput
from registration.forms import checked_subject
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind
from registration.offices import Office, OfficeList
from registration.operations import Operation
from registration.staff_answers import DisabledStaffList
from starter.gateway.csv_lines import CsvLine
from starter.gateway.engine import Engine, now
from starter.gateway.staff_act import StaffWork, attended


class AdministrationGateway:
    """For one operator, named by an opaque id. Each method leaves its entry in the access record.

    Every method raises `StaffDisabled`, `InvalidInput`, `Unavailable`.
    """

    def __init__(self, engine: Engine, operator: str) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self.engine = engine
        self.actor = Actor(ActorKind.OPERATOR, checked_subject("operator", operator))

    @attended(Operation.ADMIN_IMPORT_OFFICES)
    async def import_offices(self, act: StaffWork, lines: Iterable[CsvLine]) -> int:
        """Adds and replaces offices, all of them or none, and returns how many; those that no line names stay.

        Raises `InvalidInput` with the number of the first line that breaks a rule.
        """
        offices = _checked(lines)
        act.detail = str(len(offices))
        await self.engine.offices.put(offices, act.entry, now())
        return len(offices)

    @attended(Operation.ADMIN_PUT_OFFICE)
    async def put_office(self, act: StaffWork, line: Mapping[str, str]) -> None:
        """Adds an office or replaces the one with its code; the fields are those of a file's line."""
        office = Office.parse(line)
        act.detail = office.code
        await self.engine.offices.put([office], act.entry, now())

    @attended(Operation.ADMIN_OFFICES)
    async def offices(self, act: StaffWork) -> OfficeList:
        """All offices, by code."""
        await act.put_on_record()
        return OfficeList(tuple(await self.engine.offices.every()))

    @attended(Operation.ADMIN_DISABLE_STAFF)
    async def disable(self, act: StaffWork, staff_id: str) -> None:
        """Disables a clerk, supervisor, auditor or operator from now on, in every process.

        Nobody disables themself, so whoever disables the last but one remains.
        """
        act.detail = checked_subject("ID", staff_id)
        if staff_id == self.actor.id:
            raise InvalidInput(field="ID", rule=InputRule.NOT_YOURSELF)
        await self.engine.staff.disable(staff_id, act.entry, now())

    @attended(Operation.ADMIN_ENABLE_STAFF)
    async def enable(self, act: StaffWork, staff_id: str) -> None:
        """Lets somebody act again."""
        act.detail = checked_subject("ID", staff_id)
        await self.engine.staff.enable(staff_id, act.entry, now())

    @attended(Operation.ADMIN_DISABLED_STAFF)
    async def disabled(self, act: StaffWork) -> DisabledStaffList:
        """Who may not act any more, by id."""
        await act.put_on_record()
        return DisabledStaffList(tuple(await self.engine.staff.disabled()))


def _checked(lines: Iterable[CsvLine]) -> list[Office]:
    offices: list[Office] = []
    places: dict[str, int] = {}
    for line in lines:
        try:
            office = _office(line, places)
        except InvalidInput as refusal:
            facts = refusal.facts | {"field": f"FILE:{line.number}:{refusal.facts['field']}"}
            raise InvalidInput(**facts) from None
        places[office.code] = line.number
        offices.append(office)
    return offices


def _office(line: CsvLine, places: Mapping[str, int]) -> Office:
    """The office of a line; `places` are the lines of the codes so far."""
    office = Office.parse(line.checked())
    if office.code in places:
        raise InvalidInput(field="code", rule=InputRule.REPEATED, line=str(places[office.code]))
    return office
