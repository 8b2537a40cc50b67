"""What a citizen sees of their own account: where it is, its life, and who looked at its data; from the store alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from registration.access import AccessEntry, AccessOutcome, AccessPlace
from registration.deadlines import describe_snapshot
from registration.descriptions import Overview
from registration.errors import NotFound
from registration.happenings import what_happened_to_client
from registration.letters import CODE_LETTERS, LetterFailure, LetterKind, LetterName, Lifetime
from registration.messages import ActorKind
from registration.offices import Office
from registration.operations import Operation
from registration.policy import Policy
from registration.policy_form import PolicyAnswer
from registration.record import Event, EventKind, Snapshot
from registration.sentences import Text
from registration.statuses import Language, Purpose
from registration.times import day_in_budapest
from starter.gateway.account_data import AccountData, LifeLine, LogInLine, LookLine, SentLetterLine
from starter.gateway.desk_answers import Disclosure
from starter.gateway.engine import Engine, answering, now
from starter.gateway.log_ins import LogInHistory
from starter.translation import translated

_SHOWN_CHARACTERS: Final = 2
"""Of an address's local part: enough to tell two addresses of one's own apart."""

_A_DAY: Final = timedelta(days=1)

_LISTED: Final = frozenset(
    operation for operation in Operation if operation.startswith("desk.") and operation is not Operation.DESK_SEARCH
)
"""Looks and acts at a desk that are about one registration."""


@dataclass(frozen=True)
class LostLetter:
    """A letter that did not arrive, when that was known (UTC), and why."""

    kind: LetterKind
    at: datetime
    failure: LetterFailure | None


@dataclass(frozen=True)
class PendingChange:
    """What the client asked for and a code confirms: a new address or the closing, until `valid_until` (UTC)."""

    purpose: Purpose
    valid_until: datetime

    @property
    def page(self) -> str:
        """Where the code is entered."""
        return CODE_LETTERS[self.purpose].row.page


@dataclass(frozen=True)
class AccountOverview:
    """The account as it is now. `email` is masked, `language` is that of letters."""

    overview: Overview
    user_name: str = field(repr=False)
    email: str = field(repr=False)
    language: Language = field(repr=False)
    lost_letters: tuple[LostLetter, ...]
    pending_changes: tuple[PendingChange, ...]


@dataclass(frozen=True)
class LifeEvent:
    """Something that happened to the account: when (UTC), what, who did it, for which office."""

    at: datetime
    what: Text
    by: ActorKind
    office: str | None


@dataclass(frozen=True)
class Look:
    """How often staff of an office did one thing on a day (Budapest); never who it was."""

    day: date
    operation: Operation
    office: str | None
    times: int


@dataclass(frozen=True)
class Looks:
    """Whole days of looks, the newest first; earlier ones are those before the day `earlier`, if there are any.

    `is_complete` is whether every stored entry could be read; what cannot is left out, since an auditor is shown it.
    """

    lines: tuple[Look, ...]
    earlier: date | None
    is_complete: bool = True


class AccountGateway:
    """Reads; changes nothing. Never asks Temporal, so it answers as long as the store does. Raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine

    @answering
    async def account(self, registration_id: str) -> AccountOverview:
        """Status, dates, masked address, letters that did not arrive. Raises `NotFound` once the data is erased."""
        reader = self._engine.reader
        snapshot, contact = await reader.snapshot(registration_id), await reader.contact(registration_id)
        person = await reader.person(registration_id)
        if snapshot is None or contact is None or person is None:
            raise NotFound
        moment = now()
        overview = Overview.of(describe_snapshot(registration_id, snapshot, moment))
        lost = lost_letters(await self._events(registration_id), snapshot, moment)
        pending = pending_changes(snapshot, moment)
        return AccountOverview(overview, contact.user_name, masked(contact.email), person.language, lost, pending)

    @answering
    async def life(self, registration_id: str) -> list[LifeEvent]:
        """All that happened, the newest first; what cannot be read is left out, since an auditor is shown it."""
        return (await self._life(registration_id))[::-1]

    @answering
    async def looks(self, registration_id: str, before: date | None = None) -> Looks:
        """Who looked at the data or acted on it, by day, office and kind: before a day (Budapest), or the newest.

        Searches, refused attempts and audits are not listed. However many there are, about 500 entries are read, or
        those of the newest days, which are always whole.
        """
        return await self._looks(registration_id, before)

    @answering
    async def data(self, registration_id: str, language: Language) -> AccountData:
        """All that the account is, in words of a language. Raises `NotFound` once the data is erased."""
        reader = self._engine.reader
        snapshot, person = await reader.snapshot(registration_id), await reader.person(registration_id)
        submission, contact = await reader.submission(registration_id), await reader.contact(registration_id)
        if snapshot is None or person is None or submission is None or contact is None:
            raise NotFound
        offices = {office.code: office.name for office in await self._engine.offices.every()}
        moment, before = now(), None
        looks: list[Look] = []
        while True:
            found = await self._looks(registration_id, before)
            looks.extend(found.lines)
            before = found.earlier
            if before is None:
                break
        return AccountData(
            form=Disclosure.of(registration_id, person, contact.email),
            channel=submission.channel,
            status=snapshot.status,
            since=snapshot.since,
            deadline=snapshot.deadline,
            password_valid_until=snapshot.password_valid_until,
            identity_verified=snapshot.identity_verified,
            life=tuple(
                LifeLine(event.at, translated(event.what, language), event.by, _name(offices, event.office))
                for event in await self._life(registration_id)
            ),
            looks=tuple(
                LookLine(
                    look.day,
                    _name(offices, look.office),
                    look.operation,
                    translated(look.operation, language),
                    look.times,
                )
                for look in looks
            ),
            letters=tuple(
                SentLetterLine(
                    each.at, each.letter.kind, translated(each.letter.kind, language), each.outcome, each.failure
                )
                for each in await reader.letters(registration_id)
            ),
            log_ins=tuple(
                LogInLine(each.at, each.network, each.browser, each.portal)
                for each in await LogInHistory(self._engine).latest(registration_id)
            ),
            as_of=moment,
        )

    @answering
    async def offices(self) -> list[Office]:
        """All offices of registration bodies, by code."""
        return await self._engine.offices.every()

    @answering
    async def policy(self, at: datetime | None = None) -> PolicyAnswer:
        """The policy in force; or at a time (UTC): a status keeps to the one under which it was entered."""
        history = [each for each in await self._engine.reader.policy_history() if at is None or each.adopted_at <= at]
        return history[0].policy if history else PolicyAnswer.of(Policy())

    async def _events(self, registration_id: str) -> list[Event]:
        """Those that can be read and shown, in order."""
        events = await self._engine.record.events(registration_id)
        return [event for event in events if isinstance(event, Event) and event.is_in_time]

    async def _life(self, registration_id: str) -> list[LifeEvent]:
        """The oldest first."""
        address, life = "", []
        for event in await self._events(registration_id):
            what = what_happened_to_client(event, address)
            life.append(LifeEvent(event.at, what, event.actor.kind, event.actor.office))
            address = event.email_id
        return life

    async def _looks(self, registration_id: str, before: date | None) -> Looks:
        """Reads backwards until there is a day of which nothing is missing.

        Chains have days of UTC, and a day of Budapest has parts of two of them.
        """
        place = AccessPlace(before, "", 0) if before else None
        read: list[AccessEntry] = []
        unreadable = 0
        while True:
            page = await self._engine.accesses.newest_about(registration_id, place)
            read.extend(entry for entry in page.entries if before is None or day_in_budapest(entry.at) < before)
            unreadable += page.unreadable
            place = page.end
            if place is None:
                return Looks(_counted(read), None, not unreadable)
            first_whole = place.day + 2 * _A_DAY
            whole = [entry for entry in read if day_in_budapest(entry.at) >= first_whole]
            if whole:
                return Looks(_counted(whole), first_whole, not unreadable)


