"""Sends the spans of a process to an OTLP receiver, if the environment names one (docs/traces.md).

Its settings are OpenTelemetry's own (`OTEL_*`), most of which the SDK reads itself (settings/trace_settings.py).
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from settings.setting_rules import BrokenRule, SettingRule, SettingsError
from settings.spans import tracer_of_process
from settings.trace_settings import is_traced

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_SENT_WITHIN_SECONDS: Final = 5
"""What a process has not sent by then when it ends is lost: a receiver that is away must not keep it from ending."""


@asynccontextmanager
async def tracing(service: str) -> AsyncIterator[None]:
    """Traces this task and all that it begins, if the environment says so; leaving it sends the last spans.

    `service` is its `service.name` where `OTEL_SERVICE_NAME` names none. Raises `SettingsError`.
    """
    if not is_traced():
        yield
        return
    try:
        provider = _provider(service)
    except (ValueError, RuntimeError, ImportError):  # of a rarer variable; its text quotes values
        raise SettingsError("traces", BrokenRule(SettingRule.NOT_ACCEPTED), variable="OTEL_*") from None
    token = tracer_of_process.set(provider.get_tracer("ugyfelkapu", version("ugyfelkapu")))
    try:
        yield
    finally:
        tracer_of_process.reset(token)
        sending = threading.Thread(target=provider.shutdown, name="last spans", daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, _SENT_WITHIN_SECONDS)


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
