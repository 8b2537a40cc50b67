"""Bulk extensions of validity (the case of 2011): an operator asks, another person approves, a workflow carries out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress
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
from registration.extensions import (
    USUAL_RATE,
    DryRun,
    Extension,
    ExtensionCount,
    ExtensionItem,
    ExtensionList,
    ExtensionRun,
    ExtensionState,
    ExtensionStatus,
    Progress,
    RunView,
    checked_extension,
    checked_rate,
    extended_until,
)
from registration.forms import checked_uuid
from registration.messages import Actor, ActorKind
from registration.names import EXTENSION_WORKFLOW_TYPE, REGISTRATION_QUEUE, extension_workflow_id
from registration.staff_rules import extends
from registration.statuses import Status
from registration.times import day_in_budapest
from starter.gateway.engine import Engine, answering, now, request_id_of
from starter.gateway.staff_act import StaffAct, attended
from temporal.registrations import raise_unless_unreachable

_WHO_ASKS: Final = frozenset({ActorKind.OPERATOR})
_OPERATIONS: Final = _WHO_ASKS | {ActorKind.SUPERVISOR}

_MOST_LISTED: Final = 20
"""The accounts of each are counted, and whatever is under way is asked."""

_ANSWERS_WITHIN_SECONDS: Final = 3
"""Temporal and the workflow answer in milliseconds; without them the answer is what PostgreSQL knows."""

_HEARD_FIRST: Final = Priority(priority_key=1)
"""A pause is heard although the queue is long, as it may be because of the extension itself."""


class BulkExtensions:
    """The part of `OperationsGateway` that is about very many accounts. Every act and every refusal is on record.

    An extension is named by its id. Every method raises `Unavailable`; what takes an id also `NoSuchExtension`, and
    `InvalidInput` where it is no UUID.
    """

    _engine: Engine
    _actor: Actor

    @answering
    async def count_extension(self, before: datetime, *, days: int | None) -> DryRun:
        """What an extension would do now; writes nothing. `days` `None` is to each anniversary. Raises `InvalidInput`.

        Reads every account that expires before `before`: some seconds for half a million.
        """
        async with self._attended("operations.count_extension") as act:
            moment = now()
            checked_extension(before, days, moment)
            await act.before_telling()
            counts: Counter[tuple[Status, str, str]] = Counter()
            hopeless = 0
            async for page in self._engine.extensions.expiring(before):
                for account in page:
                    until = extended_until(account, days, moment)
                    counts[account.status, _month(account.valid_until), _month(until)] += 1
                    hopeless += not extends(until, account.valid_until, moment)
            groups = tuple(ExtensionCount(*group, accounts) for group, accounts in sorted(counts.items()))
            return DryRun(counts.total(), hopeless, groups)

    @answering
    async def request_extension(
        self, before: datetime, *, days: int | None, request_id: str | None = None
    ) -> Extension:
        """Asks for an extension of all accounts that expire before `before` (UTC); nothing happens before approval.

        `request_id` is a UUID and becomes the extension's id: asked again, nothing changes. Raises `InvalidInput`, and
        `NotAllowed` for a supervisor, who approves.
        """
        async with self._attended("operations.request_extension", only=_WHO_ASKS) as act:
            moment = now()
            checked_extension(before, days, moment)
            act.detail = extension_id = request_id_of(request_id)
            asked = Extension(extension_id, before, days, self._actor.id, moment)
            return await self._engine.extensions.add(asked, act.entry)

    @answering
    async def approve_extension(self, extension_id: str) -> Extension:
        """The second person's approval; the first one stands. Raises `SecondPersonNeeded`."""
        async with self._attended("operations.approve_extension") as act:
            extension = await self._existing(extension_id, act)
            if extension.requested_by.lower() == self._actor.id.lower():
                raise SecondPersonNeeded
            await self._engine.extensions.approve(extension_id, act.entry, now())
            return await self._existing(extension_id, act)

    @answering
    async def start_extension(self, extension_id: str, rate: float = USUAL_RATE) -> ExtensionStatus:
        """Has an approved extension carried out at `rate` registrations a second; one that runs or is done stays so.

        Raises `ExtensionNotApproved`, `InvalidInput`.
        """
        async with self._attended("operations.start_extension") as act:
            extension = await self._existing(extension_id, act)
            order = ExtensionRun(extension_id, checked_rate(rate))
            if extension.approved_by is None:
                raise ExtensionNotApproved
            if extension.finished_at is None:
                await act.before_acting()
                with suppress(WorkflowAlreadyStartedError):
                    await self._engine.client.start_workflow(
                        EXTENSION_WORKFLOW_TYPE,
                        order,
                        id=extension_workflow_id(extension_id),
                        task_queue=REGISTRATION_QUEUE,
                        priority=_HEARD_FIRST,
                        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,  # ended by hand, it may go on
                    )
            return await self._status_of(extension)

    @answering
    async def pause_extension(self, extension_id: str) -> None:
        """No further account is extended, some seconds later at the latest. Raises `ExtensionNotRunning`."""
        await self._signal("operations.pause_extension", extension_id, "pause")

    @answering
    async def resume_extension(self, extension_id: str, rate: float | None = None) -> None:
        """Goes on, at another rate if one is given. Raises `ExtensionNotRunning`, `InvalidInput`."""
        await self._signal("operations.resume_extension", extension_id, "resume", rate)

    @answering
    async def extension(self, extension_id: str) -> ExtensionStatus:
        """Who asked and who approved, and how far it has come.

        Whoever watches asks every second and sees counts alone: no entry, unless it is refused.
        """
        async with self._attended("operations.extension") as act:
            return await self._status_of(await self._existing(extension_id, act))

    @answering
    async def extensions(self, older_than: str | None = None) -> ExtensionList:
        """The newest extensions, or the newest of those that were asked for before the extension `older_than`."""
        async with self._attended("operations.extensions") as act:
            reference = None if older_than is None else await self._existing(older_than, act)
            found = await self._engine.extensions.newest(reference, _MOST_LISTED + 1)
            told = await asyncio.gather(*(self._with_state(*each) for each in found[:_MOST_LISTED]))
            return ExtensionList(tuple(told), more=len(found) > _MOST_LISTED)

    @answering
    async def extension_report(self, extension_id: str) -> AsyncIterator[ExtensionItem]:
        """Every account on the list with its outcome, by id, read as it is needed; at any time."""
        async with self._attended("operations.extension_report") as act:
            await self._existing(extension_id, act)
            await act.before_telling()
        return self._engine.extensions.items(extension_id)

    async def _status_of(self, extension: Extension) -> ExtensionStatus:
        return await self._with_state(extension, await self._engine.extensions.progress(extension.id))

    async def _with_state(self, extension: Extension, progress: Progress) -> ExtensionStatus:
        if extension.approved_by is None:
            return ExtensionStatus(extension, ExtensionState.REQUESTED, progress)
        if extension.finished_at is not None:
            return ExtensionStatus(extension, ExtensionState.DONE, progress)
        state, rate = await self._run_of(extension)
        return ExtensionStatus(extension, state, progress, rate)

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
        except RPCError as trouble:  # a query fails, too, where it was continued as new this very moment (TEMPORAL.md)
            return ExtensionState.APPROVED if trouble.status is RPCStatusCode.NOT_FOUND else known, None
        except RuntimeError as failure:
            raise_unless_unreachable(failure)
            return known, None
        return ExtensionState.PAUSED if view.paused else ExtensionState.RUNNING, view.rate

    async def _signal(self, operation: str, extension_id: str, name: str, rate: float | None = None) -> None:
        async with self._attended(operation) as act:
            arguments = [] if rate is None else [checked_rate(rate)]
            await self._existing(extension_id, act)
            await act.before_acting()
            try:
                await self._handle(extension_id).signal(name, args=arguments)
            except RPCError as trouble:
                if trouble.status is RPCStatusCode.NOT_FOUND:
                    raise ExtensionNotRunning from None
                raise

    def _handle(self, extension_id: str) -> WorkflowHandle[Any, Any]:
        return self._engine.client.get_workflow_handle(extension_workflow_id(extension_id))

    async def _existing(self, extension_id: str, act: StaffAct) -> Extension:
        act.detail = checked_uuid("extension_id", extension_id)
        extension = await self._engine.extensions.find(extension_id)
        if extension is None:
            raise NoSuchExtension
        return extension

    def _attended(
        self, operation: str, *, only: frozenset[ActorKind] = _OPERATIONS
    ) -> AbstractAsyncContextManager[StaffAct]:
        return attended(self._engine, self._actor, operation, only=only)


def _state_by_record(extension: Extension) -> ExtensionState:
    """Of one that is approved and not done: PostgreSQL knows since when its list is fixed, which its start does."""
    return ExtensionState.APPROVED if extension.listed_at is None else ExtensionState.RUNNING


def _month(moment: datetime) -> str:
    return f"{day_in_budapest(moment):%Y-%m}"
