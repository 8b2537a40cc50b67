"""What a portal does for a client: register, redeem, request, change, log in (S3, S5 to S9)."""

import asyncio
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email

from activities.reconciliation import message_of, settle
from registration import errors
from registration.forms import RegistrationForm, checked_identifier, checked_user_name, user_name_key
from registration.input_rules import InputRule
from registration.lifecycle import answer_of
from registration.limits import Act, Subject
from registration.messages import Actor, ActorKind, Answer, ChangePassword, RedeemCode, RequestCode
from registration.statuses import Channel, Purpose
from starter.gateway.addresses import network_of
from starter.gateway.connection import Gateway, answering, new_request_id, now
from starter.gateway.passwords import check_new_password
from starter.gateway.sessions import Session, session_of
from store.rows import Contact, Holder, Password

_PREDECESSORS_SECONDS: Final = 30
"""Credentials that other processes left pending are settled for so long; one that stays so is for reconciliation."""


class PortalGateway:
    """For the backend of one portal. `client_address` is the client's own, as the portal knows it (principle 7).

    Every method that takes one counts the try and raises `TooManyGuesses`, and `InvalidInput` where it is no address.
    """

    def __init__(self, gateway: Gateway, portal: str | None = None) -> None:
        """Shares the process's connections. Raises `InvalidInput`.

        `portal` is the portal's opaque id, by which registrations and name checks are limited too; a process that
        serves no portal, such as the command line, has none.
        """
        self._gateway = gateway
        self._portal = None if portal is None else checked_identifier("portal", portal)

    @answering
    async def register(self, form: Mapping[str, Any], *, client_address: str) -> str:
        """Opens an online registration (S3) and returns its id; the code goes out by e-mail.

        `form` has the fields of `RegistrationForm`. Raises `InvalidInput`, `UserNameTaken`, `Unavailable`.
        """
        checked = checked_form(form)
        subject = Subject(network_of(client_address), mailbox=checked.email.casefold(), portal=self._portal)
        await self._gateway.limits.count(Act.REGISTRATION, subject)
        return await self._gateway.open(checked, Channel.ONLINE, Actor(ActorKind.CITIZEN, "applicant"))

    @answering
    async def user_name_is_free(self, user_name: str, *, client_address: str) -> bool:
        """Whether nobody has this user name. Raises `InvalidInput` where nobody could."""
        wanted = checked_user_name(user_name)
        await self._gateway.limits.count(Act.NAME_CHECK, Subject(network_of(client_address), portal=self._portal))
        return await self._gateway.reader.holder(wanted) is None

    @answering
    async def redeem_code(  # noqa: PLR0913  one argument for each field of the client's form
        self,
        user_name: str,
        code: str,
        password: str,
        *,
        client_address: str,
        validity_days: int | None = None,
        purpose: Purpose = Purpose.PASSWORD,
    ) -> Answer:
        """Redeems a one-time code: the password is set, valid for `validity_days` or the longest allowed (S3, S7, S9).

        Raises `InvalidInput`, `WrongCode`, `CodeNotLive`, `NotAccepted`, `Unavailable`.
        """
        check_new_password(password, user_name)
        holder, subject = await self._counted(Act.REDEMPTION, user_name, client_address)
        sequence = await self._gateway.reader.matching_code(_id(holder), purpose, code)
        if holder is None or sequence is None:
            raise errors.WrongCode
        message = RedeemCode(new_request_id(), _citizen(holder), purpose, sequence, validity_days)
        try:
            answer = await self._with_new_password(holder, message, password)
        except errors.CodeNotLive:
            answer = await self._answer_given_before(holder, sequence, password)
        await self._gateway.limits.forget(subject, Act.REDEMPTION, Act.LOG_IN, Act.CODE_LETTER)
        return answer

    @answering
    async def request_code(self, user_name: str, email: str, *, client_address: str) -> Answer:
        """Sends a code where user name and e-mail address match character for character (S6, S8).

        Raises `WrongPair`, `NotAccepted`, `Unavailable`.
        """
        holder, _ = await self._counted(Act.CODE_REQUEST, user_name, client_address)
        contact = await self._gateway.reader.contact(_id(holder))
        if not _is_pair(contact, user_name, email) or holder is None:
            raise errors.WrongPair
        told = await self._told_without_a_letter(holder)
        return told or await self._gateway.send(holder.registration_id, RequestCode(new_request_id(), _citizen(holder)))

    @answering
    async def change_password(
        self, user_name: str, present: str, password: str, *, client_address: str, validity_days: int | None = None
    ) -> Answer:
        """Replaces the present password; a new validity starts (S7).

        Raises `InvalidInput`, `RedeemFirst`, `WrongPassword`, `NotAccepted`, `Unavailable`.
        """
        check_new_password(password, user_name)
        holder, subject = await self._counted(Act.LOG_IN, user_name, client_address)
        known = await self._right_password(holder, present)
        if holder is None or known is None:
            raise errors.WrongPassword
        await self._gateway.limits.forget(subject, Act.LOG_IN)
        message = ChangePassword(new_request_id(), _citizen(holder), validity_days)
        return await self._with_new_password(holder, message, password, present=known.credential_id)

    @answering
    async def authenticate(self, user_name: str, password: str, *, client_address: str) -> Session:
        """Logs a client in, from the read model alone (S5, principle 10).

        Raises `WrongPassword`, `RedeemFirst`; with the right password what `session_of` raises.
        """
        holder, subject = await self._counted(Act.LOG_IN, user_name, client_address)
        if await self._right_password(holder, password) is None or holder is None:
            raise errors.WrongPassword
        await self._gateway.limits.forget(subject, Act.LOG_IN)
        return session_of(holder)

    async def _answer_given_before(self, holder: Holder, sequence: int, password: str) -> Answer:
        """The answer to a client who redeems the same code with the same password again, as after a lost answer."""
        adopted = await self._gateway.reader.adopted_credential(holder.registration_id)
        message = message_of(adopted) if adopted else None
        if not isinstance(message, RedeemCode) or message.code_sequence != sequence:
            raise errors.CodeNotLive
        if await self._right_password(holder, password) is None:
            raise errors.CodeNotLive
        return await self._gateway.send(holder.registration_id, message)

    async def _counted(self, act: Act, user_name: str, client_address: str) -> tuple[Holder | None, Subject]:
        """Whom a user name means, and what the try was counted by, before anything is checked."""
        address = network_of(client_address)
        holder = await self._gateway.reader.holder(user_name)
        subject = Subject(address, account=_id(holder) or user_name_key(user_name))
        await self._gateway.limits.count(act, subject)
        return holder, subject

    async def _right_password(self, holder: Holder | None, password: str) -> Password | None:
        """The password, if that is what was typed; one hash, whoever is meant (principle 9)."""
        known = await self._gateway.reader.password(_id(holder))
        right = await self._gateway.passwords.verify(password, None if known is None else known.hash)
        return known if right else None

    async def _told_without_a_letter(self, holder: Holder) -> Answer | None:
        """The answer to a right pair once the day's letters are out, as long as the code that they carry lives.

        So nobody fills a mailbox from many addresses, and nobody is kept out: the code is in that mailbox already.
        """
        try:
            await self._gateway.limits.count(Act.CODE_LETTER, Subject(account=holder.registration_id))
        except errors.TooManyGuesses:
            snapshot = await self._gateway.reader.snapshot(holder.registration_id)
            if snapshot and snapshot.code and snapshot.code.valid_until > now():
                return answer_of(snapshot, now())
        return None

    async def _with_new_password(
        self, holder: Holder, message: RedeemCode | ChangePassword, password: str, *, present: str | None = None
    ) -> Answer:
        """Principle 8: first a pending credential, then the update with its id; one at a time for each registration.

        A predecessor without an outcome is settled first. `present` is the credential whose password was checked: it
        must still be there when the new one is written. Raises `WrongPassword` where it is not.
        """
        gateway, owner = self._gateway, holder.registration_id
        password_hash = await gateway.passwords.hash(password)
        async with gateway.turns.of(owner):
            async with asyncio.timeout(_PREDECESSORS_SECONDS):
                while not await gateway.writer.add_credential(owner, message, password_hash, now(), present=present):
                    before = await gateway.reader.pending_credential(owner)
                    if before:
                        await settle(gateway.client, gateway.writer, before)
            try:
                return await gateway.send(owner, message)
            except errors.Unavailable:
                raise
            except errors.UgyfelkapuError:
                await gateway.writer.refuse_credential(message.request_id)
                raise


def checked_form(form: Mapping[str, Any]) -> RegistrationForm:
    """The form by the rules. Raises `InvalidInput`."""
    checked = RegistrationForm.parse(form, today=now().date())
    check_email(checked.email)
    return checked


def check_email(address: str) -> None:
    """A complete address by email-validator, strict; whether it receives letters shows when one is sent."""
    try:
        validate_email(address, check_deliverability=False, strict=True, allow_quoted_local=False)
    except EmailNotValidError:
        raise errors.InvalidInput(field="email", rule=InputRule.EMAIL) from None


def _citizen(holder: Holder) -> Actor:
    return Actor(ActorKind.CITIZEN, holder.registration_id)


def _id(holder: Holder | None) -> str | None:
    return None if holder is None else holder.registration_id


def _is_pair(contact: Contact | None, user_name: str, email: str) -> bool:
    """Compares both, whatever the first comparison says."""
    known = (contact.user_name, contact.email) if contact else ("", "")
    same = [
        compare_digest(registered.encode(), typed.encode(errors="replace"))
        for registered, typed in zip(known, (user_name, email), strict=True)
    ]
    return contact is not None and all(same)
