"""What a portal does for a client: register, redeem, request, change, log in (S3, S5 to S9)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from registration import errors
from registration.descriptions import PresentStatus
from registration.forms import checked_subject, checked_user_name, checked_uuid
from registration.input_rules import InputRule
from registration.limits import Act, Subject
from registration.messages import Actor, ActorKind, ChangeEmail, ChangePassword, Close
from registration.rules import not_accepted
from registration.statuses import Channel, Purpose
from settings.mail_address import mailbox_key
from starter.gateway.addresses import sender_of
from starter.gateway.client_requests import ask, citizen
from starter.gateway.code_requests import CodeRequests
from starter.gateway.credentials import send_with_password
from starter.gateway.engine import Engine, answering, now, request_id_of
from starter.gateway.forms import checked_email, checked_form
from starter.gateway.login_attempts import LoginAttempts
from starter.gateway.passwords import check_new_password
from starter.gateway.redemptions import Redemptions
from starter.gateway.sessions import Session, present_session, session_of
from starter.gateway.signatures import form_in

_APPLICANT: Final = Actor(ActorKind.CITIZEN, "applicant")
_CONFIRMING: Final = (Purpose.NEW_EMAIL, Purpose.CLOSURE)


class PortalGateway:
    """For the backend of one portal. `client_address` is the client's own, as the portal knows it (principle 7).

    Every method counts the try by it and raises `TooManyGuesses`, and `InvalidInput` where it is no address. A
    `request_id` (a UUID) makes a call safe to repeat: the same one changes nothing more and gets the same answer.
    """

    def __init__(self, engine: Engine, portal: str | None = None) -> None:
        """Shares the process's connections. Raises `InvalidInput`.

        `portal` is the portal's opaque id, by which registrations and name checks are limited too; a process that
        serves no portal, such as the command line, has none.
        """
        self._engine = engine
        self._attempts = LoginAttempts(engine)
        self._redemptions = Redemptions(engine, self._attempts)
        self._code_requests = CodeRequests(engine, self._attempts)
        self._portal = None if portal is None else checked_subject("portal", portal)

    @answering
    async def register(self, form: Mapping[str, Any], *, client_address: str, request_id: str | None = None) -> str:
        """Opens an online registration (S3) and returns its id, the `request_id` if given; the code goes out by e-mail.

        `form` has the fields of `RegistrationForm`. Raises `InvalidInput`, `UserNameTaken`, `Unavailable`.
        """
        checked, registration_id = checked_form(form), request_id_of(request_id)
        await self._count_sender(client_address, registration_id)
        await self._count_mailbox(checked.email, registration_id)
        return await self._engine.open(checked, Channel.ONLINE, _APPLICANT, registration_id=registration_id)

    @answering
    async def register_signed(
        self, document: bytes, signature: bytes | None, *, client_address: str, request_id: str | None = None
    ) -> str:
        """Opens a registration with an electronic signature (S4) and returns its id: active once its code is redeemed.

        With a `signature`, a CAdES signature in DER or BER, `document` is the form as JSON; without, it is a PDF signed
        with PAdES that embeds the form. Raises a `SignatureRefused`, `SignatureChannelClosed`, `InvalidInput`,
        `UserNameTaken`, `Unavailable`.
        """
        registration_id, signatures = request_id_of(request_id), self._engine.signatures
        await self._count_sender(client_address, registration_id)  # taking a document apart costs more than a form
        signed = await signatures.read(document, signature, now())
        form = checked_form(form_in(signed.content))
        await self._count_mailbox(form.email, registration_id)
        proof = signed.proof_for(form)
        return await self._engine.open(
            form, Channel.E_SIGNATURE, _APPLICANT, evidence=proof, registration_id=registration_id
        )

    @answering
    async def user_name_is_free(self, user_name: str, *, client_address: str) -> bool:
        """Whether nobody has this user name. Raises `InvalidInput` where nobody could have it, `Unavailable`."""
        wanted = checked_user_name(user_name)
        await self._engine.limits.count(Act.NAME_CHECK, sender_of(client_address, portal=self._portal))
        return await self._engine.reader.holder(wanted) is None

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
    ) -> PresentStatus:
        """Redeems a one-time code: the password is set, valid for `validity_days` or the longest allowed (S3, S7, S9).

        From this address log-in is open again. Raises `InvalidInput`, `WrongCode`, `CodeNotLive`, `NotAccepted`,
        `Unavailable`.
        """
        check_new_password(password, user_name)
        request_id = request_id_of(request_id)
        attempt = await self._attempts.counted(Act.REDEMPTION, user_name, client_address)
        return await self._redemptions.set_password(attempt, code, password, validity_days, request_id)

    @answering
    async def confirm(self, user_name: str, code: str, purpose: Purpose, *, client_address: str) -> PresentStatus:
        """Redeems the code that confirms a new address (`NEW_EMAIL`) or closes the registration (`CLOSURE`).

        The same code again gets the same answer as long as the user name stands, which closing frees. Raises
        `InvalidInput`, `WrongCode`, `CodeNotLive`, `NotAccepted`, `Unavailable`.
        """
        if purpose not in _CONFIRMING:
            raise errors.InvalidInput(field="purpose", rule=InputRule.ONE_OF, choices=", ".join(_CONFIRMING))
        attempt = await self._attempts.counted(Act.REDEMPTION, user_name, client_address)
        return await self._redemptions.confirm(attempt, code, purpose)

    @answering
    async def request_code(
        self, user_name: str, email: str, *, client_address: str, request_id: str | None = None
    ) -> PresentStatus:
        """Sends a code where user name and e-mail address match character for character (S6, S8).

        Where others have guessed at the pair too often, a right one from a network that the account does not know is
        told what a wrong one is told, `TooManyGuesses`, but its letter goes out. Raises `InvalidInput`, `WrongPair`,
        `NotAccepted`, `Unavailable`.
        """
        return await self._code_requests.request(user_name, email, client_address, request_id_of(request_id))

    @answering
    async def request_email_change(
        self,
        registration_id: str,
        email: str,
        *,
        client_address: str,
        credential_id: str | None = None,
        request_id: str | None = None,
    ) -> PresentStatus:
        """Sends a code to the new address of a client who has just logged in; nothing changes before `confirm`.

        `credential_id` is that of the client's session, which ends with it (`AssertionRefused`). Says nothing of other
        registrations that may have the address. Raises `InvalidInput`, `NotFound`, `NotAccepted`, `Unavailable`.
        """
        request_id, email = request_id_of(request_id), checked_email(email)
        await self._check_session(registration_id, credential_id)
        sender = replace(sender_of(client_address, mailbox=mailbox_key(email)), account=registration_id)
        await self._engine.limits.count(Act.EMAIL_CHANGE, sender, request_id=request_id)
        email_id = await self._engine.new_email(registration_id, email, request_id)
        wish = ChangeEmail(request_id, citizen(registration_id), email_id, credential_id=credential_id)
        return await ask(self._engine, registration_id, wish)

    @answering
    async def request_closure(
        self,
        registration_id: str,
        *,
        client_address: str,
        credential_id: str | None = None,
        request_id: str | None = None,
    ) -> PresentStatus:
        """Sends a code to the address of a client who has just logged in; nothing changes before `confirm`.

        `credential_id` as for `request_email_change`. Raises `InvalidInput`, `NotFound`, `NotAccepted`, `Unavailable`.
        """
        request_id = request_id_of(request_id)
        await self._check_session(registration_id, credential_id)
        sender = replace(sender_of(client_address), account=registration_id)
        await self._engine.limits.count(Act.CLOSURE, sender, request_id=request_id)
        wish = Close(request_id, citizen(registration_id), credential_id=credential_id)
        return await ask(self._engine, registration_id, wish)

    @answering
    async def present_session(self, registration_id: str, credential_id: str) -> Session:
        """The session of a client who logged in with this credential before, as it is now.

        Raises `AssertionRefused` where that is no longer the password, or the status lets nobody in any more.
        """
        return await present_session(self._engine.reader, registration_id, checked_uuid("credential_id", credential_id))

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
    ) -> PresentStatus:
        """Replaces the present password; a new validity starts (S7). Of two at once with the same one, one wins.

        Raises `InvalidInput`, `RedeemFirst`, `WrongPassword`, `NotAccepted`, `Unavailable`.
        """
        check_new_password(password, user_name)
        request_id = request_id_of(request_id)
        attempt = await self._attempts.counted(Act.LOG_IN, user_name, client_address)
        known = await self._engine.reader.password(attempt.id)
        # Asked again after a lost answer, the new password is the present one.
        proof = password if known and known.credential_id == request_id else present
        if not await self._attempts.is_password(known, proof) or known is None or attempt.id is None:
            raise await self._attempts.wrong(Act.LOG_IN, attempt)
        await self._attempts.logged_in(attempt, known)
        message = ChangePassword(request_id, citizen(attempt.id), validity_days, known.credential_id)
        answer = await send_with_password(self._engine, attempt.id, message, password)
        await self._attempts.changed(attempt, request_id)
        return answer

    async def change_password_of(
        self,
        registration_id: str,
        present: str,
        password: str,
        *,
        client_address: str,
        validity_days: int | None = None,
    ) -> PresentStatus:
        """The same for a client whom the portal knows by the registration's id. Raises `NotFound` too."""
        user_name = await self._user_name(registration_id)
        return await self.change_password(
            user_name, present, password, client_address=client_address, validity_days=validity_days
        )

    @answering
    async def authenticate(self, user_name: str, password: str, *, client_address: str) -> Session:
        """Logs a client in, from the read model alone (S5, principle 10).

        Raises `RedeemFirst`, `WrongPassword`; with the right password what `session_of` raises.
        """
        attempt = await self._attempts.counted(Act.LOG_IN, user_name, client_address)
        known = await self._engine.reader.password(attempt.id)
        if not await self._attempts.is_password(known, password) or known is None or attempt.holder is None:
            raise await self._attempts.wrong(Act.LOG_IN, attempt)
        await self._attempts.logged_in(attempt, known)
        return session_of(attempt.holder, known.credential_id)

    async def _count_sender(self, client_address: str, request_id: str) -> None:
        sender = sender_of(client_address, portal=self._portal)
        await self._engine.limits.count(Act.REGISTRATION, sender, request_id=request_id)

    async def _count_mailbox(self, email: str, request_id: str) -> None:
        await self._engine.limits.count(Act.REGISTRATION, Subject(mailbox=mailbox_key(email)), request_id=request_id)

    @answering
    async def _user_name(self, registration_id: str) -> str:
        """The user name that a registration holds. Raises `NotFound`, `NotAccepted` once it holds none any more."""
        snapshot = await self._engine.reader.snapshot(registration_id)
        contact = await self._engine.reader.contact(registration_id)
        if snapshot is None:
            raise errors.NotFound
        if contact is None or snapshot.status.is_final:
            raise not_accepted(snapshot, ChangePassword, ActorKind.CITIZEN)
        return contact.user_name

    async def _check_session(self, registration_id: str, credential_id: str | None) -> None:
        if credential_id is not None:
            await self.present_session(registration_id, credential_id)
