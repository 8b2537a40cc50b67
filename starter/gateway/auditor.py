"""What an auditor looks at: a registration as its workflow tells it, as the store tells it, and its whole life."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from temporalio.service import RPCError, RPCStatusCode

from audit.letters_in_histories import posted
from audit.replays import Replayed, replayed
from registration.access import AccessPlace
from registration.access_lines import AccessList
from registration.deadlines import describe_snapshot
from registration.descriptions import ComparedDescription, Description, Overview
from registration.errors import NotFound, Unavailable
from registration.explanations import Explanation, explain
from registration.forms import checked_identifier
from registration.record import Event, Snapshot, readable
from registration.statistics import Statistics
from registration.statuses import Status
from registration.timeline import Timeline, entries_of
from registration.times import months
from starter.gateway.engine import Engine, answering, now
from store.rows import SentLetter, Submitted
from temporal.client import silent_dependency
from temporal.registrations import handle_of

_ANSWERS_WITHIN_SECONDS: Final = 17
"""A query needs a worker; without one nobody answers. Who is silent is found out in 3 seconds more."""

_WAITING_CLIENT_SECONDS: Final = 3
"""A workflow answers in milliseconds; nobody should look at an empty page for longer."""

_AGAIN_SECONDS: Final = 0.1
"""A first workflow task comes within milliseconds, in skipped time within a second (measured)."""


class AuditorGateway:
    """Reads; changes nothing. A reference is a registration's id, user name or receipt number.

    Raises `NotFound`, `Unavailable`, and `InvalidInput` for a receipt number that is mistyped.
    """

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine

    @answering
    async def describe(self, reference: str) -> Description:
        """Where the registration stands, as its workflow answers the query `describe`.

        Once retention has removed a finished workflow, the read model answers alone.
        """
        registration_id = await self._engine.registration_id(reference)
        try:
            return await self._ask(registration_id)
        except RPCError as trouble:
            snapshot = await self._engine.reader.snapshot(registration_id)
            if trouble.status is RPCStatusCode.NOT_FOUND and snapshot and snapshot.status.is_final:
                return describe_snapshot(registration_id, snapshot, now())
            raise

    async def look(self, registration_id: str) -> Overview:
        """The part of it that names nobody: from the read model, where the workflow does not answer within seconds."""
        snapshot = await self.snapshot(registration_id)
        if snapshot.status is not Status.SUBMITTED:
            with suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(_WAITING_CLIENT_SECONDS):
                    return Overview.of(await self.describe(registration_id))
        return Overview.of(describe_snapshot(registration_id, snapshot, now()))

    async def compare(self, reference: str) -> ComparedDescription:
        """The workflow's description beside that of the read model."""
        running = await self.describe(reference)
        stored = await self.snapshot(running.registration_id)
        return ComparedDescription.of(running, describe_snapshot(running.registration_id, stored, now()))

    async def _ask(self, registration_id: str) -> Description:
        """Asks again for a moment where a run has only just continued as new and has no first workflow task yet."""
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                while True:
                    try:
                        description: Description = await handle_of(self._engine.client, registration_id).query(
                            "describe", result_type=Description, rpc_timeout=timedelta(seconds=_ANSWERS_WITHIN_SECONDS)
                        )
                    except RPCError as trouble:
                        if trouble.status is not RPCStatusCode.FAILED_PRECONDITION:
                            raise
                        await asyncio.sleep(_AGAIN_SECONDS)
                    else:
                        return description
        except TimeoutError:
            raise Unavailable(await silent_dependency(self._engine.client)) from None

    @answering
    async def snapshot(self, reference: str) -> Snapshot:
        """Where the registration stands in PostgreSQL, found without its workflow."""
        snapshot = await self._engine.reader.snapshot(await self._engine.registration_id(reference))
        if snapshot is None:
            raise NotFound
        return snapshot

    @answering
    async def events(self, reference: str) -> list[Event]:
        """The record, in order. Raises `RecordUnreadable` too."""
        return readable(await self._engine.record.events(await self._engine.registration_id(reference)))

    @answering
    async def letters(self, reference: str) -> list[SentLetter]:
        """The letters and their outcomes, oldest first."""
        return await self._engine.reader.letters(await self._engine.registration_id(reference))

    @answering
    async def timeline(self, reference: str) -> Timeline:
        """The whole life, over all runs of its workflow; also of a registration whose personal data is erased.

        An event that cannot be read is a line that says so.
        """
        registration_id = await self._engine.registration_id(reference)
        reader = self._engine.reader
        submission, policies = await self._submission(registration_id), await reader.policies()
        events, as_of = await self._engine.record.events(registration_id), now()
        last = events[-1] if events and isinstance(events[-1], Event) else None
        runs = await self._engine.histories.of(registration_id)
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

    @answering
    async def explain(self, reference: str, at: datetime) -> Explanation:
        """Which status the registration had at `at` (UTC), why, and what was ahead, by its record alone.

        Raises `BeforeTheBeginning`, `BeyondTheRecord`, `RecordUnreadable` too.
        """
        registration_id = await self._engine.registration_id(reference)
        events = readable(await self._engine.record.events(registration_id), at)
        submission = await self._submission(registration_id)
        return explain(events, await self._engine.reader.policies(), submission.channel, at)

    @answering
    async def replay(self, reference: str) -> list[Replayed]:
        """Replays every run against the present code, in order: whether each decision follows from the rules."""
        registration_id = await self._engine.registration_id(reference)
        return await replayed(await self._engine.histories.of(registration_id))

    @answering
    async def statistics(self, since: str | None = None, until: str | None = None) -> Statistics:
        """Counts of the registrations opened from month `since` to the end of month `until` (`2026-11`, Budapest).

        Raises `InvalidInput`.
        """
        span = months(since, until)
        store = self._engine.statistics
        return Statistics.of(
            await store.counts(*span),
            since=since,
            until=until,
            median_seconds_to_activation=await store.median_to_activation(*span),
            undelivered=await store.undelivered(*span),
        )

    @answering
    async def accesses_about(self, reference: str, after: str | None = None) -> AccessList:
        """At most 500 entries of who looked at the registration, acted on it or was refused; `after` is `next`."""
        place = _place(after)
        registration_id = await self._engine.registration_id(reference)
        return AccessList.of(await self._engine.accesses.page_about(registration_id, place))

    @answering
    async def accesses_at(self, office: str, day: date, after: str | None = None) -> AccessList:
        """At most 500 entries of an office (`-`: of none) and a day (UTC); `after` is `next`. Raises `InvalidInput`."""
        chain = checked_identifier("office", office)
        return AccessList.of(await self._engine.accesses.page_of_chain(chain, day, _place(after)))

    async def _submission(self, registration_id: str) -> Submitted:
        submission = await self._engine.reader.submission(registration_id)
        if submission is None:
            raise NotFound
        return submission


def _place(after: str | None) -> AccessPlace | None:
    return None if after is None else AccessPlace.parse("after", after)
