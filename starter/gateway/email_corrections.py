"""A mistyped e-mail address, corrected by whoever registered, before the activation (`registration/email_corrections`).

There is no password yet. Whoever names the registration by its id also knows the user name that was typed with it:
others may use the same browser, and ids are in logs of portals and of Temporal.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from registration.descriptions import PresentStatus
from registration.email_corrections import EmailCorrections
from registration.errors import InvalidInput, NotFound, Refusal
from registration.input_rules import InputRule
from registration.limits import Act, Subject
from registration.messages import ActorKind, CorrectEmail
from registration.record import Event, Snapshot
from registration.rules import not_accepted
from registration.statuses import Purpose, Status
from settings.mail_address import mailbox_key
from starter.gateway.account import masked
from starter.gateway.client_addresses import sender_of
from starter.gateway.client_messages import ask, citizen
from starter.gateway.engine import Engine, now

_PAUSES: Final = (0.1, 0.2, 0.4, 0.8)
"""Seconds between looks at a registration that is not opened yet: a client waits, and usually it takes a tenth."""
_MOST_WAITING: Final = 20
"""So many wait at once in a process and no more, so that a crowd leaves the database to others."""


@dataclass(frozen=True)
class AwaitedActivation:
    """Where the code of a registration went, and whether the address may be corrected.

    `email` is the present address, `code_valid_until` the end of its code (UTC), `None` until that is on record.
    `corrections_left` may be made until `correctable_until` (UTC); where none may, `refusal` says why. `is_corrected`:
    it was corrected before, so that earlier codes are void.
    """

    email: str = field(repr=False)
    code_valid_until: datetime | None
    corrections_left: int
    correctable_until: datetime
    refusal: Refusal | None
    is_corrected: bool

    @property
    def masked_email(self) -> str:
        """The address as its owner recognises it."""
        return masked(self.email)


class EmailCorrecting:
    """Corrects addresses through a process's connections."""

    def __init__(self, engine: Engine) -> None:
        """Shares them."""
        self._engine = engine
        self._waiting = 0

    async def correct(
        self, registration_id: str, user_name: str, email: str, client_address: str, request_id: str
    ) -> PresentStatus:
        """As `CitizenGateway.correct_email`, for an `email` that is checked."""
        sender = replace(sender_of(client_address), account=registration_id)
        await self._engine.limits.count(Act.EMAIL_CORRECTION, sender)
        holder = await self._engine.reader.holder(user_name)
        if holder is None or holder.registration_id != registration_id:
            raise await self._not_held(registration_id)
        mailbox = Subject(mailbox=mailbox_key(email))
        await self._engine.limits.count(Act.REGISTRATION, mailbox, request_id=request_id)
        email_id = await self._engine.new_email(registration_id, email, request_id, CorrectEmail, ActorKind.CITIZEN)
        return await ask(self._engine, registration_id, CorrectEmail(request_id, citizen(registration_id), email_id))

    async def awaited(self, registration_id: str) -> AwaitedActivation:
        """As `CitizenGateway.awaited_activation`."""
        snapshot = await self._opened_snapshot(registration_id)
        contact = await self._engine.reader.contact(registration_id)
        if contact is None:
            raise NotFound
        record = await self._engine.record.events(registration_id)
        events = [event for event in record if isinstance(event, Event)]
        # Accepted, and not opened yet: the first event is on its way.
        made = EmailCorrections.in_record(events) if events else EmailCorrections(now(), 0, identified_at_desk=False)
        code = snapshot.code_for(Purpose.PASSWORD)
        return AwaitedActivation(
            contact.email,
            code.valid_until if code else None,
            made.left,
            made.until,
            _refusal(snapshot, made),
            is_corrected=made.made > 0,
        )

    async def _opened_snapshot(self, registration_id: str) -> Snapshot:
        """Once the first event is on record; the one before it where that takes too long, as without Temporal."""
        snapshot = await self._snapshot(registration_id)
        if snapshot.status is not Status.SUBMITTED or self._waiting >= _MOST_WAITING:
            return snapshot
        self._waiting += 1
        try:
            for pause in _PAUSES:
                await asyncio.sleep(pause)
                snapshot = await self._snapshot(registration_id)
                if snapshot.status is not Status.SUBMITTED:
                    break
        finally:
            self._waiting -= 1
        return snapshot

    async def _snapshot(self, registration_id: str) -> Snapshot:
        snapshot = await self._engine.reader.snapshot(registration_id)
        if snapshot is None:
            raise NotFound
        return snapshot

    async def _not_held(self, registration_id: str) -> InvalidInput | Refusal:
        """Why the registration does not have the user name: it is another's, or was freed."""
        snapshot = await self._snapshot(registration_id)
        if snapshot.status.is_final:
            return not_accepted(snapshot, CorrectEmail, ActorKind.CITIZEN)
        return InvalidInput(field="user_name", rule=InputRule.OTHER_USER_NAME)


def _refusal(snapshot: Snapshot, made: EmailCorrections) -> Refusal | None:
    if snapshot.status not in {Status.SUBMITTED, Status.AWAITING_ACTIVATION}:
        return not_accepted(snapshot, CorrectEmail, ActorKind.CITIZEN)
    try:
        made.check(now())
    except Refusal as refusal:
        return refusal
    return None
