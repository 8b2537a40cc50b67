"""What a clerk does at a registration body (S2, S3, S8, S9); each act in person names its evidence."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from registration.access_lines import AccessLine
from registration.descriptions import Overview, PresentStatus
from registration.errors import InvalidInput, NotFound
from registration.forms import EvidenceForm, checked_identifier, checked_subject, checked_uuid
from registration.input_rules import InputRule
from registration.messages import (
    Actor,
    ActorKind,
    ChangeEmail,
    Close,
    Disclose,
    Evidence,
    Reactivate,
    SendAgain,
    VerifyIdentity,
)
from registration.operations import Operation
from registration.record import readable
from registration.searching import SearchForm
from registration.statuses import Channel
from registration.times import day_in_budapest
from starter.gateway.auditor import AuditorGateway
from starter.gateway.desk_answers import (
    Disclosure,
    EvidenceOfAct,
    EvidenceSeen,
    FoundRegistration,
    LetterList,
    Receipt,
    SearchResult,
)
from starter.gateway.engine import Engine, now
from starter.gateway.forms import checked_email, checked_form
from starter.gateway.receipt_numbers import printed, receipt_number_of
from starter.gateway.staff_act import StaffWork, attended

_MOST_FOUND: Final = 50
"""More than a clerk reads; whoever gets so many names another criterion."""


class DeskGateway:
    """For one clerk or supervisor of one open office. A reference is a registration's id, user name or receipt number.

    Every method raises `StaffDisabled`, `OfficeNotOpen`, `NotFound`, what the rules refuse with (`NotAccepted`,
    `NotAllowed`), `InvalidInput`, and `Unavailable`. Each leaves its entries in the access record: a look before
    anything is told, an act before its message is sent, a refusal before it is raised. Evidence has the fields of
    `EvidenceForm`; a `request_id` (an opaque id) makes an act safe to repeat.
    """

    def __init__(self, engine: Engine, clerk: str, office: str, kind: ActorKind = ActorKind.CLERK) -> None:
        """`clerk` and `office` are opaque ids. Raises `InvalidInput`."""
        self.engine = engine
        self.actor = Actor(kind, checked_subject("clerk", clerk), checked_identifier("office", office))

    @attended(Operation.DESK_REGISTER)
    async def register(
        self,
        act: StaffWork,
        form: Mapping[str, Any],
        evidence: Mapping[str, Any],
        *,
        request_id: str | None = None,
    ) -> str:
        """Opens a registration in person (S2) and returns its id, the `request_id` if given, which must be a UUID.

        It is active once its code is redeemed. Raises `UserNameTaken` too.
        """
        act.take_request_id(request_id)
        checked, seen = checked_form(form), EvidenceForm.parse(evidence)
        act.registration_id = checked_uuid("request_id", act.request_id)
        await act.put_on_record()
        return await self.engine.open(
            checked, Channel.IN_PERSON, self.actor, evidence=seen, registration_id=act.request_id
        )

    @attended(Operation.DESK_VERIFY_IDENTITY)
    async def verify_identity(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> PresentStatus:
        """Makes a temporary registration final (S3)."""
        act.take_request_id(request_id)
        registration_id, seen = await self._in_person(act, reference, evidence)
        return await act.send(registration_id, VerifyIdentity(act.request_id, self.actor, seen))

    @attended(Operation.DESK_REACTIVATE)
    async def reactivate(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> PresentStatus:
        """Reactivates an inactive registration and answers at once (S9); a new code goes out by itself."""
        act.take_request_id(request_id)
        registration_id, seen = await self._in_person(act, reference, evidence)
        return await act.send(registration_id, Reactivate(act.request_id, self.actor, seen))

    @attended(Operation.DESK_SIGNAL_REACTIVATE)
    async def signal_reactivate(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> str:
        """The same as a signal, for buses and batches: no answer; refused, it leaves an event (principle 12).

        Returns the request id under which the record will have either.
        """
        act.take_request_id(request_id)
        registration_id, seen = await self._in_person(act, reference, evidence)
        await act.signal(registration_id, Reactivate(act.request_id, self.actor, seen))
        return act.request_id

    @attended(Operation.DESK_CHANGE_EMAIL)
    async def change_email(
        self,
        act: StaffWork,
        reference: str,
        email: str,
        evidence: Mapping[str, Any],
        *,
        request_id: str | None = None,
    ) -> PresentStatus:
        """Replaces a dead address; a live code is void, and a fresh one goes out where the status waits for it."""
        act.take_request_id(request_id)
        address = checked_email(email)
        registration_id, seen = await self._in_person(act, reference, evidence)
        email_id = await self.engine.new_email(registration_id, address, act.request_id)
        return await act.send(registration_id, ChangeEmail(act.request_id, self.actor, email_id, seen))

    @attended(Operation.DESK_CHANGE_EMAIL_AND_REACTIVATE)
    async def change_email_and_reactivate(
        self,
        act: StaffWork,
        reference: str,
        email: str,
        evidence: Mapping[str, Any],
        *,
        request_id: str | None = None,
    ) -> PresentStatus:
        """Replaces a dead address of an inactive registration and reactivates it: one evidence, one decision.

        Refused it changes nothing, as when another clerk has reactivated meanwhile. The code goes to the new address.
        """
        act.take_request_id(request_id)
        address = checked_email(email)
        registration_id, seen = await self._in_person(act, reference, evidence)
        email_id = None  # of the present address: what is left of the wish is the reactivation
        if not await self.engine.has_address(registration_id, address):
            email_id = await self.engine.new_email(registration_id, address, act.request_id)
        return await act.send(registration_id, Reactivate(act.request_id, self.actor, seen, email_id))

    @attended(Operation.DESK_CLOSE)
    async def close(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> PresentStatus:
        """Closes a registration at the client's request; final."""
        act.take_request_id(request_id)
        registration_id, seen = await self._in_person(act, reference, evidence)
        return await act.send(registration_id, Close(act.request_id, self.actor, seen))

    @attended(Operation.DESK_DISCLOSE)
    async def disclose(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> Disclosure:
        """Tells the registration data to the client (S8); the disclosure is on record before it is told.

        The evidence names the `recipient`.
        """
        act.take_request_id(request_id)
        return await self._disclosed(act, reference, evidence)

    @attended(Operation.DESK_RECEIPT)
    async def receipt(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> Receipt:
        """The registration's receipt, to be handed to the client (S8): a disclosure, on record before it is told.

        The evidence names the `recipient`.
        """
        act.take_request_id(request_id)
        told = await self._disclosed(act, reference, evidence)
        row = await self.engine.search.receipt(told.registration_id)
        office = await self.engine.offices.find(self.actor.office or "")
        if row is None or office is None:
            raise NotFound
        return Receipt(
            number=printed(row.number),
            registration_id=told.registration_id,
            user_name=told.user_name,
            email=told.email,
            status=row.status,
            body=office.body,
            office=office.name,
            registered_on=day_in_budapest(row.submitted_at),
            issued_on=day_in_budapest(now()),
        )

    @attended(Operation.DESK_LOOK)
    async def look(self, act: StaffWork, reference: str) -> Overview:
        """Where the registration stands, as its workflow tells it, or the read model where that does not answer."""
        registration_id = await act.find(reference)
        await act.put_on_record()
        return await AuditorGateway(self.engine).look(registration_id)

    @attended(Operation.DESK_LETTERS)
    async def letters(self, act: StaffWork, reference: str) -> LetterList:
        """The registration's letters and what became of them, oldest first."""
        letters = await self.engine.reader.letters(await act.find(reference))
        await act.put_on_record()
        return LetterList.of(letters)

    @attended(Operation.DESK_SEND_AGAIN)
    async def send_again(
        self, act: StaffWork, reference: str, letter: str, *, request_id: str | None = None
    ) -> PresentStatus:
        """Sends a letter that did not arrive again. Raises `NoSuchLetter`, `LetterOutOfDate`, `CodeNotLive` too."""
        act.take_request_id(request_id)
        registration_id = await act.find(reference)
        message = SendAgain(act.request_id, self.actor, checked_identifier("letter", letter))
        return await act.send(registration_id, message)

    @attended(Operation.DESK_SEARCH)
    async def search(self, act: StaffWork, criterion: Mapping[str, Any]) -> SearchResult:
        """Finds registrations by exactly one criterion, whose fields are those of `SearchForm`; by blind index only.

        An e-mail address finds only those whose present address it is.
        """
        form = SearchForm.parse(criterion, today=day_in_budapest(now()))
        number = None if form.receipt_number is None else receipt_number_of(form.receipt_number)
        rows = await self.engine.search.search(form, number, most=_MOST_FOUND + 1)
        told, more = rows[:_MOST_FOUND], len(rows) > _MOST_FOUND
        act.detail = f"{form.criterion}: {len(told)}{'+' if more else ''}"
        await act.put_on_record()
        found = (FoundRegistration(**vars(row) | {"receipt_number": printed(row.receipt_number)}) for row in told)
        return SearchResult(tuple(found), more)

    @attended(Operation.DESK_EVIDENCE)
    async def evidence(self, act: StaffWork, reference: str, sequence: int) -> EvidenceOfAct:
        """What was seen at an act in person of the supervisor's own office: by whom, on which document, told to whom.

        `sequence` is the number of the act's event. A clerk is refused (`NotAllowed`). Raises `RecordUnreadable`
        too.
        """
        registration_id = await act.find(reference)
        act.detail = f"event {sequence}"
        events = readable(await self.engine.record.events(registration_id))
        acts = {it.sequence: it for it in events if it.evidence and it.actor.office == self.actor.office}
        event = acts.get(sequence)
        if event is None or event.evidence is None:
            numbers = ", ".join(map(str, acts)) or "–"
            raise InvalidInput(field="sequence", rule=InputRule.OWN_ACT, numbers=numbers)
        seen = await self.engine.reader.evidence(registration_id, event.evidence.id)
        await act.put_on_record()
        return EvidenceOfAct(
            registration_id=registration_id,
            sequence=sequence,
            at=event.at,
            kind=event.kind,
            clerk=event.actor.id,
            office=event.actor.office or "",
            evidence=EvidenceSeen.of(seen) if seen else None,
        )

    @attended(Operation.DESK_ACCESS_ENTRIES)
    async def access_entries(self, act: StaffWork, since: datetime, until: datetime) -> list[AccessLine]:
        """The access record of the supervisor's own office, from `since` until before `until`, of a day or two.

        A clerk is refused (`NotAllowed`).
        """
        await act.put_on_record()
        within = await self.engine.accesses.entries_within(self.actor.office, since, until)
        return [AccessLine.of(entry) for entry in await self.engine.accesses.listed(within)]

    async def _in_person(
        self,
        act: StaffWork,
        reference: str,
        evidence: Mapping[str, Any],
        checked: Callable[[Mapping[str, Any]], EvidenceForm] = EvidenceForm.parse,
    ) -> tuple[str, Evidence | None]:
        """Writes the evidence before the act; `None` where the key is destroyed: the rules then refuse the act."""
        form, registration_id = checked(evidence), await act.find(reference)
        return registration_id, await self.engine.intake.add_evidence(registration_id, form, now())

    async def _disclosed(self, act: StaffWork, reference: str, evidence: Mapping[str, Any]) -> Disclosure:
        registration_id, seen = await self._in_person(act, reference, evidence, EvidenceForm.of_disclosure)
        await act.send(registration_id, Disclose(act.request_id, self.actor, seen))
        snapshot = await self.engine.reader.snapshot(registration_id)
        person = await self.engine.reader.person(registration_id)
        email = await self.engine.reader.address(registration_id, snapshot.email_id) if snapshot else None
        if person is None or email is None:
            raise NotFound
        return Disclosure.of(registration_id, person, email)
