"""Logs, metrics and the health check of a worker."""

import logging
import sys

import structlog
from temporalio.runtime import LoggingConfig, PrometheusConfig, Runtime, TelemetryConfig, TelemetryFilter


def log_as_json() -> None:
    """One JSON object a line on standard error; libraries from WARNING on."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def runtime_with_metrics(address: str | None) -> Runtime:
    """Temporal's runtime; with an address (`host:port`) Prometheus finds its metrics there under `/metrics`."""
    return Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR")),
            metrics=PrometheusConfig(bind_address=address) if address else None,
        )
    )
