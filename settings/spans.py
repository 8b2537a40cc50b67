"""Spans of OpenTelemetry, where this process is traced (settings/traces.py); else they are nothing, and cost nothing.

A span says its name, its times, and what `SpanAttribute` lists: nothing else is exported (principle 5).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer


class SpanAttribute(StrEnum):
    """All that a span may say besides its name, by the names of OpenTelemetry's semantic conventions."""

    METHOD = "http.request.method"
    ROUTE = "http.route"
    STATUS = "http.response.status_code"
    DATABASE = "db.system.name"
    QUERY = "db.query.summary"
    ERROR = "error.type"


class SpanKind(Enum):
    """What a span is of, by OpenTelemetry's names."""

    SERVER = "SERVER"
    """Work for somebody else. It alone begins a trace: what goes on without a request or an activity has no spans."""
    INTERNAL = "INTERNAL"
    CLIENT = "CLIENT"
    """A call to another server."""


tracer_of_process: Final[ContextVar["Tracer | None"]] = ContextVar("tracer_of_process", default=None)
"""Set by `settings.traces`; tasks inherit it. Not OpenTelemetry's global one: libraries that would trace by themselves,
and put addresses and texts of exceptions into their spans, find none."""


class OwnSpan:
    """A span of OpenTelemetry under way, or nothing."""

    def __init__(self, recorded: "Span | None" = None) -> None:
        """`recorded` is OpenTelemetry's."""
        self._recorded = recorded

    def rename(self, name: str) -> None:
        """Gives it a name that was not known when it began."""
        if self._recorded is not None:
            self._recorded.update_name(name)

    def note(self, attribute: SpanAttribute, value: str | int) -> None:
        """Adds a fact: a name that stands in our code, or a number."""
        if self._recorded is not None:
            self._recorded.set_attribute(attribute, value)

    def fail(self, kind: str) -> None:
        """Marks it as failed by a kind of error."""
        if self._recorded is not None:
            from opentelemetry.trace import StatusCode  # noqa: PLC0415  only where the process is traced

            self._recorded.set_attribute(SpanAttribute.ERROR, kind)
            self._recorded.set_status(StatusCode.ERROR)


_NOTHING: Final = OwnSpan()
_NO_SPAN: Final = nullcontext(_NOTHING)


def span(name: str, kind: SpanKind = SpanKind.INTERNAL) -> AbstractContextManager[OwnSpan]:
    """A span around what follows; an exception that leaves it is in it by its type alone."""
    tracer = tracer_of_process.get()
    return _NO_SPAN if tracer is None else _recorded(tracer, name, kind)


@contextmanager
def _recorded(tracer: "Tracer", name: str, kind: SpanKind) -> Iterator[OwnSpan]:
    from opentelemetry import trace  # noqa: PLC0415  only where the process is traced

    if kind is not SpanKind.SERVER and not trace.get_current_span().get_span_context().is_valid:
        yield _NOTHING
        return
    begun = tracer.start_as_current_span(
        name, kind=trace.SpanKind[kind.value], record_exception=False, set_status_on_exception=False
    )
    with begun as recorded:
        found = OwnSpan(recorded)
        try:
            yield found
        except Exception as failure:
            found.fail(type(failure).__name__)
            raise
