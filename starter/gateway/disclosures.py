"""Data that a clerk discloses to the client, on a screen or as a receipt (S8)."""

from registration.errors import NotFound
from registration.times import day_in_budapest
from starter.gateway.desk_answers import Disclosure, Receipt
from starter.gateway.engine import Engine, now
from starter.gateway.receipt_numbers import printed


class Disclosures:
    """Reads what is disclosed, once the disclosure is on record. Every method raises `NotFound`."""

    def __init__(self, engine: Engine, office: str) -> None:
        """Shares the process's connections; `office` discloses."""
        self._engine = engine
        self._office = office

    async def data(self, registration_id: str) -> Disclosure:
        """The registration data as it is now."""
        person = await self._engine.reader.person(registration_id)
        contact = await self._engine.reader.contact(registration_id)
        if person is None or contact is None:
            raise NotFound
        return Disclosure.of(registration_id, person, contact.email)

    async def receipt(self, disclosed: Disclosure) -> Receipt:
        """The receipt that has a part of it."""
        row = await self._engine.search.receipt(disclosed.registration_id)
        office = await self._engine.offices.find(self._office)
        if row is None or office is None:
            raise NotFound
        return Receipt(
            number=printed(row.number),
            registration_id=disclosed.registration_id,
            user_name=disclosed.user_name,
            email=disclosed.email,
            status=row.status,
            body=office.body,
            office=office.name,
            registered_on=day_in_budapest(row.submitted_at),
            issued_on=day_in_budapest(now()),
        )
