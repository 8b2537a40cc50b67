"""What a client may do, through a portal or on our pages: log in, redeem, change, close (S3, S5 to S9)."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from registration import errors
from registration.descriptions import PresentStatus
from registration.forms import checked_choice, checked_uuid
from registration.input_rules import InputRule
from registration.limits import Act
from registration.messages import ActorKind, ChangeEmail, ChangeLanguage, ChangePassword, Close
from registration.rules import not_accepted
from registration.statuses import Language, Purpose
from settings.mail_address import mailbox_key
from starter.gateway.client_addresses import sender_of
from starter.gateway.client_messages import ask, citizen, send_with_password
from starter.gateway.code_requests import CodeRequests
from starter.gateway.email_corrections import AwaitedActivation, EmailCorrecting
from starter.gateway.engine import Engine, answering, request_id_of
from starter.gateway.forms import checked_email
from starter.gateway.log_ins import ClientBrowser, browsers_since, entry_of
from starter.gateway.login_attempts import LoginAttempts
from starter.gateway.passwords import check_new_password
from starter.gateway.redemptions import Redemptions
from starter.gateway.sessions import Session, present_session, session_of

_CONFIRMING: Final = (Purpose.NEW_EMAIL, Purpose.CLOSURE)


class CitizenGateway:
    """For a client who has an account, or claims to. `client_address` is the client's own (principle 7).

    A method that has it counts the try by it and raises `TooManyGuesses`, and `InvalidInput` where it is no address. A
    `request_id` (a UUID) makes a call safe to repeat: the same one changes nothing more and gets the same answer.
    """

    def __init__(self, engine: Engine, portal: str | None = None) -> None:
        """Shares the process's connections; `portal` is the id of the caller that a client has come through."""
        self._engine = engine
        self._portal = portal
        self._attempts = LoginAttempts(engine)
        self._redemptions = Redemptions(engine, self._attempts)
        self._code_requests = CodeRequests(engine, self._attempts)
        self._email_correcting = EmailCorrecting(engine)

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

        The same code again gets the same answer until the user name is freed by closing. Raises
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
        refused as a wrong one is, `TooManyGuesses`, but its letter goes out. Raises `InvalidInput`, `WrongPair`,
        `NotAccepted`, `Unavailable`.
        """
        return await self._code_requests.request(user_name, email, client_address, request_id_of(request_id))

    @answering
    async def correct_email(
        self, registration_id: str, user_name: str, email: str, *, client_address: str, request_id: str | None = None
    ) -> PresentStatus:
        """Replaces an address that was mistyped at registration, before the activation, and sends the next code to it.

        `user_name` is the one that was registered with it. For 24 hours, three times: raises `TooLateToCorrect`,
        `CorrectedTooOften`, and `CorrectionAtADesk` once a clerk has checked the identity; `InvalidInput`, `NotFound`,
        `NotAccepted`, `Unavailable`.
        """
        request_id, email = request_id_of(request_id), checked_email(email)
        return await self._email_correcting.correct(registration_id, user_name, email, client_address, request_id)

    @answering
    async def awaited_activation(self, registration_id: str) -> AwaitedActivation:
        """Where the code of a registration went, and whether the address may be corrected; from the store alone.

        Waits at most 2 seconds until the end of the code's validity is on record.

        Raises `NotFound` also once the data is erased, `Unavailable`.
        """
        return await self._email_correcting.awaited(registration_id)

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
        email_id = await self._engine.new_email(registration_id, email, request_id, ChangeEmail, ActorKind.CITIZEN)
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
    async def change_language(
        self,
        registration_id: str,
        language: str,
        *,
        client_address: str,
        credential_id: str,
        request_id: str | None = None,
    ) -> PresentStatus:
        """Letters to a client who is logged in follow in this language, `hu` or `en`.

        `credential_id` as for `request_email_change`, but needed: no code confirms this. Raises `InvalidInput`, also
        for the present language, `AssertionRefused`, `NotAccepted`, `Unavailable`.
        """
        request_id, wanted = request_id_of(request_id), checked_choice("language", language, Language)
        await self._check_session(registration_id, credential_id)
        sender = replace(sender_of(client_address), account=registration_id)
        await self._engine.limits.count(Act.LANGUAGE_CHANGE, sender, request_id=request_id)
        await self._engine.check_new_language(registration_id, wanted, request_id)
        wish = ChangeLanguage(request_id, citizen(registration_id), wanted, credential_id=credential_id)
        return await ask(self._engine, registration_id, wish)

    @answering
    async def present_session(self, registration_id: str, credential_id: str) -> Session:
        """The session of a client who logged in with this credential before, as it is now.

        Raises `AssertionRefused` where that is no longer the password, or the status does not allow log-in any more.
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
        account, attempt = await self._attempts.with_account(user_name, client_address)
        known = account.password
        # Asked again after a lost answer, the new password is the present one.
        proof = password if known and known.credential_id == request_id else present
        if not await self._attempts.is_password(known, proof) or known is None or attempt.id is None:
            raise await self._attempts.wrong(Act.LOG_IN, attempt)
        await self._attempts.logged_in(attempt, known.credential_id)
        message = ChangePassword(request_id, citizen(attempt.id), validity_days, known.credential_id)
        answer = await send_with_password(self._engine, attempt.id, message, password)
        await self._attempts.changed(attempt, request_id)
        return answer

    async def change_password_of(  # noqa: PLR0913  as above
        self,
        registration_id: str,
        present: str,
        password: str,
        *,
        client_address: str,
        validity_days: int | None = None,
        request_id: str | None = None,
    ) -> PresentStatus:
        """The same for a client who is known by the registration's id. Raises `NotFound` too."""
        return await self.change_password(
            await self._user_name(registration_id),
            present,
            password,
            client_address=client_address,
            validity_days=validity_days,
            request_id=request_id,
        )

    @answering
    async def session_by_change(self, request_id: str) -> Session | None:
        """The session that follows from a change of password whose answer was lost, by its `request_id`.

        `None` where that did not come to pass, or the password is another one by now.
        """
        holder = await self._engine.reader.holder_of_password(request_id)
        with suppress(errors.LogInRefused):
            return session_of(holder, request_id) if holder else None
        return None

    @answering
    async def authenticate(
        self, user_name: str, password: str, *, client_address: str, browser: ClientBrowser | None = None
    ) -> Session:
        """Logs a client in, from the read model alone (S5, principle 10), and notes it for the client to look back at.

        `browser` is the client's own, on our pages; `None` at a portal. Raises `RedeemFirst`, `WrongPassword`; with the
        right password what `session_of` raises.
        """
        account, attempt = await self._attempts.with_account(
            user_name, client_address, browsers_since() if browser else None
        )
        session = await self._attempts.session(attempt, account, password)
        facts, registration_id = account.facts, session.registration_id
        log_in = entry_of(registration_id, facts, client_address, browser, self._portal) if facts else None
        await self._attempts.logged_in(attempt, session.credential_id, log_in)
        return session

    @answering
    async def confirm_password(self, registration_id: str, password: str, *, client_address: str) -> Session:
        """The client of a session types the password again, before an act that is hard to undo.

        It is no log-in of its own. Raises as `authenticate`, and `NotFound`.
        """
        user_name = await self._user_name(registration_id)
        account, attempt = await self._attempts.with_account(user_name, client_address)
        session = await self._attempts.session(attempt, account, password)
        await self._attempts.logged_in(attempt, session.credential_id)
        return session

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
