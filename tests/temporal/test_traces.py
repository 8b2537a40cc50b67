"""What of a trace goes into Temporal, and what does not."""

from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from temporalio.api.common.v1 import Payload
from temporalio.client import OutboundInterceptor, SignalWorkflowInput
from temporalio.testing import ActivityEnvironment

from temporal.traces import HEADER, Traces, trace_alone

OF_A_TRACE = b'{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}'


class Sent(OutboundInterceptor):
    """Keeps the headers of each signal."""

    def __init__(self) -> None:
        self.headers: list[dict[str, Any]] = []

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:  # noqa: A002  the SDK's name
        self.headers.append(dict(input.headers))


async def sent_by(sampler: Sampler, *, in_activity: bool = False) -> list[dict[str, Any]]:
    """The headers of a signal that is sent in a span."""
    tracer, sent = TracerProvider(sampler, shutdown_on_exit=False).get_tracer("tested"), Sent()
    client = Traces(tracer).intercept_client(sent)

    async def signal() -> None:
        message = SignalWorkflowInput("registration-7", None, "reactivate", [], {}, {}, None)
        await client.signal_workflow(message)

    with tracer.start_as_current_span("request"):
        if in_activity:
            await ActivityEnvironment().run(signal)
        else:
            await signal()
    return sent.headers


async def test_the_header_of_a_message_holds_the_ids_of_its_trace_alone() -> None:
    ((name, payload),) = [one for headers in await sent_by(ALWAYS_ON) for one in headers.items()]
    assert name == HEADER
    assert b"traceparent" in payload.data
    assert len(payload.data) == 73


async def test_what_is_not_sampled_adds_no_byte_to_a_history() -> None:
    assert await sent_by(ALWAYS_OFF) == [{}]


async def test_what_an_activity_sends_begins_no_trace() -> None:
    """A bulk extension sends half a million signals."""
    assert await sent_by(ALWAYS_ON, in_activity=True) == [{}]


@pytest.mark.parametrize(
    "metadata",
    [{"encoding": b"json/plain"}, {}, {"encoding": b"json/protobuf"}, {"encoding": b"x", "note": b"foreign"}],
)
def test_a_workflow_takes_the_ids_of_a_header_and_nothing_that_its_sender_adds(metadata: dict[str, bytes]) -> None:
    """An encoding that nobody knows would fail the workflow's task for ever."""
    assert trace_alone(Payload(metadata=metadata, data=OF_A_TRACE)) == Payload(
        metadata={"encoding": b"json/plain"}, data=OF_A_TRACE
    )
    assert trace_alone(Payload(metadata=metadata, data=OF_A_TRACE[:-1] + b',"tracestate":"x"}')) is None
