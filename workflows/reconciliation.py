"""A pass of reconciliation: what has no outcome is sent again, what disagrees is reported (principle 8)."""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities import names
from registration.names import RECONCILIATION_WORKFLOW_TYPE
from registration.reconciliation import PASS_EVERY, Disagreement, Findings, Span

_OLD_ENOUGH: Final = timedelta(seconds=30)
"""The caller of a younger row may still be waiting for its outcome, and completes it."""

_COMPARED_EVERY: Final = timedelta(minutes=1)
"""Finding rows without an outcome costs two small queries; comparing costs a call for each row, so it is rarer."""

_SECOND_LOOK: Final = timedelta(minutes=1)
"""The read model may lag; only a difference that is seen twice, a minute apart, is reported."""

_OVERLAP: Final = timedelta(minutes=2)
"""Transactions commit out of order; each pass looks back a little beyond the last."""

_FIRST_LOOK: Final = timedelta(days=1)
"""For a pass without a predecessor, such as one that an operator starts."""

_ATTEMPT: Final = timedelta(minutes=5)
_HEARTBEAT: Final = timedelta(seconds=60)
_RETRIES: Final = RetryPolicy(maximum_interval=timedelta(seconds=30), maximum_attempts=5)


@workflow.defn(name=RECONCILIATION_WORKFLOW_TYPE)
class Reconciliation:
    """Started by a schedule each `PASS_EVERY`, or by `ugyfelkapu admin reconcile`."""

    def __init__(self) -> None:
        """Nothing is started or sent yet."""
        self._started: list[str] = []
        self._sent: list[str] = []

    @workflow.run
    async def run(self) -> Findings:
        """One pass. It repairs no disagreement."""
        now = workflow.now()
        await self._start_and_send()
        last: Findings | None = workflow.get_last_completion_result(Findings)
        if last and now - last.looked_until < _COMPARED_EVERY:
            return Findings(self._started, self._sent, [], last.looked_until)
        since = last.looked_until - _OVERLAP if last else now - _FIRST_LOOK
        disagreements = await self._disagreements(Span(since, now))
        return Findings(self._started, self._sent, disagreements, looked_until=now)

    async def _start_and_send(self) -> None:
        before = workflow.now() - _OLD_ENOUGH
        self._started += await self._do(names.START_SUBMITTED, before, list[str])
        self._sent += await self._do(names.SEND_PENDING, before, list[str])

    async def _disagreements(self, span: Span) -> list[Disagreement]:
        found: list[Disagreement] = await self._do(names.COMPARE_RECORDED, span, list[Disagreement])
        if not found:
            return []
        for _ in range(
            _SECOND_LOOK // PASS_EVERY
        ):  # the next passes wait for this one, which does their work meanwhile
            await workflow.sleep(PASS_EVERY, summary="second look")
            await self._start_and_send()
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