def lost_letters(events: Iterable[Event], snapshot: Snapshot, moment: datetime) -> tuple[LostLetter, ...]:
    """The letters that the client still misses: neither sent again nor out of date, to the present address.

    One that was sent again is a new letter, which may be lost, too. `snapshot` is the read model at `moment` (UTC).
    """
    lost: dict[LetterName, Event] = {}
    for event in events:
        if event.letter and event.kind is EventKind.LETTER_UNDELIVERED:
            lost[event.letter] = event
        elif event.letter and event.kind is EventKind.LETTER_SENT_AGAIN:
            lost.pop(event.letter, None)
    return tuple(
        LostLetter(name.kind, event.at, event.failure)
        for name, event in lost.items()
        if _is_missed(name.kind, event, snapshot, moment)
    )


def pending_changes(snapshot: Snapshot, moment: datetime) -> tuple[PendingChange, ...]:
    """The changes whose codes can still be entered at `moment` (UTC), in the order in which they were asked for."""
    return tuple(
        PendingChange(code.purpose, code.valid_until)
        for code in snapshot.codes
        if code.purpose is not Purpose.PASSWORD and code.is_live(moment)
    )


def _is_missed(kind: LetterKind, lost: Event, snapshot: Snapshot, moment: datetime) -> bool:
    if snapshot.status not in kind.row.true_in or lost.email_id != snapshot.email_id:
        return False
    if kind.row.purpose:
        code = snapshot.code_for(kind.row.purpose)
        return code is not None and code.is_live(moment)
    return kind.row.lifetime is not Lifetime.DEADLINE or lost.deadline == snapshot.deadline


def masked(email: str) -> str:
    """An address that its owner recognises: `ki…@example.hu`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:_SHOWN_CHARACTERS]}…@{domain}" if len(local) > _SHOWN_CHARACTERS else f"…@{domain}"


def _is_listed(entry: AccessEntry) -> bool:
    return entry.access.operation in _LISTED and entry.access.outcome in {AccessOutcome.BEGUN, AccessOutcome.DONE}


def _counted(entries: Iterable[AccessEntry]) -> tuple[Look, ...]:
    counted = Counter(
        (day_in_budapest(entry.at), entry.access.operation, entry.access.actor.office)
        for entry in entries
        if _is_listed(entry)
    )
    looks = [Look(day, operation, office, times) for (day, operation, office), times in counted.items()]
    return tuple(sorted(looks, key=lambda look: (look.day, look.office or "", look.operation), reverse=True))


def _name(offices: Mapping[str, str], code: str | None) -> str | None:
    return None if code is None else offices.get(code, code)
