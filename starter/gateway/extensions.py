"""Bulk extensions of validity (the case of 2011): an operator asks, another person approves, a workflow carries out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from registration.errors import (
    ExtensionNotApproved,
    ExtensionNotRunning,
    NoSuchExtension,
    SecondPersonNeeded,
)
from registration.extension_answers import (
    ExtensionCount,
    ExtensionDryRun,
    ExtensionItem,
    ExtensionList,
    ExtensionStatus,
)
from registration.extensions import (
    USUAL_RATE,
    Extension,
    ExtensionRun,
    ExtensionState,
    Progress,
    Resumption,
    RunView,
    checked_extension,
    checked_rate,
    extended_until,
    is_second_person,
)
from registration.forms import checked_uuid
from registration.messages import Actor
from registration.names import EXTENSION_WORKFLOW_TYPE, REGISTRATION_QUEUE, extension_workflow_id
from registration.operations import Operation
from registration.staff_rules import extends
from registration.statuses import Status
from registration.times import day_in_budapest
from starter.gateway.engine import Engine, now, request_id_of
from starter.gateway.staff_door import StaffWork, attended
from temporal.registrations import raise_unless_unreachable

_MOST_LISTED: Final = 20
"""The accounts of each are counted, and whatever is under way is asked."""

_ANSWERS_WITHIN_SECONDS: Final = 3
"""Temporal and the workflow answer in milliseconds; without them the answer is what PostgreSQL knows."""

_HEARD_FIRST: Final = Priority(priority_key=1)
"""A pause is heard although the queue is long, as it may be because of the extension itself."""


class BulkExtensions:
    """For one operator, or for a supervisor of an office. Every act and every refusal is on record.

    An extension is named by its id. Every method raises `Unavailable`; what takes an id also `NoSuchExtension`, and
    `InvalidInput` where it is no UUID.
    """

    def __init__(self, engine: Engine, actor: Actor) -> None:
        """Shares the process's connections."""
        self.engine = engine
        self.actor = actor

    @attended(Operation.OPERATIONS_COUNT_EXTENSION)
    async def count(self, act: StaffWork, before: datetime, *, days: int | None) -> ExtensionDryRun:
        """What an extension would do now; writes nothing. `days` `None` is to each anniversary. Raises `InvalidInput`.

        Reads every account that expires before `before`: some seconds for half a million.
        """
        moment = now()
        checked_extension(before, days, moment)
        await act.put_on_record()
        counts: Counter[tuple[Status, str, str]] = Counter()
        already_past = 0
        async for page in self.engine.extensions.expiring(before):
            for account in page:
                until = extended_until(account, days, moment)
                counts[account.status, _month(account.valid_until), _month(until)] += 1
                already_past += not extends(until, account.valid_until, moment)
        groups = tuple(ExtensionCount(*group, accounts) for group, accounts in sorted(counts.items()))
        return ExtensionDryRun(counts.total(), already_past, groups)

    @attended(Operation.OPERATIONS_REQUEST_EXTENSION)
    async def request(
        self, act: StaffWork, before: datetime, *, days: int | None, request_id: str | None = None
    ) -> ExtensionStatus:
        """Asks for an extension of all accounts that expire before `before` (UTC); nothing happens before approval.

        `request_id` is a UUID and becomes the extension's id: asked again, nothing changes. Raises `InvalidInput`, and
        `WrongRole` for a supervisor, who approves.
        """
        moment = now()
        checked_extension(before, days, moment)
        act.detail = extension_id = request_id_of(request_id)
        asked = Extension(extension_id, before, days, self.actor.id, moment)
        return await self._status_of(await self.engine.extensions.add(asked, act.entry))

    @attended(Operation.OPERATIONS_APPROVE_EXTENSION)
    async def approve(self, act: StaffWork, extension_id: str) -> ExtensionStatus:
        """The second person's approval; a later one changes nothing. Raises `SecondPersonNeeded`."""
        extension = await self._existing(extension_id, act)
        if not is_second_person(extension.requested_by, self.actor.id):
            raise SecondPersonNeeded
        await self.engine.extensions.approve(extension_id, act.entry, now())
        return await self._status_of(await self._existing(extension_id, act))

    @attended(Operation.OPERATIONS_START_EXTENSION)
    async def start(self, act: StaffWork, extension_id: str, rate: float = USUAL_RATE) -> ExtensionStatus:
        """Has an approved extension carried out at `rate` registrations a second; one that runs or is done stays so.

        Raises `ExtensionNotApproved`, `InvalidInput`.
        """
        extension = await self._existing(extension_id, act)
        order = ExtensionRun(extension_id, checked_rate(rate))
        if extension.approved_by is None:
            raise ExtensionNotApproved
        if extension.finished_at is None:
            await act.put_on_record()
            with suppress(WorkflowAlreadyStartedError):
                await self.engine.client.start_workflow(
                    EXTENSION_WORKFLOW_TYPE,
                    order,
                    id=extension_workflow_id(extension_id),
                    task_queue=REGISTRATION_QUEUE,
                    priority=_HEARD_FIRST,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,  # ended by hand, it may go on
                )
        return await self._status_of(extension)

    @attended(Operation.OPERATIONS_PAUSE_EXTENSION)
    async def pause(self, act: StaffWork, extension_id: str) -> ExtensionStatus:
        """No further account is extended, some seconds later at the latest. Raises `ExtensionNotRunning`."""
        return await self._signal(act, extension_id, "pause")

    @attended(Operation.OPERATIONS_RESUME_EXTENSION)
    async def resume(self, act: StaffWork, extension_id: str, rate: float | None = None) -> ExtensionStatus:
        """Goes on, at another rate if one is given. Raises `ExtensionNotRunning`, `InvalidInput`."""
        return await self._signal(act, extension_id, "resume", Resumption(None if rate is None else checked_rate(rate)))

    @attended(Operation.OPERATIONS_EXTENSION)
    async def status(self, act: StaffWork, extension_id: str) -> ExtensionStatus:
        """Who asked and who approved, and how far it has come.

        A watcher asks every second and sees counts alone: no entry, unless it is refused.
        """
        return await self._status_of(await self._existing(extension_id, act))

    @attended(Operation.OPERATIONS_EXTENSIONS)
    async def newest(self, act: StaffWork, older_than: str | None = None) -> ExtensionList:
        """The newest extensions, or the newest of those that were asked for before the extension `older_than`."""
        reference = None if older_than is None else await self._existing(older_than, act)
        found = await self.engine.extensions.newest(reference, _MOST_LISTED + 1)
        listed = await asyncio.gather(*(self._with_state(*each) for each in found[:_MOST_LISTED]))
        return ExtensionList(tuple(listed), more=len(found) > _MOST_LISTED)

    @attended(Operation.OPERATIONS_EXTENSION_REPORT)
    async def report(self, act: StaffWork, extension_id: str) -> AsyncIterator[ExtensionItem]:
        """Every account on the list with its outcome, by id, read as it is needed; at any time."""
        await self._existing(extension_id, act)
        await act.put_on_record()
        return self.engine.extensions.items(extension_id)

    async def _status_of(self, extension: Extension) -> ExtensionStatus:
        """Counted after its state is known: one that has paused is shown with all that it did before."""
        state, rate = await self._state_of(extension)
        return ExtensionStatus.of(extension, state, await self.engine.extensions.progress(extension.id), rate)

    async def _with_state(self, extension: Extension, progress: Progress) -> ExtensionStatus:
        state, rate = await self._state_of(extension)
        return ExtensionStatus.of(extension, state, progress, rate)

    async def _state_of(self, extension: Extension) -> tuple[ExtensionState, float | None]:
        if extension.approved_by is None:
            return ExtensionState.REQUESTED, None
        if extension.finished_at is not None:
            return ExtensionState.DONE, None
        return await self._run_of(extension)

    async def _run_of(self, extension: Extension) -> tuple[ExtensionState, float | None]:
        """The state and the rate by the workflow, or what is known without its answer."""
        handle, known = self._handle(extension.id), _state_by_record(extension)
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
                if (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
                    return ExtensionState.STOPPED, None
                known = ExtensionState.RUNNING
                view: RunView = await handle.query("progress", result_type=RunView)
        except TimeoutError:
            return known, None
        except RPCError as trouble:  # a query right after continue-as-new may fail (measured)
            return ExtensionState.APPROVED if trouble.status is RPCStatusCode.NOT_FOUND else known, None
        except RuntimeError as failure:
            raise_unless_unreachable(failure)
            return known, None
        return ExtensionState.PAUSED if view.paused else ExtensionState.RUNNING, view.rate

    async def _signal(self, act: StaffWork, extension_id: str, name: str, *arguments: Resumption) -> ExtensionStatus:
        extension = await self._existing(extension_id, act)
        await act.put_on_record()
        try:
            await self._handle(extension_id).signal(name, args=arguments)
        except RPCError as trouble:
            if trouble.status is RPCStatusCode.NOT_FOUND:
                raise ExtensionNotRunning from None
            raise
        return await self._status_of(extension)

    def _handle(self, extension_id: str) -> WorkflowHandle[Any, Any]:
        return self.engine.client.get_workflow_handle(extension_workflow_id(extension_id))

    async def _existing(self, extension_id: str, act: StaffWork) -> Extension:
        act.detail = checked_uuid("extension_id", extension_id)
        extension = await self.engine.extensions.find(extension_id)
        if extension is None:
            raise NoSuchExtension
        return extension


def _state_by_record(extension: Extension) -> ExtensionState:
    """Of one that is approved and not done: PostgreSQL knows since when its list is fixed, which its start does."""
    return ExtensionState.APPROVED if extension.listed_at is None else ExtensionState.RUNNING


def _month(moment: datetime) -> str:
    return f"{day_in_budapest(moment):%Y-%m}"
