"""What an auditor looks at: a registration now and over its whole life, what staff did, and whether all is whole."""

from contextlib import suppress
from datetime import date, datetime
from typing import Final

from audit.letters_in_histories import posted
from audit.replays import Replayed, replayed
from registration.access import AccessPlace
from registration.access_lines import AccessList
from registration.descriptions import ComparedDescription, Description
from registration.errors import BeforeTheBeginning, BeyondTheRecord, NotFound, RecordUnreadable
from registration.explanations import Explanation, explain
from registration.forms import checked_identifier, checked_subject
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import Event, Snapshot, readable
from registration.references import checked_reference
from registration.staff_acts import ActPlace, ActsQuery, StaffActList
from registration.statistics import Statistics
from registration.timeline import Timeline, entries_of
from registration.times import months
from starter.gateway import descriptions
from starter.gateway.checkpoints import Checkpoints
from starter.gateway.engine import Engine, answering, now
from starter.gateway.staff_door import StaffWork, attended
from starter.gateway.verification import Verification
from store.rows import SentLetter, Submitted

_MOST_ACTS: Final = 500
"""Acts of a page: some hundred kilobytes."""


class AuditorGateway:
    """For one auditor, named by an opaque id. Reads; changes nothing of any registration.

    A reference is a registration's id, user name or receipt number. Raises `StaffDisabled`, `NotFound`, `Unavailable`,
    and `InvalidInput` for a receipt number that is mistyped. What is refused is on record; a look at one registration,
    which shows no personal data, is not.
    """

    def __init__(self, engine: Engine, auditor: str) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self.engine = engine
        self.actor = Actor(ActorKind.AUDITOR, checked_subject("auditor", auditor))
        self.checkpoints = Checkpoints(engine, self.actor)
        self.verification = Verification(engine, self.actor)

    @attended(Operation.AUDIT_TIMELINE)
    async def find(self, act: StaffWork, reference: str) -> str:
        """The id of a registration, by its id or its receipt's number alone, as in addresses. Raises as above."""
        return await act.find(checked_reference(reference))

    async def describe(self, reference: str) -> Description:
        """The registration's status from its workflow, or once that is gone from the read model."""
        return await descriptions.describe(self.engine, reference)

    async def snapshot(self, reference: str) -> Snapshot:
        """The registration's present state in PostgreSQL, without its workflow."""
        return await descriptions.snapshot(self.engine, reference)

    async def compare(self, reference: str) -> ComparedDescription:
        """The workflow's description beside that of the read model."""
        return await descriptions.compare(self.engine, reference)

    @answering
    async def events(self, reference: str) -> list[Event]:
        """The record, in order. Raises `RecordUnreadable` too."""
        return readable(await self.engine.record.events(await self.engine.registration_id(reference)))

    @answering
    async def letters(self, reference: str) -> list[SentLetter]:
        """The letters and their outcomes, oldest first."""
        return await self.engine.reader.letters(await self.engine.registration_id(reference))

    @attended(Operation.AUDIT_TIMELINE)
    async def timeline(self, act: StaffWork, reference: str) -> Timeline:
        """The whole life, over all runs of its workflow; also of a registration whose personal data is erased.

        An event that cannot be read is a line that says so.
        """
        registration_id = await act.find(reference)
        reader = self.engine.reader
        submission, policies = await self._submission(registration_id), await reader.policies()
        events, as_of = await self.engine.record.events(registration_id), now()
        last = events[-1] if events and isinstance(events[-1], Event) else None
        runs = await self.engine.histories.of(registration_id)
        letters = posted((run.history for run in runs if run.history), await reader.letters(registration_id))
        return Timeline(
            registration_id=registration_id,
            channel=submission.channel,
            office=submission.opening.actor.office,
            status=last.status if last else submission.status,
            deadline=last.deadline if last else None,
            entries=entries_of(events, letters, policies, as_of),
            runs=tuple(found.run for found in runs),
            as_of=as_of,
        )

    @attended(Operation.AUDIT_EXPLAIN)
    async def explain(self, act: StaffWork, reference: str, at: datetime) -> Explanation:
        """Which status the registration had at `at` (UTC), why, and what was ahead, by its record alone.

        Raises `BeforeTheBeginning`, `BeyondTheRecord`, `RecordUnreadable` too.
        """
        return await self._explained(await act.find(reference), at)

    @answering
    async def explain_end(self, life: Timeline) -> Explanation | None:
        """Why a life is in its state: a part of its timeline; `None` where the record cannot say.

        The moment is that of its last event where that is ahead of our clock, as in skipped time.
        """
        last = max((entry.at for entry in life.entries if entry.sequence), default=life.as_of)
        with suppress(BeforeTheBeginning, BeyondTheRecord, RecordUnreadable):
            return await self._explained(life.registration_id, max(last, life.as_of))
        return None

    @attended(Operation.AUDIT_REPLAY)
    async def replay(self, act: StaffWork, reference: str) -> list[Replayed]:
        """Replays every run against the present code, in order: whether each decision follows from the rules."""
        registration_id = await act.find(reference)
        return await replayed(await self.engine.histories.of(registration_id))

    @attended(Operation.AUDIT_STATISTICS)
    async def statistics(self, _act: StaffWork, since: str | None = None, until: str | None = None) -> Statistics:
        """Counts of the registrations opened from month `since` to the end of month `until` (`2026-11`, Budapest).

        Raises `InvalidInput`.
        """
        span = months(since, until)
        store = self.engine.statistics
        return Statistics.of(
            await store.counts(*span),
            since=since,
            until=until,
            median_seconds_to_activation=await store.median_to_activation(*span),
            undelivered=await store.undelivered(*span),
        )

    @attended(Operation.AUDIT_ACCESS_ENTRIES)
    async def accesses_about(self, act: StaffWork, reference: str, after: str | None = None) -> AccessList:
        """At most 500 entries of who looked at the registration, acted on it or was refused; `after` is `next`."""
        registration_id = await act.find(reference)
        return AccessList.of(await self.engine.accesses.page_about(registration_id, _place(after)))

    @attended(Operation.AUDIT_ACCESS_ENTRIES)
    async def accesses_at(self, _act: StaffWork, office: str, day: date, after: str | None = None) -> AccessList:
        """At most 500 entries of an office (`-`: of none) and a day (UTC); `after` is `next`. Raises `InvalidInput`."""
        chain = checked_identifier("office", office)
        return AccessList.of(await self.engine.accesses.page_of_chain(chain, day, _place(after)))

    @attended(Operation.AUDIT_STAFF_ACTS)
    async def acts(self, act: StaffWork, query: ActsQuery, after: str | None = None) -> StaffActList:
        """At most 500 acts of staff, oldest first; `after` is `next` of the page before. The look is on record.

        Raises `StaffDisabled`, `InvalidInput`.
        """
        act.detail = query.recorded
        place = None if after is None else ActPlace.parse("after", after)
        found = await self.engine.staff_acts.acts(query, place, most=_MOST_ACTS + 1)
        await act.put_on_record()
        last = found[_MOST_ACTS - 1] if len(found) > _MOST_ACTS else None
        end = str(ActPlace(last.at, last.registration_id, last.sequence)) if last else None
        return StaffActList(tuple(found[:_MOST_ACTS]), end)

    async def _explained(self, registration_id: str, at: datetime) -> Explanation:
        events = readable(await self.engine.record.events(registration_id), at)
        submission = await self._submission(registration_id)
        return explain(events, await self.engine.reader.policies(), submission.channel, at)

    async def _submission(self, registration_id: str) -> Submitted:
        submission = await self.engine.reader.submission(registration_id)
        if submission is None:
            raise NotFound
        return submission


def _place(after: str | None) -> AccessPlace | None:
    return None if after is None else AccessPlace.parse("after", after)
