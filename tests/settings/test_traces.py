"""When a process is traced, what a wrong setting is answered with, and what a span may say."""

import logging
import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, StatusCode

from settings.allowed_spans import AllowedSpans
from settings.setting_rules import SettingsError
from settings.spans import SpanAttribute, SpanKind, span, tracer_of_process
from settings.traces import tracing

RECEIVER = "http://127.0.0.1:9"


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """The environment has these of OpenTelemetry's variables alone, named without `OTEL_`."""
    for name in ("SDK_DISABLED", "TRACES_EXPORTER", "EXPORTER_OTLP_ENDPOINT", "EXPORTER_OTLP_PROTOCOL"):
        monkeypatch.delenv(f"OTEL_{name}", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(f"OTEL_{name}", value)


@pytest.mark.parametrize(
    ("variables", "is_traced"),
    [
        ({}, False),
        ({"EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"SERVICE_NAME": "gate", "TRACES_SAMPLER": "always_on"}, False),
        ({"EXPORTER_OTLP_ENDPOINT": RECEIVER}, True),
        ({"EXPORTER_OTLP_TRACES_ENDPOINT": f"{RECEIVER}/v1/traces"}, True),
        ({"EXPORTER_OTLP_ENDPOINT": RECEIVER, "EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, True),
        ({"EXPORTER_OTLP_ENDPOINT": RECEIVER, "SDK_DISABLED": "True"}, False),
        ({"EXPORTER_OTLP_ENDPOINT": RECEIVER, "TRACES_EXPORTER": "none"}, False),
        ({"EXPORTER_OTLP_ENDPOINT": RECEIVER, "TRACES_EXPORTER": "NONE"}, False),
        (
            {
                "EXPORTER_OTLP_ENDPOINT": RECEIVER,
                "TRACES_SAMPLER": "traceidratio",
                "TRACES_SAMPLER_ARG": "0.01",
                "BSP_MAX_QUEUE_SIZE": "100",
                "BSP_MAX_EXPORT_BATCH_SIZE": "100",
                "EXPORTER_OTLP_TIMEOUT": "2.5",
                "EXPORTER_OTLP_COMPRESSION": "gzip",
                "ATTRIBUTE_COUNT_LIMIT": "",
            },
            True,
        ),
    ],
    ids=str,
)
async def test_a_process_is_traced_where_a_receiver_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, is_traced: bool
) -> None:
    given(monkeypatch, **variables)
    async with tracing("tested"):
        assert (tracer_of_process.get() is not None) is is_traced
    assert tracer_of_process.get() is None


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"EXPORTER_OTLP_ENDPOINT": "collector:4318"},
            "OTEL_EXPORTER_OTLP_ENDPOINT: must be an http or https address.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": "http://collector:99999"},
            "OTEL_EXPORTER_OTLP_ENDPOINT: must be an http or https address.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL: must be http/protobuf: traces are sent by no other protocol.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "EXPORTER_OTLP_HEADERS": "a=b,Bearer c"},
            "OTEL_EXPORTER_OTLP_HEADERS: must be name=value pairs, separated by commas, the values percent-encoded.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "BSP_MAX_QUEUE_SIZE": "0"},
            "OTEL_BSP_MAX_QUEUE_SIZE: must be a whole number from 1 to 1000000.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "BSP_MAX_QUEUE_SIZE": "511"},
            "OTEL_BSP_MAX_QUEUE_SIZE: must be a whole number from 512 to 1000000.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "BSP_MAX_EXPORT_BATCH_SIZE": "2049"},
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must be a whole number from 1 to 2048.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "SPAN_EVENT_COUNT_LIMIT": "-1"},
            "OTEL_SPAN_EVENT_COUNT_LIMIT: must be a whole number from 0 to 1000000.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "EXPORTER_OTLP_TRACES_TIMEOUT": "inf"},
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: must be a number from 0.001 to 86400.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "TRACES_SAMPLER": "TraceIdRatio", "TRACES_SAMPLER_ARG": "nan"},
            "OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "TRACES_SAMPLER": "ratio"},
            (
                "OTEL_TRACES_SAMPLER: must be one of always_on, always_off, traceidratio, parentbased_always_on, "
                "parentbased_always_off, parentbased_traceidratio."
            ),
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "EXPORTER_OTLP_COMPRESSION": "zstd"},
            "OTEL_EXPORTER_OTLP_COMPRESSION: must be one of none, gzip, deflate.",
        ),
        ({"TRACES_EXPORTER": "console"}, "OTEL_TRACES_EXPORTER: must be one of otlp, none."),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "EXPORTER_OTLP_CERTIFICATE": "/nonexistent"},
            "OTEL_EXPORTER_OTLP_CERTIFICATE: must be a file with certificates as PEM that can be read.",
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "EXPORTER_OTLP_CLIENT_CERTIFICATE": "/nonexistent"},
            (
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: must be a file with a certificate as PEM, and its private key, "
                "without a password, in the same file or in that of OTEL_EXPORTER_OTLP_CLIENT_KEY."
            ),
        ),
        (
            {"EXPORTER_OTLP_ENDPOINT": RECEIVER, "PYTHON_EXPORTER_OTLP_HTTP_CREDENTIAL_PROVIDER": "nobody"},
            "OTEL_*: does not accept such a value.",
        ),
    ],
    ids=str,
)
async def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    given(monkeypatch, **variables)
    with pytest.raises(SettingsError) as refused:
        async with tracing("tested"):
            pass
    assert str(refused.value) == sentence


