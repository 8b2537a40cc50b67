"""What the backend of a portal does: start registrations (S3, S4), look at them, check user names."""

from collections.abc import Mapping
from typing import Any, Final

from registration.descriptions import Overview
from registration.forms import checked_subject, checked_user_name
from registration.limits import Act, Subject
from registration.messages import Actor, ActorKind
from registration.statuses import Channel
from settings.mail_address import mailbox_key
from starter.gateway.client_addresses import sender_of
from starter.gateway.descriptions import look
from starter.gateway.engine import Engine, answering, now, request_id_of
from starter.gateway.forms import checked_form
from starter.gateway.signatures import form_in

_APPLICANT: Final = Actor(ActorKind.CITIZEN, "applicant")


class PortalGateway:
    """For the backend of one portal. `client_address` is the client's own, as the portal knows it (principle 7).

    A method that has it counts the try by it and raises `TooManyGuesses`, and `InvalidInput` where it is no address. A
    `request_id` (a UUID) makes a call safe to repeat: the same one changes nothing more and gets the same answer.
    """

    def __init__(self, engine: Engine, portal: str | None = None) -> None:
        """Shares the process's connections. Raises `InvalidInput`.

        `portal` is the portal's opaque id, by which registrations and name checks are limited too; a process that
        serves no portal, such as the command line, has none.
        """
        self._engine = engine
        self._portal = None if portal is None else checked_subject("portal", portal)

    @answering
    async def register(self, form: Mapping[str, Any], *, client_address: str, request_id: str | None = None) -> str:
        """Opens an online registration (S3) and returns its id, the `request_id` if given; the code goes out by e-mail.

        `form` has the fields of `RegistrationForm`. Raises `InvalidInput`, `UserNameTaken`, `Unavailable`.
        """
        checked, registration_id = checked_form(form), request_id_of(request_id)
        await self._count_sender(client_address, registration_id)
        await self._count_mailbox(checked.email, registration_id)
        opened = await self._engine.open(checked, Channel.ONLINE, _APPLICANT, registration_id=registration_id)
        return opened.registration_id

    @property
    def takes_signatures(self) -> bool:
        """Whether `register_signed` is offered here: only where a certificate authority is trusted."""
        return self._engine.signatures.is_open

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
        opened = await self._engine.open(
            form, Channel.E_SIGNATURE, _APPLICANT, evidence=proof, registration_id=registration_id
        )
        return opened.registration_id

    @answering
    async def user_name_is_free(self, user_name: str, *, client_address: str) -> bool:
        """Whether this user name is free. Raises `InvalidInput` where it breaks the rules, `Unavailable`."""
        wanted = checked_user_name(user_name)
        await self._engine.limits.count(Act.NAME_CHECK, sender_of(client_address, portal=self._portal))
        return await self._engine.reader.holder(wanted) is None

    async def look(self, registration_id: str) -> Overview:
        """The registration's status, without personal data. Raises `NotFound`, `Unavailable`."""
        return await look(self._engine, registration_id)

    async def _count_sender(self, client_address: str, request_id: str) -> None:
        sender = sender_of(client_address, portal=self._portal)
        await self._engine.limits.count(Act.REGISTRATION, sender, request_id=request_id)

    async def _count_mailbox(self, email: str, request_id: str) -> None:
        await self._engine.limits.count(Act.REGISTRATION, Subject(mailbox=mailbox_key(email)), request_id=request_id)
