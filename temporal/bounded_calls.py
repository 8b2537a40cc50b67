"""A time limit for every call to Temporal with a waiting caller; the SDK's own is 30 s, and as much to connect first.

A server that is frozen, or behind a firewall that drops packets, does not refuse: only a deadline notices it.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final, TypeVar

from temporalio.client import (
    CancelWorkflowInput,
    Client,
    CountWorkflowsInput,
    DescribeWorkflowInput,
    FetchWorkflowHistoryEventsInput,
    Interceptor,
    ListWorkflowsInput,
    OutboundInterceptor,
    QueryWorkflowInput,
    SignalWorkflowInput,
    StartWorkflowInput,
    TerminateWorkflowInput,
    WorkflowExecutionAsyncIterator,
    WorkflowExecutionCount,
    WorkflowExecutionDescription,
    WorkflowHandle,
    WorkflowHistoryEventAsyncIterator,
)
from temporalio.service import RPCError, RPCStatusCode

CALL_WITHIN: Final = timedelta(seconds=10)
"""A healthy server answers in milliseconds; of a list or a history, each page."""

_Input = TypeVar(
    "_Input",
    StartWorkflowInput,
    CancelWorkflowInput,
    DescribeWorkflowInput,
    CountWorkflowsInput,
    QueryWorkflowInput,
    SignalWorkflowInput,
    TerminateWorkflowInput,
    FetchWorkflowHistoryEventsInput,
    ListWorkflowsInput,
)
_Outcome = TypeVar("_Outcome")


def with_bounds(client: Client) -> Client:
    """The same connection; a call that takes longer is an `RPCError` with `DEADLINE_EXCEEDED`.

    Long polls are not bounded: a caller that waits for a workflow's result or for an update sets its own deadline.
    """
    config = client.config()
    config["interceptors"] = [*config["interceptors"], _BoundedCalls()]
    return Client(**config)


class _BoundedCalls(Interceptor):
    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002  the SDK's name
        return _Bounded(next)


class _Bounded(OutboundInterceptor):
    """The parameters are named as the SDK calls them."""

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        return await _within(_bounded(input), super().start_workflow(input))

    async def cancel_workflow(self, input: CancelWorkflowInput) -> None:  # noqa: A002
        await _within(_bounded(input), super().cancel_workflow(input))

    async def describe_workflow(self, input: DescribeWorkflowInput) -> WorkflowExecutionDescription:  # noqa: A002
        return await _within(_bounded(input), super().describe_workflow(input))

    async def count_workflows(self, input: CountWorkflowsInput) -> WorkflowExecutionCount:  # noqa: A002
        return await _within(_bounded(input), super().count_workflows(input))

    async def query_workflow(self, input: QueryWorkflowInput) -> Any:  # noqa: A002, ANN401
        return await _within(_bounded(input), super().query_workflow(input))

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:  # noqa: A002
        await _within(_bounded(input), super().signal_workflow(input))

    async def terminate_workflow(self, input: TerminateWorkflowInput) -> None:  # noqa: A002
        await _within(_bounded(input), super().terminate_workflow(input))

    def fetch_workflow_history_events(
        self,
        input: FetchWorkflowHistoryEventsInput,  # noqa: A002
    ) -> WorkflowHistoryEventAsyncIterator:
        if not input.wait_new_event:
            _bounded(input)
        return super().fetch_workflow_history_events(input)

    def list_workflows(self, input: ListWorkflowsInput) -> WorkflowExecutionAsyncIterator:  # noqa: A002
        _bounded(input)
        return super().list_workflows(input)


def _bounded(call: _Input) -> timedelta:
    """The caller's own bound, or the usual one."""
    call.rpc_timeout = call.rpc_timeout or CALL_WITHIN
    return call.rpc_timeout


async def _within(bound: timedelta, call: Coroutine[Any, Any, _Outcome]) -> _Outcome:
    """The call, and the first connection where there is none yet, which no RPC's own deadline covers."""
    try:
        async with asyncio.timeout(bound.total_seconds()):
            return await call
    except TimeoutError:
        raise RPCError("no answer in time", RPCStatusCode.DEADLINE_EXCEEDED, b"") from None