async def test_what_is_logged_of_lost_spans_has_no_secret_of_the_receivers_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given(monkeypatch, EXPORTER_OTLP_ENDPOINT=RECEIVER)
    async with tracing("tested"):
        logger = logging.getLogger("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        logger.error("Failed to export %s batch code: %s, reason: %s", "spans", None, OSError("/v1/traces?key=secret"))
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "Failed to export spans batch code: None, reason: OSError")
    ]


async def test_a_receiver_that_is_away_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """More spans than the queue holds, and the process ends all the same."""
    given(monkeypatch, EXPORTER_OTLP_ENDPOINT=RECEIVER)
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "512")
    done = 0
    async with tracing("tested"):
        for _ in range(1_000):
            with span("work", SpanKind.SERVER):
                done += 1
    assert done == 1_000


def test_a_span_leaves_with_its_allowed_attributes_alone() -> None:
    """Whoever begins it: an exception's text and stack, links, ids, addresses stay here."""
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(AllowedSpans(kept)))
    tracer = provider.get_tracer("a library")
    other = tracer.start_span("other")
    told = {"client.address": "198.51.100.213", "temporalWorkflowID": "registration-7", "db.query.text": "select"}
    with (
        pytest.raises(ValueError, match="secret"),
        tracer.start_as_current_span(
            "POST /codes", attributes={**told, SpanAttribute.STATUS: 500}, links=[Link(other.get_span_context())]
        ),
    ):
        raise ValueError("secret")
    (left,) = kept.get_finished_spans()
    assert left.name == "POST /codes"
    assert left.attributes == {SpanAttribute.STATUS: 500}
    assert (left.status.status_code, left.status.description) == (StatusCode.ERROR, None)
    assert (*left.events, *left.links) == ()
    assert "secret" not in left.to_json()


def test_an_exception_is_in_our_own_span_by_its_type_and_only_work_for_others_begins_a_trace() -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    token = tracer_of_process.set(provider.get_tracer("ours"))
    try:
        with span("heartbeat", SpanKind.CLIENT):
            pass
        with span("request", SpanKind.SERVER) as served, pytest.raises(LookupError), span("operation"):
            raise LookupError("secret")
        served.rename("late")
    finally:
        tracer_of_process.reset(token)
    operation, request = kept.get_finished_spans()
    assert (request.name, request.parent) == ("request", None)
    assert operation.parent == request.context
    assert operation.attributes == {SpanAttribute.ERROR: "LookupError"}
    assert "secret" not in operation.to_json()


def test_nothing_of_opentelemetry_is_imported_where_nothing_is_traced() -> None:
    """By a worker, by pages, by any command. FastAPI imports OpenTelemetry's API, not what sends."""
    program = """
import sys
import starter.cli.app, worker, starter.pages.server, temporal.client, settings.traces
assert not [name for name in sys.modules if name.startswith("opentelemetry")], "pages, worker"
import starter.api.server
assert not [name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))], "API"
"""
    subprocess.run([sys.executable, "-c", program], check=True)
