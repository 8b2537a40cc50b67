"""A receiver of OTLP over HTTP on this machine, and the spans that it has received."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Receiver:
    """What was sent, as it came, with the heads of the requests."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []

    @property
    def requests(self) -> list[ExportTraceServiceRequest]:
        """Decoded."""
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]

    @property
    def services(self) -> set[str]:
        """The names of the services that sent anything."""
        resources = (sent.resource for request in self.requests for sent in request.resource_spans)
        return {one.value.string_value for found in resources for one in found.attributes if one.key == "service.name"}

    @property
    def spans(self) -> list[Span]:
        """All of them."""
        return [
            span
            for request in self.requests
            for sent in request.resource_spans
            for scope in sent.scope_spans
            for span in scope.spans
        ]

    def trace(self, root: str) -> list[Span]:
        """The spans of the latest trace whose root has a name."""
        begun = [span for span in self.spans if span.name == root and not span.parent_span_id]
        latest = max(begun, key=lambda span: span.start_time_unix_nano)
        return [span for span in self.spans if span.trace_id == latest.trace_id]


@contextmanager
def receiving() -> Iterator[tuple[str, Receiver]]:
    """A receiver as long as the context lasts, and its address."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.paths.add(self.path)
            receiver.heads.append(bytes(self.headers))
            receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", receiver
        finally:
            server.shutdown()
            serving.join()


def tree(spans: list[Span]) -> str:
    """One line for each span below its parent, in the order of their beginnings, with milliseconds."""
    lines = []

    def add(parent: bytes, depth: int) -> None:
        children = [span for span in spans if span.parent_span_id == parent]
        for span in sorted(children, key=lambda span: span.start_time_unix_nano):
            milliseconds = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6
            lines.append(f"{'  ' * depth}{span.name}  {milliseconds:.1f} ms")
            add(span.span_id, depth + 1)

    add(b"", 0)
    return "\n".join(lines)


def way(spans: list[Span], last: str) -> list[str]:
    """The names from the root to the first span of a name. Raises `StopIteration` where it is not among them."""
    by_id = {span.span_id: span for span in spans}
    at: Span | None = next(span for span in spans if span.name == last)
    names: list[str] = []
    while at is not None:
        names.insert(0, at.name)
        at = by_id.get(at.parent_span_id)
    return names
