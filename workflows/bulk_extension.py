"""An approved bulk extension of validity: half a million signals at a set rate, each account exactly once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from activities import names
from registration.extensions import (
    BatchDone,
    ExtensionBatch,
    ExtensionListing,
    ExtensionRun,
    Progress,
    Resumption,
    RunView,
    is_rate,
)
from registration.names import EXTENSION_WORKFLOW_TYPE
from workflows.signals import read

_LISTING: Final = timedelta(hours=1)
"""Half a million accounts are listed in a minute or two; ten million in well under an hour."""

_BATCH: Final = timedelta(minutes=2)
"""A batch takes some seconds; the longest waits for registrations that do not answer."""

_HEARTBEAT: Final = timedelta(seconds=10)
"""A worker that died is noticed after this long."""

_RETRIES: Final = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
"""Without end, for outages pass; a missing approval is a failure that is not retried."""

_NEXT_ROUND: Final = timedelta(seconds=10)
_DOUBLED: Final = 9
"""Accounts that did not answer are asked again after 10 s, then after twice as long, in the end every 85 minutes: each
signal is in their history."""


@workflow.defn(name=EXTENSION_WORKFLOW_TYPE)
class BulkExtension:
    """Each activity looks for the approval in PostgreSQL itself: started by hand without one, it does nothing."""

    @workflow.init
    def __init__(self, run: ExtensionRun) -> None:
        """Continues where the run before ended."""
        self._run = run
        self._progress = Progress()

    @workflow.run
    async def run(self, _: ExtensionRun) -> Progress:
        """Fixes the list, then extends batch by batch until every account has its outcome."""
        await self._list()
        while self._progress.open:
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._run)
            await workflow.wait_condition(lambda: not self._run.paused)
            await self._extend()
        return self._progress

    async def _list(self) -> None:
        self._progress = await workflow.execute_activity(
            names.LIST_EXTENSION,
            ExtensionListing(self._run.extension_id, workflow.now()),
            result_type=Progress,
            start_to_close_timeout=_LISTING,
            heartbeat_timeout=names.LIST_HEARTBEAT,
            retry_policy=_RETRIES,
        )

    async def _extend(self) -> None:
        """Extends the next accounts without an outcome; after the last one, waits and starts again at the first."""
        order = ExtensionBatch(self._run.extension_id, self._run.rate, self._run.after)
        batch = await workflow.execute_activity(
            names.EXTEND_BATCH,
            order,
            result_type=BatchDone,
            start_to_close_timeout=_BATCH,
            heartbeat_timeout=_HEARTBEAT,
            retry_policy=_RETRIES,
        )
        self._progress = batch.progress
        self._run = replace(self._run, after=batch.after)
        if batch.after is None and batch.progress.open:
            pause = _NEXT_ROUND * 2 ** min(self._run.rounds, _DOUBLED)
            self._run = replace(self._run, rounds=self._run.rounds + 1)
            await workflow.sleep(pause, summary="asks again those that have not answered")

    @workflow.signal(dynamic=True)
    def signal(self, name: str, arguments: Sequence[RawValue]) -> None:
        """`pause`: no further batch begins. `resume`: continues, at the rate that is given if it is a valid one."""
        match name:
            case "pause":
                self._run = replace(self._run, paused=True)
            case "resume":
                wanted = read(Resumption, arguments)
                rate = wanted.rate if wanted and wanted.rate and is_rate(wanted.rate) else self._run.rate
                self._run = replace(self._run, paused=False, rate=rate)
            case _:
                pass

    @workflow.query
    def progress(self) -> RunView:
        """How far it has come, as of the last batch."""
        return RunView(self._progress, self._run.rate, self._run.paused)
