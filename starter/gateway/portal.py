"""What a portal does for a client: register, redeem, request, change, log in (S3, S5 to S9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final
from uuid import UUID, uuid5

from email_validator import EmailNotValidError, validate_email

from activities.reconciliation import message_of
from registration import errors
from registration.forms import RegistrationForm, user_name_key
from registration.input_rules import InputRule
from registration.limits import LIMITS, Guess
from registration.messages import Actor, ActorKind, Answer, ChangeEmail, ChangePassword, Close, RedeemCode, RequestCode
from registration.statuses import Channel, Purpose, Status
from starter.gateway.addresses import network_of
from starter.gateway.connection import Gateway, answering, now, request_id_of
from starter.gateway.credentials import send_with_password
from starter.gateway.passwords import check_new_password
from starter.gateway.signatures import form_in
from store.rows import Holder

_APPLICANT: Final = Actor(ActorKind.CITIZEN, "applicant")
_CONFIRMING: Final = (Purpose.NEW_EMAIL, Purpose.CLOSURE)


@dataclass(frozen=True)
class Session:
    """A log-in that succeeded: until when the password, or the temporary registration, is valid (UTC)."""

    registration_id: str
    status: Status
    deadline: datetime | None
    password_valid_until: datetime | None


class PortalGateway:
    """For portal backends. `client_address` is the client's own address, as the portal knows it (principle 7).

    A `request_id` (a UUID) makes a call safe to repeat: the same one changes nothing more and gets the same answer.
    """

    def __init__(self, gateway: Gateway) -> None:
        """Shares the process's connections."""
        self._gateway = gateway

    @answering
    async def register(self, form: Mapping[str, Any], *, request_id: str | None = None) -> str:
        """Opens an online registration (S3) and returns its id, the `request_id` if given; the code goes out by e-mail.

        `form` has the fields of `RegistrationForm`. Raises `InvalidInput`, `UserNameTaken`, `Unavailable`.
        """
        checked, registration_id = checked_form(form), request_id_of(request_id)
        return await self._gateway.open(checked, Channel.ONLINE, _APPLICANT, registration_id=registration_id)

    @answering
    async def register_signed(self, document: bytes, signature: bytes | None, *, request_id: str | None = None) -> str:
        """Opens a registration with an electronic signature (S4) and returns its id: active once its code is redeemed.

        With a `signature`, a detached CAdES signature in DER, `document` is the form as JSON; without, it is a PDF
        signed with PAdES that embeds the form. Raises a `SignatureRefused`, `SignatureChannelClosed`, `InvalidInput`,
        `UserNameTaken`, `Unavailable`.
        """
        registration_id = request_id_of(request_id)
        signed = await self._gateway.signatures.read(document, signature)
        form = checked_form(form_in(signed.content))
        verified = await self._gateway.signatures.verify(signed, form, now())
        return await self._gateway.open(
            form, Channel.E_SIGNATURE, _APPLICANT, evidence=verified, registration_id=registration_id
        )

    @answering
    async def redeem_code(  # noqa: PLR0913  one argument for each field of the client's form
        self,
        user_name: str,
        code: str,
        password: str,
        *,
        client_address: str,
        validity_days: int | None = None,
        request_id: str | None = None,
    ) -> Answer:
        """Redeems a one-time code: the password is set, valid for `validity_days` or the longest allowed (S3, S7, S9).

        Raises `InvalidInput`, `TooManyGuesses`, `WrongCode`, `CodeNotLive`, `NotAccepted`, `Unavailable`.
        """
        check_new_password(password, user_name)
        request_id = request_id_of(request_id)
        holder = await self._counted_holder(Guess.CODE, user_name, client_address)
        holder, sequence = await self._matching(holder, Purpose.PASSWORD, code)
        citizen = _citizen(holder.registration_id)
        message = RedeemCode(request_id, citizen, Purpose.PASSWORD, sequence, validity_days)
        try:
            answer = await send_with_password(self._gateway, holder.registration_id, message, password)
        except errors.CodeNotLive:
            answer = await self._answer_given_before(holder, sequence, password)
        await self._forget(Guess.CODE, holder, client_address)
        return answer

    @answering
    async def confirm(self, user_name: str, code: str, purpose: Purpose, *, client_address: str) -> Answer:
        """Redeems the code that confirms a new address (`NEW_EMAIL`) or closes the registration (`CLOSURE`).

        The same code again gets the same answer as long as the user name stands, which closing frees. Raises
        `InvalidInput`, `TooManyGuesses`, `WrongCode`, `CodeNotLive`, `NotAccepted`, `Unavailable`.
        """
        if purpose not in _CONFIRMING:
            raise errors.InvalidInput(field="purpose", rule=InputRule.ONE_OF, choices=", ".join(_CONFIRMING))
        holder = await self._counted_holder(Guess.CODE, user_name, client_address)
        holder, sequence = await self._matching(holder, purpose, code)
        request_id = str(uuid5(UUID(holder.registration_id), f"{purpose}-{sequence}"))
        message = RedeemCode(request_id, _citizen(holder.registration_id), purpose, sequence)
        answer = await self._gateway.send(holder.registration_id, message)
        await self._forget(Guess.CODE, holder, client_address)
        return answer

    @answering
    async def request_code(
        self, user_name: str, email: str, *, client_address: str, request_id: str | None = None
    ) -> Answer:
        """Sends a code where user name and e-mail address match character for character (S6, S8).

        Raises `InvalidInput`, `WrongPair`, `TooManyGuesses`, `NotAccepted`, `Unavailable`.
        """
        request_id = request_id_of(request_id)
        holder = await self._counted_holder(Guess.EMAIL, user_name, client_address)
        if holder is None:
            raise errors.WrongPair
        snapshot = await self._gateway.reader.snapshot(holder.registration_id)
        person = await self._gateway.reader.person(holder.registration_id)
        if snapshot is None or person is None:
            raise errors.WrongPair
        address = await self._gateway.reader.address(holder.registration_id, snapshot.email_id)
        if not _same(person.user_name, user_name) or not _same(address or "", email):
            raise errors.WrongPair
        message = RequestCode(request_id, _citizen(holder.registration_id))
        return await self._gateway.send(holder.registration_id, message)

    @answering
    async def request_email_change(self, registration_id: str, email: str, *, request_id: str | None = None) -> Answer:
        """Sends a code to the new address of a client who has just logged in; nothing changes before `confirm`.

        Says nothing of other registrations that may have the address. Raises `InvalidInput`, `NotFound`, `NotAccepted`,
        `Unavailable`.
        """
        request_id = request_id_of(request_id)
        check_email(email)
        email_id = await self._gateway.writer.add_email(registration_id, email)
        if email_id is None:
            raise errors.NotFound
        message = ChangeEmail(request_id, _citizen(registration_id), email_id)
        return await self._gateway.send(registration_id, message)

    @answering
    async def request_closure(self, registration_id: str, *, request_id: str | None = None) -> Answer:
        """Sends a code to the address of a client who has just logged in; nothing changes before `confirm`.

        Raises `InvalidInput`, `NotFound`, `NotAccepted`, `Unavailable`.
        """
        message = Close(request_id_of(request_id), _citizen(registration_id))
        return await self._gateway.send(registration_id, message)

    @answering
    async def change_password(  # noqa: PLR0913  one argument for each field of the client's form
        self,
        user_name: str,
        present: str,
        password: str,
        *,
        client_address: str,
        validity_days: int | None = None,
        request_id: str | None = None,
    ) -> Answer:
        """Replaces the present password; a new validity starts (S7).

        Raises `InvalidInput`, `TooManyGuesses`, `WrongPassword`, `NotAccepted`, `Unavailable`.
        """
        check_new_password(password, user_name)
        request_id = request_id_of(request_id)
        holder = await self._counted_holder(Guess.PASSWORD, user_name, client_address)
        adopted = holder and await self._gateway.reader.adopted_credential(holder.registration_id)
        # Asked again after a lost answer, the new password is the present one.
        proof = password if adopted and adopted.id == request_id else present
        if not await self._password_is_right(holder, proof) or holder is None:
            raise errors.WrongPassword
        await self._forget(Guess.PASSWORD, holder, client_address)
        message = ChangePassword(request_id, _citizen(holder.registration_id), validity_days)
        return await send_with_password(self._gateway, holder.registration_id, message, password)

    @answering
    async def authenticate(self, user_name: str, password: str, *, client_address: str) -> Session:
        """Logs a client in, from the read model alone (S5, principle 10).

        Raises `WrongPassword`, `TooManyGuesses`; with the right password `RequestACode`, `VisitABody`, `LogInRefused`.
        """
        holder = await self._counted_holder(Guess.PASSWORD, user_name, client_address)
        if not await self._password_is_right(holder, password) or holder is None:
            raise errors.WrongPassword
        await self._forget(Guess.PASSWORD, holder, client_address)
        match holder.status:
            case Status.TEMPORARY | Status.ACTIVE:
                return Session(holder.registration_id, holder.status, holder.deadline, holder.password_valid_until)
            case Status.PASSWORD_EXPIRED:
                raise errors.RequestACode(deadline=f"{holder.deadline:%Y-%m-%d}", status=holder.status)
            case Status.INACTIVE:
                raise errors.VisitABody(status=holder.status)
            case _:
                raise errors.LogInRefused(status=holder.status)

    async def _answer_given_before(self, holder: Holder, sequence: int, password: str) -> Answer:
        """The answer to a client who redeems the same code with the same password again, as after a lost answer."""
        adopted = await self._gateway.reader.adopted_credential(holder.registration_id)
        message = message_of(adopted) if adopted else None
        if not isinstance(message, RedeemCode) or message.code_sequence != sequence:
            raise errors.CodeNotLive
        if not await self._password_is_right(holder, password):
            raise errors.CodeNotLive
        return await self._gateway.send(holder.registration_id, message)

    async def _matching(self, holder: Holder | None, purpose: Purpose, code: str) -> tuple[Holder, int]:
        """The holder and the sequence of the code that was typed; whether it lives is the workflow's decision."""
        if holder is None:
            raise errors.WrongCode
        sequence = await self._gateway.reader.matching_code(holder.registration_id, purpose, code)
        if sequence is None:
            raise errors.WrongCode
        return holder, sequence

    async def _counted_holder(self, guess: Guess, user_name: str, client_address: str) -> Holder | None:
        """Counts the try before anything is checked, for unknown user names too."""
        client_address = network_of(client_address)
        holder = await self._gateway.reader.holder(user_name)
        moment, limit = now(), LIMITS[guess]
        account = holder.registration_id if holder else user_name_key(user_name)
        window = await self._gateway.writer.count_guess(guess, account, client_address, moment, moment - limit.window)
        limit.check(window.tries, window.since, moment)
        return holder

    async def _forget(self, guess: Guess, holder: Holder, client_address: str) -> None:
        await self._gateway.writer.forget_guesses(guess, holder.registration_id, network_of(client_address))

    async def _password_is_right(self, holder: Holder | None, password: str) -> bool:
        known = await self._gateway.reader.password_hash(holder.registration_id) if holder else None
        return await self._gateway.passwords.verify(password, known)


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


def _citizen(registration_id: str) -> Actor:
    return Actor(ActorKind.CITIZEN, registration_id)


def _same(known: str, typed: str) -> bool:
    return compare_digest(known.encode(), typed.encode(errors="replace"))
