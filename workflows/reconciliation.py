"""A pass of reconciliation: what has no outcome is sent again, what disagrees is reported (principle 8)."""

from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities import names
from registration.names import RECONCILIATION_WORKFLOW_TYPE
from registration.reconciliation import Disagreement, Findings, Span

_OLD_ENOUGH: Final = timedelta(seconds=30)
"""Younger rows still have somebody waiting for their outcome."""

_SECOND_LOOK: Final = timedelta(minutes=1)
"""The read model may lag; what disagrees twice, a minute apart, disagrees."""

_OVERLAP: Final = timedelta(minutes=2)
"""Transactions commit out of order; each pass looks back a little beyond the last."""

_FIRST_LOOK: Final = timedelta(days=1)
"""A pass that no other came before, such as an operator's own."""

_ATTEMPT: Final = timedelta(minutes=5)
_HEARTBEAT: Final = timedelta(seconds=60)
_RETRIES: Final = RetryPolicy(maximum_interval=timedelta(seconds=30), maximum_attempts=5)


@workflow.defn(name=RECONCILIATION_WORKFLOW_TYPE)
class Reconciliation:
    """Started by a schedule each minute, or by `ugyfelkapu admin reconcile`."""

    @workflow.run
    async def run(self) -> Findings:
        """One pass. It repairs no disagreement."""
        now = workflow.now()
        before = now - _OLD_ENOUGH
        started: list[str] = await self._do(names.START_SUBMITTED, before, list[str])
        sent: list[str] = await self._do(names.SEND_PENDING, before, list[str])
        return Findings(started, sent, await self._disagreements(now), looked_until=now)

    async def _disagreements(self, now: datetime) -> list[Disagreement]:
        last: Findings | None = workflow.get_last_completion_result(Findings)
        since = last.looked_until - _OVERLAP if last else now - _FIRST_LOOK
        found: list[Disagreement] = await self._do(names.COMPARE_RECORDED, Span(since, now), list[Disagreement])
        if not found:
            return []
        await workflow.sleep(_SECOND_LOOK, summary="second look")
        suspects = [disagreement.registration_id for disagreement in found]
        return await self._do(names.COMPARE_AGAIN, suspects, list[Disagreement])

    async def _do(self, name: str, argument: object, result: type) -> list:  # type: ignore[type-arg]  # as `result` says
        outcome: list = await workflow.execute_activity(  # type: ignore[type-arg]  # as `result` says
            name,
            argument,
            result_type=result,
            start_to_close_timeout=_ATTEMPT,
            heartbeat_timeout=_HEARTBEAT,
            retry_policy=_RETRIES,
        )
        return outcome
