"""What a clerk does at a registration body (S2, S3, S8, S9); each act in person names its evidence."""

from collections.abc import Mapping
from typing import Any, Final

from registration.access_details import AccessDetail, found_by
from registration.comparing import PersonComparison, PersonForm
from registration.descriptions import Opened, Overview, PresentStatus
from registration.errors import NotFound
from registration.forms import EvidenceForm, checked_choice, checked_identifier, checked_subject, checked_uuid
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
from registration.statuses import Channel, Language
from registration.times import day_in_budapest
from starter.gateway.descriptions import look
from starter.gateway.desk_answers import Disclosure, FoundRegistration, LetterList, Receipt, SearchResult
from starter.gateway.desk_views import DeskViews
from starter.gateway.disclosures import Disclosures
from starter.gateway.engine import Engine, now
from starter.gateway.forms import checked_criterion, checked_email, checked_form
from starter.gateway.receipt_numbers import printed
from starter.gateway.staff_door import StaffWork, attended
from starter.gateway.supervision import Supervision

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
        self.supervision = Supervision(engine, self.actor)
        self.views = DeskViews(engine, self.actor)
        self._disclosures = Disclosures(engine, self.actor.office or "")
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
        return await self._disclosures.receipt(await self._disclosed(act, reference, evidence))

    @attended(Operation.DESK_LOOK)
    async def look(self, act: StaffWork, reference: str) -> Overview:
        """The registration's status from its workflow, or from the read model where that does not answer."""
        registration_id = await act.find(reference)
        await act.put_on_record()
        return await look(self.engine, registration_id)

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
        act.detail = found_by(form.criterion, len(shown), more=more)
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
        act.detail = AccessDetail.MATCH if matches else AccessDetail.NO_MATCH
        await act.put_on_record()
        return PersonComparison(registration_id, matches)

    def _begin(self, act: StaffWork, request_id: str | None) -> None:
        """An act for a person; that a supervisor decides without a match is on record. Raises `InvalidInput`."""
        if self._matches is False:
            act.detail = AccessDetail.WITHOUT_MATCH
        act.take_request_id(request_id)

    async def _seen(self, registration_id: str, evidence: EvidenceForm) -> Evidence | None:
        """Writes the evidence before the act; `None` where the key is destroyed: the rules then refuse the act."""
        return await self.engine.intake.add_evidence(registration_id, evidence, now())

    async def _disclosed(self, act: StaffWork, reference: str, evidence: Mapping[str, Any]) -> Disclosure:
        registration_id = await act.find(reference)
        seen = await self._seen(registration_id, EvidenceForm.of_disclosure(evidence))
        await act.send(registration_id, Disclose(act.request_id, self.actor, seen))
        return await self._disclosures.data(registration_id)
