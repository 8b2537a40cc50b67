"""What leaves a traced process: a list of what may, so that nothing can be forgotten in it (principle 5)."""

from collections.abc import Sequence
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from settings.spans import SpanAttribute

_ALLOWED: Final = frozenset(SpanAttribute)


class AllowedSpans(SpanExporter):
    """Passes on spans without what libraries add to them.

    That is events (an exception's text and stack), links, the text of a status, and every attribute that
    `SpanAttribute` does not name, such as the id of a workflow.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        """`exporter` sends them."""
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As in the base class."""
        return self._exporter.export([_allowed(span) for span in spans])

    def shutdown(self) -> None:
        """As in the base class."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """As in the base class."""
        return self._exporter.force_flush(timeout_millis)


def _allowed(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name in _ALLOWED},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
