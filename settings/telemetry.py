"""Logs and metrics of a worker and of the API."""

import logging
import math
import socket
import sys
import threading
from contextlib import suppress
from traceback import walk_tb
from types import TracebackType
from typing import Final

import structlog
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.types import EventDict, Processor, WrappedLogger
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

_STAMPED: Final[tuple[Processor, ...]] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_REPEATED_SECONDS: Final = 10
_MOST_KINDS: Final = 1_000
"""Messages remembered; some hundred kilobytes."""
_LOOPBACK: Final = "127.0.0.1"
_PORTS_TRIED: Final = 5
"""A port that was free is somebody else's a millisecond later, once in a long time."""

_JSON: Final = structlog.processors.JSONRenderer()


def log_to_stderr() -> None:
    """What we log ourselves, one JSON object a line: standard output is for a command's answer."""
    structlog.configure(processors=[*_STAMPED, _JSON], logger_factory=lambda *_: structlog.WriteLogger(sys.stderr))


def log_as_json() -> None:
    """One JSON object a line on standard error: what we log, and of libraries what they log from WARNING on.

    What a library repeats is one line every 10 seconds; its `repeated` counts those left out since the one before it.
    Warnings and uncaught exceptions are logged the same way, without the text of an exception.
    """
    log_to_stderr()
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*_STAMPED, add_logger_name],
            processors=[_quoting_nothing, ProcessorFormatter.remove_processors_meta, _JSON],
        )
    )
    of_libraries.addFilter(_Repetitions())
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = lambda ended: _uncaught(ended.exc_value)
    sys.unraisablehook = lambda ended: _uncaught(ended.exc_value)


class _Repetitions(logging.Filter):
    """Passes a repeated message at most every 10 seconds, so that an error in a loop does not fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[object, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Called from any thread; a count that is off by one is harmless."""
        message = record.getMessage() if record.msg == "%s" else str(record.msg)
        _, error, trace = record.exc_info or (None, None, None)
        kind = (record.name, record.levelno, message.partition("\n")[0], type(error), *places(trace))
        since, left_out = self._seen.get(kind, (-math.inf, 0))
        if record.created - since < _REPEATED_SECONDS:
            self._seen[kind] = since, left_out + 1
            return False
        if len(self._seen) >= _MOST_KINDS:
            self._seen.clear()
        self._seen[kind] = record.created, 0
        if left_out:
            record.repeated = left_out
        return True


def logging_runtime(exporter: str | None = None) -> Runtime:
    """Temporal's runtime, which logs as we do; with an address (`IP:port`) its metrics are there under `/metrics`.

    Raises `ValueError` where it cannot listen there.
    """
    telemetry = TelemetryConfig(
        logging=LoggingConfig(
            filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
            forwarding=LogForwardingConfig(logger=logging.getLogger("temporalio.core")),
        ),
        metrics=PrometheusConfig(bind_address=exporter) if exporter else None,
    )
    return Runtime(telemetry=telemetry)


def exporting_runtime() -> tuple[Runtime, str]:
    """The same with its metrics on a free port of this machine, and that address: the admin port passes them on."""
    for _ in range(_PORTS_TRIED - 1):
        with suppress(ValueError):
            exporter = _free_address()
            return logging_runtime(exporter), exporter
    exporter = _free_address()
    return logging_runtime(exporter), exporter


def _free_address() -> str:
    with socket.create_server((_LOOPBACK, 0)) as free:
        return f"{_LOOPBACK}:{free.getsockname()[1]}"


def _quoting_nothing(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """An exception is its type and where it came from: its text may quote an address or a code (principle 5).

    Of a message the first line: in the others asyncio and `warnings` quote objects and sources.
    """
    event["event"] = str(event["event"]).partition("\n")[0]
    _, error, trace = event.pop("exc_info", None) or (None, None, None)
    if error is not None:
        event["error"] = type(error).__name__
        event["trace"] = places(trace)
    if repeated := getattr(event.get("_record"), "repeated", 0):
        event["repeated"] = repeated
    return event


def places(trace: TracebackType | None) -> list[str]:
    """Module and line of each call, the innermost last: all of a traceback that quotes nothing."""
    return [f"{frame.f_globals.get('__name__')}:{line}" for frame, line in walk_tb(trace)]


def _uncaught(error: BaseException | None) -> None:
    logging.getLogger("uncaught").error("uncaught", exc_info=error)
