"""Traces lead through Temporal: the header of a message names the trace of its sender, and of what follows from it.

The client's and the activities' side is the SDK's `TracingInterceptor`. Its side of workflows makes whatever happens in
a registration's years a part of the trace that began it; ours goes with the message that caused it, for a minute.
A header is no part of what replay compares: traced or not, any worker carries on any history (tests/replay).
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Final

from opentelemetry.context import Context
from opentelemetry.propagators.textmap import CarrierT, Setter, default_setter
from opentelemetry.trace import SpanKind, Tracer, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import (
    OutboundInterceptor,
    QueryWorkflowInput,
    SignalWorkflowInput,
    StartWorkflowInput,
    StartWorkflowUpdateInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.converter import PayloadConverter
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleSignalInput,
    HandleUpdateInput,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

HEADER: Final = "_tracer-data"
"""The SDK's name of it: 117 bytes of each event that has one (measured)."""

_TRACE_ALONE: Final = re.compile(rb'\{"traceparent":"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"\}')
"""Ids alone, as `_SampledAlone` writes them. Whoever may signal a workflow may send any header: it goes no further."""

_AS_JSON: Final = {"encoding": b"json/plain"}

_FOLLOWS_WITHIN: Final = timedelta(minutes=1)
"""What a workflow does later than this after a message follows from a timer."""

_HANDLED: Final = "ugyfelkapu_traces_handled"

_Headers = Mapping[str, Payload]


class Traces(TracingInterceptor):
    """For a client, and for the workers that use it."""

    def __init__(self, tracer: Tracer) -> None:
        """Its spans are `tracer`'s."""
        super().__init__(tracer)
        self.header_key = HEADER
        self.text_map_propagator = _SampledAlone()

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002  the SDK's name
        """Wraps a client."""
        return _OutsideActivities(next, super().intercept_client(next))

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> Any:  # noqa: A002, ANN401  the SDK wants its own class
        """Ours."""
        input.unsafe_extern_functions[_HANDLED] = self._handled
        return _WorkflowTraces

    def _handled(self, name: str, header: Payload) -> Payload:
        """A span for a message that a workflow has taken: its header for what follows from it."""
        span = self.tracer.start_span(name, self._context_of(header), kind=SpanKind.SERVER)
        span.end()
        carrier: dict[str, str] = {}
        self.text_map_propagator.inject(carrier, set_span_in_context(span))
        return PayloadConverter.default.to_payload(carrier) if carrier else header

    def _context_of(self, header: Payload) -> Context:
        carrier: dict[str, str] = PayloadConverter.default.from_payload(header)
        return self.text_map_propagator.extract(carrier, Context())


def trace_alone(header: Payload | None) -> Payload | None:
    """A header of our form without metadata of its sender's, which might be unreadable and stall the workflow."""
    if header is None or not _TRACE_ALONE.fullmatch(header.data):
        return None
    return Payload(metadata=_AS_JSON, data=header.data)


class _SampledAlone(TraceContextTextMapPropagator):
    """Puts no header into histories that leads to no trace, and never baggage."""

    def inject(
        self, carrier: CarrierT, context: Context | None = None, setter: Setter[CarrierT] = default_setter
    ) -> None:
        if get_current_span(context).get_span_context().trace_flags.sampled:
            super().inject(carrier, context, setter)


class _OutsideActivities(OutboundInterceptor):
    """Traces no message that an activity sends: a bulk extension sends half a million."""

    def __init__(self, following: OutboundInterceptor, traced: OutboundInterceptor) -> None:
        super().__init__(following)
        self._traced = traced

    @property
    def _chosen(self) -> OutboundInterceptor:
        return self.next if activity.in_activity() else self._traced

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002  as below
        return await self._chosen.start_workflow(input)

    async def query_workflow(self, input: QueryWorkflowInput) -> Any:  # noqa: A002, ANN401  the SDK's signature
        return await self._chosen.query_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:  # noqa: A002
        await self._chosen.signal_workflow(input)

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
        return await self._chosen.start_workflow_update(input)


_of_this_message: Final[ContextVar[Payload | None]] = ContextVar("header_of_this_message", default=None)
"""In the handler of a message, its header; in `run` there is none."""


class _WorkflowTraces(WorkflowInboundInterceptor):
    """Gives the header of a message to the activities that follow from it. Decides nothing, and reads no clock."""

    def __init__(self, next: WorkflowInboundInterceptor) -> None:  # noqa: A002  the SDK's name
        super().__init__(next)
        self._latest: tuple[Payload, datetime] | None = None

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_ToActivities(outbound, self))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002, ANN401  the SDK's signature
        self._takes(f"RunWorkflow:{workflow.info().workflow_type}", input.headers)
        return await super().execute_workflow(input)

    async def handle_signal(self, input: HandleSignalInput) -> None:  # noqa: A002
        _of_this_message.set(self._takes(f"HandleSignal:{input.signal}", input.headers))
        await super().handle_signal(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002, ANN401
        _of_this_message.set(self._takes(f"HandleUpdate:{input.update}", input.headers))
        return await super().handle_update_handler(input)

    def header(self) -> Payload | None:
        """Of the message that is handled, or else of the latest one, while what follows from it is going on."""
        if header := _of_this_message.get():
            return header
        if self._latest is None or workflow.now() > self._latest[1]:
            return None
        return self._latest[0]

    def _takes(self, name: str, headers: _Headers) -> Payload | None:
        header = trace_alone(headers.get(HEADER))
        if header and not workflow.unsafe.is_replaying():
            header = workflow.extern_functions()[_HANDLED](name, header)
        self._latest = (header, workflow.now() + _FOLLOWS_WITHIN) if header else None
        return header


class _ToActivities(WorkflowOutboundInterceptor):
    def __init__(self, following: WorkflowOutboundInterceptor, traces: _WorkflowTraces) -> None:
        super().__init__(following)
        self._traces = traces

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        if header := self._traces.header():
            input.headers = {**input.headers, HEADER: header}
        return super().start_activity(input)
