"""What a clerk does at a registration body (S2, S3, S8, S9); each act in person names its evidence."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from registration.access import AccessPlace
from registration.access_lines import AccessLine, AccessList
from registration.comparing import PersonComparison, PersonForm
from registration.descriptions import Opened, Overview, PresentStatus
from registration.errors import InvalidInput, NotFound
from registration.forms import EvidenceForm, checked_choice, checked_identifier, checked_subject, checked_uuid
from registration.input_rules import InputRule
from registration.limits import Act, Subject
from registration.messages import (
    Actor,
    ActorKind,
    ChangeEmail,
    ChangeLanguage,
    Close,
    Disclose,
    Evidence,
    Reactivate,
    SendAgain,
    VerifyIdentity,
)
from registration.operations import Operation
from registration.record import Event, EventKind, readable
from registration.repetitions import repetition_of, verified_in
from registration.rules import MESSAGES, refusal_of
from registration.statuses import Channel, Language
from registration.times import day_in_budapest
from starter.gateway.descriptions import look, snapshot
from starter.gateway.desk_answers import (
    DeskView,
    Disclosure,
    EvidenceOfAct,
    EvidenceSeen,
    FoundRegistration,
    LetterList,
    Receipt,
    SearchResult,
)
from starter.gateway.engine import Engine, now
from starter.gateway.forms import checked_criterion, checked_email, checked_form
from starter.gateway.receipt_numbers import printed
from starter.gateway.staff_door import StaffWork, attended

_MOST_FOUND: Final = 50
"""More than a clerk reads; another criterion gives fewer."""


class DeskGateway:
    """For one clerk or supervisor of one open office. A reference is a registration's id, user name or receipt number.

    Every method raises `StaffDisabled`, `OfficeNotOpen`, `WrongRole`, `NotFound`, what the rules refuse with
    (`NotAccepted`, `NotAllowed`), `InvalidInput`, and `Unavailable`. Each leaves its entries in the access record: a
    look before anything is shown, an act before its message is sent, a refusal before it is raised. Evidence has the
    fields of `EvidenceForm`; a `request_id` (an opaque id) makes an act safe to repeat.
    """

    def __init__(
        self,
        engine: Engine,
        clerk: str,
        office: str,
        kind: ActorKind = ActorKind.CLERK,
        *,
        matches: bool | None = None,
    ) -> None:
        """`clerk` and `office` are opaque ids. Raises `InvalidInput`.

        `matches`: whether the person at the desk is the holder by a comparison; `None` where nothing is known of one.
        """
        self.engine = engine
        self.actor = Actor(kind, checked_subject("clerk", clerk), checked_identifier("office", office))
        self._matches = matches

    @attended(Operation.DESK_REGISTER)
    async def register(
        self,
        act: StaffWork,
        form: Mapping[str, Any],
        evidence: Mapping[str, Any],
        *,
        request_id: str | None = None,
    ) -> Opened:
        """Opens a registration in person (S2); its id is the `request_id` if given, which must be a UUID.

        It is active once its code is redeemed. Raises `UserNameTaken` too.
        """
        act.take_request_id(request_id)
        checked, seen = checked_form(form), EvidenceForm.parse(evidence)
        act.registration_id = checked_uuid("request_id", act.request_id)
        await act.put_on_record()
        opened = await self.engine.open(
            checked, Channel.IN_PERSON, self.actor, evidence=seen, registration_id=act.request_id
        )
        return Opened(opened.registration_id, printed(opened.receipt_number))

    @attended(Operation.DESK_VERIFY_IDENTITY)
    async def verify_identity(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> PresentStatus:
        """Makes a temporary registration final (S3)."""
        self._begin(act, request_id)
        registration_id = await act.find(reference)
        seen = await self._seen(registration_id, EvidenceForm.parse(evidence))
        return await act.send(registration_id, VerifyIdentity(act.request_id, self.actor, seen))

    @attended(Operation.DESK_REACTIVATE)
    async def reactivate(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> PresentStatus:
        """Reactivates an inactive registration and answers at once (S9); a new code goes out by itself."""
        self._begin(act, request_id)
        registration_id = await act.find(reference)
        seen = await self._seen(registration_id, EvidenceForm.parse(evidence))
        return await act.send(registration_id, Reactivate(act.request_id, self.actor, seen))

    @attended(Operation.DESK_SIGNAL_REACTIVATE)
    async def signal_reactivate(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> str:
        """The same as a signal, for buses and batches: no answer; refused, it leaves an event (principle 12).

        Returns the request id under which the record will have either.
        """
        act.take_request_id(request_id)
        registration_id = await act.find(reference)
        seen = await self._seen(registration_id, EvidenceForm.parse(evidence))
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
        self._begin(act, request_id)
        registration_id = await act.find(reference)
        address = checked_email(email)
        seen = await self._seen(registration_id, EvidenceForm.parse(evidence))
        email_id = await self.engine.new_email(registration_id, address, act.request_id, ChangeEmail, self.actor.kind)
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
        self._begin(act, request_id)
        registration_id = await act.find(reference)
        address = checked_email(email)
        seen = await self._seen(registration_id, EvidenceForm.parse(evidence))
        email_id = None  # of the present address: what is left of the wish is the reactivation
        if not await self.engine.has_address(registration_id, address):
            email_id = await self.engine.new_email(
                registration_id, address, act.request_id, Reactivate, self.actor.kind
            )
        return await act.send(registration_id, Reactivate(act.request_id, self.actor, seen, email_id))

    @attended(Operation.DESK_CHANGE_LANGUAGE)
    async def change_language(
        self,
        act: StaffWork,
        reference: str,
        language: str,
        evidence: Mapping[str, Any],
        *,
        request_id: str | None = None,
    ) -> PresentStatus:
        """Letters follow in the language that the client wants, `hu` or `en`; the present one is `InvalidInput`."""
        self._begin(act, request_id)
        registration_id = await act.find(reference)
        wanted = checked_choice("language", language, Language)
        seen = await self._seen(registration_id, EvidenceForm.parse(evidence))
        await self.engine.check_new_language(registration_id, wanted, act.request_id)
        return await act.send(registration_id, ChangeLanguage(act.request_id, self.actor, wanted, seen))

    @attended(Operation.DESK_CLOSE)
    async def close(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> PresentStatus:
        """Closes a registration at the client's request; final."""
        self._begin(act, request_id)
        registration_id = await act.find(reference)
        seen = await self._seen(registration_id, EvidenceForm.parse(evidence))
        return await act.send(registration_id, Close(act.request_id, self.actor, seen))

    @attended(Operation.DESK_DISCLOSE)
    async def disclose(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> Disclosure:
        """Discloses the registration data to the client (S8); the disclosure is on record before the data is returned.

        The evidence names the `recipient`.
        """
        self._begin(act, request_id)
        return await self._disclosed(act, reference, evidence)

    @attended(Operation.DESK_RECEIPT)
    async def receipt(
        self, act: StaffWork, reference: str, evidence: Mapping[str, Any], *, request_id: str | None = None
    ) -> Receipt:
        """The registration's receipt, to be handed to the client (S8): a disclosure, on record before it is returned.

        The evidence names the `recipient`.
        """
        self._begin(act, request_id)
        return await self._receipt(await self._disclosed(act, reference, evidence))

    @attended(Operation.DESK_DISCLOSED)
    async def disclosed(self, act: StaffWork, registration_id: str, request_id: str) -> Disclosure:
        """What this clerk disclosed or printed under a request id, as it is now. Raises `NotFound` for any other."""
        act.detail = "data"
        await self._check_disclosed(act, registration_id, request_id)
        return await self._data(registration_id)

    @attended(Operation.DESK_DISCLOSED)
    async def issued_receipt(self, act: StaffWork, registration_id: str, request_id: str) -> Receipt:
        """The same as a receipt."""
        act.detail = "receipt"
        await self._check_disclosed(act, registration_id, request_id)
        return await self._receipt(await self._data(registration_id))

    @attended(Operation.DESK_LOOK)
    async def look(self, act: StaffWork, reference: str) -> Overview:
        """The registration's status from its workflow, or from the read model where that does not answer."""
        registration_id = await act.find(reference)
        await act.put_on_record()
        return await look(self.engine, registration_id)

    @attended(Operation.DESK_LOOK)
    async def look_at_acts(self, act: StaffWork, reference: str) -> DeskView:
        """The same with the number of its receipt, why an act is not possible now, and for a supervisor its acts."""
        registration_id = await act.find(reference)
        await act.put_on_record()
        stored = await snapshot(self.engine, registration_id)
        events, sender = await self._events(registration_id), self.actor.kind
        verified = verified_in(events)
        return DeskView(
            overview=await look(self.engine, registration_id),
            receipt_number=await self.engine.receipt_number(registration_id),
            refusals={
                kind: repetition_of(stored.status, verified, kind, sender) or refusal_of(stored, kind, sender)
                for kind in MESSAGES
            },
            acts=self._own(events) if sender is ActorKind.SUPERVISOR else (),
        )

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
        form, number = checked_criterion(criterion)
        rows = await self.engine.search.search(form, number, most=_MOST_FOUND + 1)
        shown, more = rows[:_MOST_FOUND], len(rows) > _MOST_FOUND
        act.detail = f"{form.criterion}: {len(shown)}{'+' if more else ''}"
        await act.put_on_record()
        found = (FoundRegistration(**vars(row) | {"receipt_number": printed(row.receipt_number)}) for row in shown)
        return SearchResult(tuple(found), more)

    @attended(Operation.DESK_COMPARE)
    async def compare(self, act: StaffWork, reference: str, person: Mapping[str, Any]) -> PersonComparison:
        """Whether a person is the registration's holder; `person` has the fields of `PersonForm`, from a document.

        Every try is counted; one that matches is given back. Raises `TooManyGuesses` too, and `NotFound` once the
        personal data is erased.
        """
        registration_id = await act.find(reference)
        typed = PersonForm.parse(person, today=day_in_budapest(now()))
        subject = Subject(account=registration_id, clerk=self.actor.id)
        await self.engine.limits.count(Act.COMPARISON, subject)
        holder = await self.engine.reader.person(registration_id)
        if holder is None:
            raise NotFound
        matches = typed.is_of(holder.birth_name, holder.birth_date, holder.mothers_birth_name)
        if matches:
            await self.engine.limits.give_back(Act.COMPARISON, subject)
        act.detail = "match" if matches else "no match"
        await act.put_on_record()
        return PersonComparison(registration_id, matches)

    @attended(Operation.DESK_EVIDENCE)
    async def evidence(self, act: StaffWork, reference: str, sequence: int) -> EvidenceOfAct:
        """What was seen in an act in person of the supervisor's own office: the clerk, document and recipient.

        `sequence` is the number of the act's event. A clerk is refused (`WrongRole`). Raises `RecordUnreadable`
        too.
        """
        registration_id = await act.find(reference)
        act.detail = f"event {sequence}"
        acts = self._own(readable(await self.engine.record.events(registration_id)))
        event = next((it for it in acts if it.sequence == sequence), None)
        if event is None or event.evidence is None:
            numbers = ", ".join(str(it.sequence) for it in acts) or "–"
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

        A clerk is refused (`WrongRole`).
        """
        await act.put_on_record()
        within = await self.engine.accesses.entries_within(self.actor.office, since, until)
        return [AccessLine.of(entry) for entry in await self.engine.accesses.listed(within)]

    @attended(Operation.DESK_ACCESS_ENTRIES)
    async def newest_access_entries(
        self, act: StaffWork, since: datetime, until: datetime, before: str | None = None
    ) -> AccessList:
        """At most 500 of them, the newest first; the next page has `before` as this one calls it.

        Raises `InvalidInput`.
        """
        place = None if before is None else AccessPlace.parse("before", before)
        await act.put_on_record()
        return AccessList.of(await self.engine.accesses.newest_within(self.actor.office, since, until, place))

    async def _events(self, registration_id: str) -> list[Event]:
        """The record in order; an event that cannot be read is none."""
        return [it for it in await self.engine.record.events(registration_id) if isinstance(it, Event)]

    def _own(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Acts in person of the own office."""
        return tuple(it for it in events if it.evidence and it.actor.office == self.actor.office)

    def _begin(self, act: StaffWork, request_id: str | None) -> None:
        """An act for a person; that a supervisor decides without a match is on record. Raises `InvalidInput`."""
        if self._matches is False:
            act.detail = "without a match"
        act.take_request_id(request_id)

    async def _seen(self, registration_id: str, evidence: EvidenceForm) -> Evidence | None:
        """Writes the evidence before the act; `None` where the key is destroyed: the rules then refuse the act."""
        return await self.engine.intake.add_evidence(registration_id, evidence, now())

    async def _disclosed(self, act: StaffWork, reference: str, evidence: Mapping[str, Any]) -> Disclosure:
        registration_id = await act.find(reference)
        seen = await self._seen(registration_id, EvidenceForm.of_disclosure(evidence))
        await act.send(registration_id, Disclose(act.request_id, self.actor, seen))
        return await self._data(registration_id)

    async def _check_disclosed(self, act: StaffWork, registration_id: str, request_id: str) -> None:
        """Puts the look on record. Raises `NotFound` unless this clerk disclosed data under the request id."""
        act.registration_id = checked_uuid("registration_id", registration_id)
        act.take_request_id(request_id)
        events = readable(await self.engine.record.events(registration_id))
        if not any(
            (it.kind, it.request_id, it.actor) == (EventKind.DATA_DISCLOSED, request_id, self.actor) for it in events
        ):
            raise NotFound
        await act.put_on_record()

    async def _data(self, registration_id: str) -> Disclosure:
        person = await self.engine.reader.person(registration_id)
        contact = await self.engine.reader.contact(registration_id)
        if person is None or contact is None:
            raise NotFound
        return Disclosure.of(registration_id, person, contact.email)

    async def _receipt(self, disclosed: Disclosure) -> Receipt:
        row = await self.engine.search.receipt(disclosed.registration_id)
        office = await self.engine.offices.find(self.actor.office or "")
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
