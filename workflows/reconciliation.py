"""Passes of reconciliation: what has no outcome is sent again, what disagrees is reported (principle 8)."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ActivityError

from activities import names
from registration.letters import LetterKind
from registration.log_ins import DueNotice
from registration.names import COMPARED_MEMO, LETTERS_QUEUE, RECONCILIATION_WORKFLOW_TYPE, SCHEDULE_ATTRIBUTE
from registration.reconciliation import (
    MOST_NAMED,
    PASS_EVERY,
    PASSES_FOR,
    Compared,
    Comparison,
    Disagreement,
    Findings,
    Overdue,
    SentAgain,
    Span,
    Started,
    Suspects,
)

_OLD_ENOUGH: Final = timedelta(seconds=30)
"""The caller of a younger row may still be waiting for its outcome, and completes it."""

_COMPARED_EVERY: Final = timedelta(minutes=1)
"""Rarer than a pass: each comparison is one more activity, and a memo, in the history."""

_SECOND_LOOK: Final = timedelta(minutes=1)
"""The read model may lag; only a difference that is seen twice, a minute apart, is reported."""

_SETTLED: Final = timedelta(minutes=2)
"""Transactions commit out of order, and clocks differ: a row is compared at this age, once."""

_FIRST_LOOK: Final = timedelta(days=1)
"""For a pass without a predecessor, such as one that an operator starts."""

_ATTEMPT: Final = timedelta(minutes=5)
_HEARTBEAT: Final = timedelta(seconds=60)
_RETRIES: Final = RetryPolicy(maximum_interval=timedelta(seconds=30), maximum_attempts=5)

_NOTICE_WITHIN: Final = timedelta(seconds=30)
"""The next pass waits for this one, so a mail server that does not answer may hold it up for so long only."""

_NOTICE_RETRIES: Final = RetryPolicy(non_retryable_error_types=[names.MAIL_UNAVAILABLE])
"""Within that time, for a letter that was sent and could not be noted; a later pass tries what could not be sent."""

_SEVERAL_PASSES: Final = "reconciliation-several-passes"
"""Runs without it made one pass each."""

_EACH_ROW_ONCE: Final = "reconciliation-each-row-once"
"""Runs without it compared what was just written, and what they had compared in the two minutes before."""

_SCHEDULE: Final = SearchAttributeKey.for_keyword(SCHEDULE_ATTRIBUTE)

_Result = TypeVar("_Result")


@workflow.defn(name=RECONCILIATION_WORKFLOW_TYPE)
class Reconciliation:
    """Started by a schedule, it makes passes for an hour; by `ugyfelkapu admin reconcile`, it makes one.

    It ends instead of continuing as new: the schedule starts the next run when the next pass is due. So the schedule
    can be paused, and restarts what has failed.
    """

    def __init__(self) -> None:
        """Nothing is started or sent yet."""
        self._started: list[str] = []
        self._sent: list[str] = []

    @workflow.run
    async def run(self) -> Findings:
        """What the last pass has done, and all disagreements of the run. It repairs none."""
        began = workflow.now()
        findings = await self._pass(workflow.get_last_completion_result(Findings))
        if workflow.info().typed_search_attributes.get(_SCHEDULE) is None or not workflow.patched(_SEVERAL_PASSES):
            return findings
        found = _shown({}, findings)
        while not _has_enough(began):
            await workflow.sleep(PASS_EVERY, summary="next pass")
            last, findings = findings, await self._pass(findings)
            if findings.checked_until != last.checked_until:
                found = _shown(found, findings)
        return replace(findings, disagreements=list(found.values()))

    async def _pass(self, last: Findings | None) -> Findings:
        now = workflow.now()
        self._started, self._sent = [], []
        await self._start_and_send()
        if last and now - last.checked_until < _COMPARED_EVERY:
            return Findings(self._started, self._sent, [], last.checked_until)
        disagreements = await self._disagreements(_span(last, now))
        return Findings(self._started, self._sent, disagreements, checked_until=now)

    async def _start_and_send(self) -> None:
        overdue = Overdue(workflow.now() - _OLD_ENOUGH)
        self._started += (await self._do(names.START_SUBMITTED, overdue, Started)).registration_ids
        again = await self._do(names.SEND_PENDING, overdue, SentAgain)
        self._sent += again.request_ids
        await asyncio.gather(*map(self._send_notice, again.notices))

    async def _send_notice(self, notice: DueNotice) -> None:
        """Tries once to send a letter about a log-in: one that fails is handed out again later, for 3 days."""
        with suppress(ActivityError):
            await workflow.execute_activity(
                names.SEND_LOG_IN_NOTICE,
                notice,
                task_queue=LETTERS_QUEUE,
                schedule_to_close_timeout=_NOTICE_WITHIN,
                heartbeat_timeout=names.LETTER_HEARTBEAT,
                retry_policy=_NOTICE_RETRIES,
                priority=Priority(priority_key=LetterKind.NEW_BROWSER.row.priority.value),
                summary=notice.letter_id,
            )

    async def _disagreements(self, span: Span) -> list[Disagreement]:
        found = (await self._do(names.COMPARE_RECORDED, span, Comparison)).disagreements
        if not found:
            return []
        for _ in range(
            _SECOND_LOOK // PASS_EVERY
        ):  # the next passes wait for this one, which does their work meanwhile
            await workflow.sleep(PASS_EVERY, summary="second look")
            await self._start_and_send()
        suspects = Suspects(tuple(disagreement.registration_id for disagreement in found))
        return list((await self._do(names.COMPARE_AGAIN, suspects, Comparison)).disagreements)

    async def _do(self, name: str, argument: object, result: type[_Result]) -> _Result:
        outcome: _Result = await workflow.execute_activity(
            name,
            argument,
            result_type=result,
            start_to_close_timeout=_ATTEMPT,
            heartbeat_timeout=_HEARTBEAT,
            retry_policy=_RETRIES,
        )
        return outcome


def _span(last: Findings | None, now: datetime) -> Span:
    """From where the last pass ended until two minutes ago; without one, the last day up to now."""
    if last is None:
        return Span(now - _FIRST_LOOK, now)
    until = now - _SETTLED if workflow.patched(_EACH_ROW_ONCE) else now
    return Span(last.checked_until - _SETTLED, until)


def _has_enough(began: datetime) -> bool:
    """After an hour, or where an outage has left so much that the history is long."""
    return workflow.now() - began >= PASSES_FOR or workflow.info().is_continue_as_new_suggested()


def _shown(found: dict[str, Disagreement], findings: Findings) -> dict[str, Disagreement]:
    """What the run has found so far, by registration: it is in the memo, where it is seen without a worker."""
    found = found | {each.registration_id: each for each in findings.disagreements}
    newest = dict(list(found.items())[-MOST_NAMED:])
    workflow.upsert_memo({COMPARED_MEMO: Compared(workflow.now(), tuple(newest))})
    return newest
