"""What a clerk does at a registration body (S2, S3, S8, S9); each act in person names its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registration.errors import NotFound
from registration.forms import EvidenceForm, checked_identifier
from registration.messages import (
    Actor,
    ActorKind,
    Answer,
    ChangeEmail,
    Close,
    Disclose,
    Evidence,
    Reactivate,
    SendAgain,
    VerifyIdentity,
)
from registration.statuses import Channel
from starter.gateway.connection import Gateway, answering, new_request_id, now
from starter.gateway.portal import checked_email, checked_form
from store.rows import Person, SentLetter


@dataclass(frozen=True)
class Disclosure:
    """The registration data as a clerk tells it to the client (S8)."""

    registration_id: str
    person: Person = field(repr=False)
    email: str = field(repr=False)


class DeskGateway:
    """For one clerk of one office. A reference is a registration's id or user name.

    Every method raises `NotFound`, what the rules refuse with (`NotAccepted`, `NotAllowed`), `InvalidInput`, and
    `Unavailable`; evidence has the fields of `EvidenceForm`.
    """

    def __init__(self, gateway: Gateway, clerk: str, office: str, kind: ActorKind = ActorKind.CLERK) -> None:
        """`clerk` and `office` are opaque ids. Raises `InvalidInput`."""
        self._gateway = gateway
        self._actor = Actor(kind, checked_identifier("clerk", clerk), checked_identifier("office", office))

    @answering
    async def register(self, form: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
        """Opens a registration in person (S2) and returns its id; active once its code is redeemed."""
        checked, seen = checked_form(form), EvidenceForm.parse(evidence)
        return await self._gateway.open(checked, Channel.IN_PERSON, self._actor, evidence=seen)

    @answering
    async def verify_identity(
        self, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> Answer:
        """Makes a temporary registration final (S3)."""
        registration_id, seen = await self._in_person(reference, evidence)
        message = VerifyIdentity(_request(request_id), self._actor, seen)
        return await self._gateway.send(registration_id, message)

    @answering
    async def reactivate(self, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None) -> Answer:
        """Reactivates an inactive registration and answers at once (S9); a new code goes out by itself."""
        registration_id, seen = await self._in_person(reference, evidence)
        return await self._gateway.send(registration_id, Reactivate(_request(request_id), self._actor, seen))

    @answering
    async def signal_reactivate(
        self, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> None:
        """The same as a signal, for buses and batches: no answer; refused, it leaves an event (principle 12)."""
        registration_id, seen = await self._in_person(reference, evidence)
        await self._gateway.signal(registration_id, Reactivate(_request(request_id), self._actor, seen))

    @answering
    async def change_email(
        self, reference: str, email: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> Answer:
        """Replaces a dead address; a live code is void, and a fresh one goes out where the status waits for it."""
        address = checked_email(email)
        registration_id, seen = await self._in_person(reference, evidence)
        email_id = await self._gateway.writer.add_email(registration_id, address)
        if email_id is None:
            raise NotFound
        message = ChangeEmail(_request(request_id), self._actor, email_id, seen)
        return await self._gateway.send(registration_id, message)

    @answering
    async def disclose(
        self, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> Disclosure:
        """Tells the registration data to the client (S8); the disclosure is on record before it is told."""
        registration_id, seen = await self._in_person(reference, evidence)
        await self._gateway.send(registration_id, Disclose(_request(request_id), self._actor, seen))
        snapshot = await self._gateway.reader.snapshot(registration_id)
        person = await self._gateway.reader.person(registration_id)
        email = await self._gateway.reader.address(registration_id, snapshot.email_id) if snapshot else None
        if person is None or email is None:
            raise NotFound
        return Disclosure(registration_id, person, email)

    @answering
    async def close(self, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None) -> Answer:
        """Closes a registration at the client's request; final."""
        registration_id, seen = await self._in_person(reference, evidence)
        return await self._gateway.send(registration_id, Close(_request(request_id), self._actor, seen))

    @answering
    async def letters(self, reference: str) -> list[SentLetter]:
        """The registration's letters and what became of them, oldest first."""
        return await self._gateway.reader.letters(await self._gateway.registration_id(reference))

    @answering
    async def send_again(self, reference: str, letter: str, *, request_id: str | None = None) -> Answer:
        """Sends a letter that did not arrive again. Raises `NoSuchLetter`, `LetterOutOfDate`, `CodeNotLive` too."""
        registration_id = await self._gateway.registration_id(reference)
        message = SendAgain(_request(request_id), self._actor, checked_identifier("letter", letter))
        return await self._gateway.send(registration_id, message)

    async def _in_person(self, reference: str, evidence: Mapping[str, Any]) -> tuple[str, Evidence | None]:
        """Writes the evidence before the act; `None` where the key is destroyed: the rules then refuse the act."""
        form = EvidenceForm.parse(evidence)
        registration_id = await self._gateway.registration_id(reference)
        return registration_id, await self._gateway.writer.add_evidence(registration_id, form, now())


def _request(request_id: str | None) -> str:
    return new_request_id() if request_id is None else checked_identifier("request_id", request_id)
