"""Sends the spans of a process to an OTLP receiver, if the environment names one (docs/traces.md).

Its settings are OpenTelemetry's own (`OTEL_*`), most of which the SDK reads itself.
"""

import asyncio
import logging
import os
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from settings.addresses import web_address
from settings.setting_rules import BrokenRule, SettingRule, SettingsError
from settings.spans import tracer_of_process

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_PROTOCOL: Final = "http/protobuf"
_HEADERS: Final = ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
_HEADER: Final = re.compile(r"\s*[!#$%&'*+.^_`|~\w-]+\s*=[\x20\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*", re.ASCII)
"""What OpenTelemetry takes. It logs whatever else is there, and that may be a password."""

_SENT_WITHIN_SECONDS: Final = 5
"""What a process has not sent by then when it ends is lost: a receiver that is away must not keep it from ending."""


@asynccontextmanager
async def tracing(service: str) -> AsyncIterator[None]:
    """Traces this task and all that it begins, if the environment says so; leaving it sends the last spans.

    `service` is its `service.name` where `OTEL_SERVICE_NAME` names none. Raises `SettingsError`.
    """
    if not _is_wanted():
        yield
        return
    try:
        provider = _provider(service)
    except ValueError:  # a number out of its range; its text quotes values
        raise SettingsError("traces", BrokenRule(SettingRule.NOT_ACCEPTED), variable="OTEL_*") from None
    token = tracer_of_process.set(provider.get_tracer("ugyfelkapu", version("ugyfelkapu")))
    try:
        yield
    finally:
        tracer_of_process.reset(token)
        sending = threading.Thread(target=provider.shutdown, name="last spans", daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, _SENT_WITHIN_SECONDS)


def _is_wanted() -> bool:
    """Whether a receiver is named and nothing switches traces off. Raises `SettingsError`."""
    is_off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if is_off or os.environ.get("OTEL_TRACES_EXPORTER", "").strip() == "none":
        return False
    endpoint = _first_given(_ENDPOINTS)
    if endpoint is None:
        return False
    try:
        web_address(os.environ[endpoint])
    except BrokenRule as broken:
        raise SettingsError("traces", broken, variable=endpoint) from None
    headers = _first_given(_HEADERS)
    if headers and not all(map(_HEADER.fullmatch, filter(None, os.environ[headers].split(",")))):
        raise SettingsError("traces", BrokenRule(SettingRule.TRACES_HEADERS), variable=headers)
    protocol = _first_given(_PROTOCOLS)
    if protocol and os.environ[protocol].strip() != _PROTOCOL:
        raise SettingsError("traces", BrokenRule(SettingRule.TRACES_PROTOCOL), variable=protocol)
    return True


def _first_given(names: tuple[str, ...]) -> str | None:
    return next((name for name in names if os.environ.get(name)), None)


def _provider(service: str) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  0.2 s
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    from settings.allowed_spans import AllowedSpans  # noqa: PLC0415

    logging.getLogger(OTLPSpanExporter.__module__).addFilter(_harmless)
    named = OTELResourceDetector().detect().attributes.get(SERVICE_NAME)
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: named or service}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(AllowedSpans(OTLPSpanExporter())))
    return provider


def _harmless(record: logging.LogRecord) -> bool:
    """Spans that are lost are no error of the gate, which would call an operator.

    The text of an exception has the receiver's address, and that may have a secret.
    """
    if isinstance(record.args, tuple):
        record.args = tuple(type(each).__name__ if isinstance(each, Exception) else each for each in record.args)
    if record.levelno > logging.WARNING:
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
    return True
