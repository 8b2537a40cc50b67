"""The registration bodies' offices, as an operator keeps them up to date: clerks act for open ones only."""

from collections.abc import Iterable, Mapping

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.messages import Actor
from registration.offices import Office, OfficeList
from registration.operations import Operation
from starter.gateway.csv_lines import CsvLine
from starter.gateway.engine import Engine, now
from starter.gateway.staff_door import StaffWork, attended


class Offices:
    """For one operator. Every method raises `StaffDisabled`, `WrongRole`, `Unavailable`."""

    def __init__(self, engine: Engine, actor: Actor) -> None:
        """Shares the process's connections."""
        self.engine = engine
        self.actor = actor

    @attended(Operation.OPERATIONS_IMPORT_OFFICES)
    async def put_all(self, act: StaffWork, lines: Iterable[CsvLine]) -> int:
        """Adds and replaces offices, all of them or none, and returns how many; those that no line names stay.

        Raises `InvalidInput` with the number of the first line that breaks a rule.
        """
        offices = _checked(lines)
        act.detail = str(len(offices))
        await self.engine.offices.put(offices, act.entry, now())
        return len(offices)

    @attended(Operation.OPERATIONS_PUT_OFFICE)
    async def put(self, act: StaffWork, line: Mapping[str, str], *, shown: str | None = None) -> None:
        """Adds an office or replaces the one with its code; the fields are those of a file's line.

        A form says with `shown` what it replaces: the digest of the office that it showed, empty for a new one. Raises
        `InvalidInput`, and with `shown` `OfficeChanged`.
        """
        office = Office.parse(line)
        act.detail = office.code
        await self.engine.offices.put([office], act.entry, now(), shown=shown)

    @attended(Operation.OPERATIONS_OFFICES)
    async def every(self, act: StaffWork) -> OfficeList:
        """All offices, by code."""
        await act.put_on_record()
        return OfficeList(tuple(await self.engine.offices.every()))


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
