"""Finds rows without an outcome, starts or sends them again, and compares statuses (principle 8)."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final, TypeVar

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from activities import names
from registration.errors import Unavailable
from registration.names import STATUS_ATTRIBUTE
from registration.reconciliation import Comparison, Disagreement, Overdue, SentAgain, Span, Started, Suspects
from registration.statuses import Status
from store.log_ins import LogInStore
from store.reader import Reader
from store.rows import Credential, CredentialState, Submitted, message_of, state_of
from store.writer import Writer
from temporal.pace import of_each
from temporal.registrations import handle_of, launch, settle

_STATUS: Final = SearchAttributeKey.for_keyword(STATUS_ATTRIBUTE)
_AT_ONCE: Final = 20
"""So that a few calls without an answer, 20 seconds each, do not delay all others."""

_NOTICES_AT_ONCE: Final = 50
"""Notices of log-ins that a pass hands out: the next one comes 15 seconds later, and each is an activity of its own."""

_Item = TypeVar("_Item")
_Outcome = TypeVar("_Outcome")


class ReconciliationActivities:
    """What a pass of reconciliation does; it repairs no disagreement silently."""

    def __init__(self, writer: Writer, reader: Reader, log_ins: LogInStore) -> None:
        """Works on the store and on `activity.client()`."""
        self._writer = writer
        self._reader = reader
        self._log_ins = log_ins

    @activity.defn(name=names.START_SUBMITTED)
    async def start_submitted(self, overdue: Overdue) -> Started:
        """Starts the workflows of rows submitted before a moment; what cannot be started is left for the next pass."""
        policy = await self._reader.policy()

        async def start(row: Submitted) -> str | None:
            with suppress(Unavailable):
                await launch(activity.client(), state_of(row, policy))
                return row.registration_id
            return None

        submitted = await self._reader.submitted_before(overdue.submitted_before)
        if submitted:
            await self._writer.wait_for_standbys()  # else a failover may leave a workflow without a row
        started = await _of_each(submitted, start)
        return Started(tuple(registration_id for registration_id in started if registration_id))

    @activity.defn(name=names.SEND_PENDING)
    async def send_pending(self, overdue: Overdue) -> SentAgain:
        """Sends the messages of credentials submitted before a moment; without an answer the next pass tries again.

        Hands out the notices of log-ins that were due by then.
        """

        async def send_again(pending: Credential) -> str | None:
            if await self._reader.credential_state(pending.id) is not CredentialState.PENDING:
                return None  # settled by another process since the list was read
            with suppress(Unavailable):
                await settle(
                    activity.client(), pending.registration_id, message_of(pending), self._writer.refuse_credential
                )
                return pending.id
            return None

        waiting = await self._reader.pending_before(overdue.submitted_before)
        if waiting:
            await self._writer.wait_for_standbys()  # else a failover may leave an event without its credential
        sent = await _of_each(waiting, send_again)
        return SentAgain(
            tuple(credential_id for credential_id in sent if credential_id),
            await self._log_ins.claim_notices(overdue.submitted_before, _NOTICES_AT_ONCE),
        )

    @activity.defn(name=names.COMPARE_RECORDED)
    async def compare_recorded(self, span: Span) -> Comparison:
        """Compares the rows written in a span of time with their workflows."""
        found: list[Disagreement] = []
        async for page in self._reader.recorded_between(span.since, span.until):
            found += await self._compare(page)
        return Comparison(tuple(found))

    @activity.defn(name=names.COMPARE_AGAIN)
    async def compare_again(self, suspects: Suspects) -> Comparison:
        """Compares these registrations."""
        rows = {}
        for registration_id in suspects.registration_ids:
            snapshot = await self._reader.snapshot(registration_id)
            rows[registration_id] = snapshot.status if snapshot else Status.SUBMITTED
        return Comparison(tuple(await self._compare(rows)))

    async def _compare(self, rows: dict[str, Status]) -> list[Disagreement]:
        async def disagreement(row: tuple[str, Status]) -> Disagreement | None:
            registration_id, stored = row
            running = await _status_in_temporal(activity.client(), registration_id)
            agrees = running == stored or (running is None and stored.is_final)
            return None if agrees else Disagreement(registration_id, stored, running)

        return [found for found in await _of_each(rows.items(), disagreement) if found]


async def _of_each(items: Iterable[_Item], act: Callable[[_Item], Awaitable[_Outcome]]) -> list[_Outcome]:
    """The outcomes, in order, with a heartbeat before each."""

    async def one(item: _Item) -> _Outcome:
        activity.heartbeat()
        return await act(item)

    return await of_each(items, one, at_once=_AT_ONCE)


async def _status_in_temporal(client: Client, registration_id: str) -> str | None:
    """The registration's status; if its workflow ended too early, how it ended; `None` without a workflow."""
    try:
        description: WorkflowExecutionDescription = await handle_of(client, registration_id).describe()
    except RPCError as trouble:
        if trouble.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    status = description.typed_search_attributes.get(_STATUS)
    if description.status is WorkflowExecutionStatus.RUNNING or status is None or Status(status).is_final:
        return status
    return description.status.name if description.status else None
