"""What an operator keeps up to date: the registration bodies' offices, and staff who may not act any more."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final

from registration.errors import InvalidInput
from registration.forms import checked_subject
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind
from registration.offices import Office, OfficeList
from registration.staff_answers import DisabledStaffList
from starter.gateway.csv_lines import CsvLine
from starter.gateway.engine import Engine, answering, now
from starter.gateway.staff_act import StaffAct, attended

_OPERATORS: Final = frozenset({ActorKind.OPERATOR})


class AdministrationGateway:
    """For one operator, named by an opaque id. Each method leaves its entry in the access record.

    Every method raises `StaffDisabled`, `InvalidInput`, `Unavailable`.
    """

    def __init__(self, engine: Engine, operator: str) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self._engine = engine
        self._actor = Actor(ActorKind.OPERATOR, checked_subject("operator", operator))

    @answering
    async def import_offices(self, lines: Iterable[CsvLine]) -> int:
        """Adds and replaces offices, all of them or none, and returns how many; those that no line names stay.

        Raises `InvalidInput` with the number of the first line that breaks a rule.
        """
        async with self._attended("admin.import_offices") as act:
            offices = _checked(lines)
            act.detail = str(len(offices))
            await self._engine.offices.put(offices, act.entry, now())
        return len(offices)

    @answering
    async def put_office(self, line: Mapping[str, str]) -> None:
        """Adds an office or replaces the one with its code; the fields are those of a file's line."""
        async with self._attended("admin.put_office") as act:
            office = Office.parse(line)
            act.detail = office.code
            await self._engine.offices.put([office], act.entry, now())

    @answering
    async def offices(self) -> OfficeList:
        """All offices, by code."""
        async with self._attended("admin.offices") as act:
            await act.before_telling()
            return OfficeList(tuple(await self._engine.offices.every()))

    @answering
    async def disable(self, staff_id: str) -> None:
        """Disables a clerk, supervisor, auditor or operator from now on, in every process.

        Nobody disables themself, so whoever disables the last but one remains.
        """
        async with self._attended("admin.disable_staff") as act:
            act.detail = checked_subject("ID", staff_id)
            if staff_id == self._actor.id:
                raise InvalidInput(field="ID", rule=InputRule.NOT_YOURSELF)
            await self._engine.staff.disable(staff_id, act.entry, now())

    @answering
    async def enable(self, staff_id: str) -> None:
        """Lets somebody act again."""
        async with self._attended("admin.enable_staff") as act:
            act.detail = checked_subject("ID", staff_id)
            await self._engine.staff.enable(staff_id, act.entry, now())

    @answering
    async def disabled(self) -> DisabledStaffList:
        """Who may not act any more, by id."""
        async with self._attended("admin.disabled_staff") as act:
            await act.before_telling()
            return DisabledStaffList(tuple(await self._engine.staff.disabled()))

    def _attended(self, operation: str) -> AbstractAsyncContextManager[StaffAct]:
        return attended(self._engine, self._actor, operation, only=_OPERATORS)


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
