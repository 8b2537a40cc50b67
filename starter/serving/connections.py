"""The connections of a process that serves HTTP: how many, how long each may take, what their requests must look like.

uvicorn with h11 bounds none of it: it waits without end for the rest of a request, and for a client that reads nothing.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

import h11
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol

from starter.serving.bare_answers import BareAnswers
from starter.serving.request_head import END, MOST_BYTES, is_already_invalid, is_sound

_log: Final = logging.getLogger(__name__)
"""The standard library's: a repeated line of it is written once (settings/telemetry.py)."""


@dataclass(frozen=True)
class Bounds:
    """Of one process; all times in seconds. docs/api.md lists them for clients."""

    connections: int = 2_000
    """Some 30 KB each. Beyond it the connection that has been waiting longest for a request is closed."""

    head: float = 10
    """From the first byte of a request (or from connecting) to the end of its head."""

    body: float = 20
    """From there to the end of its body: the largest has under a megabyte."""

    idle: int = 75
    """Between requests; longer than the 60 after which load balancers drop an idle connection: they must be first."""

    unread: float = 30
    """For a client to take what was written to it."""


class Connections:
    """All open connections, and which of them wait for a request."""

    def __init__(self, bounds: Bounds, answers: BareAnswers) -> None:
        """None yet. `answers` is asked for 400, 408, 431 and 503."""
        self.bounds = bounds
        self.answers = answers
        self._open: set[_Connection] = set()
        self._unbegun: dict[_Connection, None] = {}
        self._idle: dict[_Connection, None] = {}

    @property
    def protocol(self) -> type[asyncio.Protocol]:
        """What `uvicorn.Config` takes as `http`: it only calls it."""
        made: Callable[..., asyncio.Protocol] = lambda **options: _Connection(self, **options)  # noqa: E731  cast below
        return cast("type[asyncio.Protocol]", made)

    def opened(self, connection: "_Connection") -> bool:
        """Takes a connection in; `False` where every other one has a request under way."""
        if len(self._open) >= self.bounds.connections and not self._made_room():
            return False
        self._open.add(connection)
        return True

    def waits(self, connection: "_Connection", *, is_idle: bool) -> None:
        """It waits: idle where nothing of a request has come, else for the rest of one that nothing is done for.

        One that waits already keeps its place in the order, however much more of its request comes.
        """
        here, elsewhere = (self._idle, self._unbegun) if is_idle else (self._unbegun, self._idle)
        elsewhere.pop(connection, None)
        here.setdefault(connection)

    def works(self, connection: "_Connection") -> None:
        """A request has come."""
        self._idle.pop(connection, None)
        self._unbegun.pop(connection, None)

    def closed(self, connection: "_Connection") -> None:
        """It is gone."""
        self.works(connection)
        self._open.discard(connection)

    def _made_room(self) -> bool:
        """Those that never finish a request go first, then idle ones; of each the one that has waited longest."""
        for waiting in (self._unbegun, self._idle):
            if waiting:
                longest = next(iter(waiting))
                self.closed(longest)
                longest.cut_off()
                _log.warning("too_many_connections: the one that waited longest was closed")
                return True
        _log.warning("too_many_connections: all have requests under way, a new one was refused")
        return False


class _CheckedParser(h11.Connection):
    """Leaves a request alone whose head was not checked."""

    def __init__(self) -> None:
        super().__init__(h11.SERVER, MOST_BYTES)
        self.may_begin = False

    def next_event(self) -> Any:  # noqa: ANN401  as h11's, whose sentinels have no common type
        if self.their_state is h11.IDLE and not self.may_begin:
            return h11.NEED_DATA
        self.may_begin = False
        return super().next_event()


class _Connection(H11Protocol):
    """uvicorn's protocol, with a deadline for each thing that a client may be waited for.

    Heads come to h11 whole and checked. Requests are not pipelined: what comes behind one before its answer is dropped,
    and the connection closed after that answer (RFC 9112, section 9.3.2, lets clients expect it).
    """

    def __init__(self, connections: Connections, **options: Any) -> None:  # noqa: ANN401  uvicorn's own
        super().__init__(**options)
        self.conn = self._parser = _CheckedParser()
        self._connections = connections
        self._bounds = connections.bounds
        self._head = bytearray()
        self._is_idle = True
        self._has_begun = False
        self._is_over = False
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        # asyncio does so only where the socket's protocol number says TCP (uvicorn #3149): an answer of two segments
        # would wait for the client's delayed acknowledgement, 40 ms on Linux.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._connections.opened(self):
            self._begin_head()
            self._read_within(self._bounds.head, self._head_is_late)
        else:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._read_within(None)
        self._write_within(None)
        self._unset_keepalive_if_required()
        self._connections.closed(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        if self.conn.their_state is h11.IDLE:
            self._head_received(data)
        elif self.conn.their_state is h11.SEND_BODY:
            self._fed(data)
        else:
            self._end_after_this()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_within(self._bounds.unread)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._write_within(None)

    def shutdown(self) -> None:
        super().shutdown()
        self._look()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn has logged it
        """What h11 does not take, such as a chunk without a length."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def cut_off(self) -> None:
        """Closes at once; what the client has not taken by now is lost."""
        self._is_over = True
        self.transport.abort()

    def _head_received(self, data: bytes) -> None:
        begins = self._is_idle
        if begins:
            self._begin_head()
        seen = len(self._head)
        self._head += data
        if self._head.startswith(b"\r\n"):  # RFC 9112, section 2.2: an empty line before a request is ignored
            seen = 0
            del self._head[:2]
        end = self._head.find(END, max(0, seen - len(END)))
        size = len(self._head) if end < 0 else end + len(END)
        if size > MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif is_already_invalid(self._head, seen, size) or (end >= 0 and not is_sound(bytes(self._head[:size]))):
            self._refuse(HTTPStatus.BAD_REQUEST)
        elif end >= 0:
            received = bytes(self._head)
            self._head.clear()
            self._connections.works(self)
            self._parser.may_begin = self._has_begun = True
            self._fed(received)
            if self.conn.their_state is h11.SEND_BODY and not (self._is_over or self.transport.is_closing()):
                self._read_within(self._bounds.body, self._body_is_late)
        elif begins:
            self._read_within(self._bounds.head, self._head_is_late)

    def _fed(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def _look(self) -> None:
        """After whatever may have ended a request or its answer."""
        if self._is_over:
            return
        if self.transport.is_closing():
            self._read_within(None)
            self._write_within(self._bounds.unread)
        elif self.conn.their_state is h11.IDLE:
            self._is_idle = True
            self._connections.waits(self, is_idle=True)
            self._read_within(self._bounds.idle, self.cut_off)
            if behind := self.conn.trailing_data[0]:  # a body that came after its answer, and the next request with it
                self.conn = self._parser = _CheckedParser()
                self._head_received(behind)
        elif self.conn.their_state is h11.SEND_BODY:
            if self.cycle.response_complete:  # as a 401, which reads no body
                self._connections.waits(self, is_idle=False)
        else:
            self._read_within(None)
            if self.conn.trailing_data[0]:
                self._end_after_this()

    def _begin_head(self) -> None:
        self._is_idle = False
        self._unset_keepalive_if_required()
        self._connections.waits(self, is_idle=False)

    def _read_within(self, seconds: float | None, late: Callable[[], None] | None = None) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self.loop.call_later(seconds, late) if seconds is not None and late else None

    def _write_within(self, seconds: float | None) -> None:
        if self._writing is not None:
            self._writing.cancel()
        self._writing = None if seconds is None else self.loop.call_later(seconds, self.cut_off)

    def _head_is_late(self) -> None:
        if self._head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.cut_off()

    def _body_is_late(self) -> None:
        if self.cycle.response_started:
            self.cut_off()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _end_after_this(self) -> None:
        """The answer under way is the last one here, and says so."""
        if self.cycle.keep_alive:
            self.cycle.keep_alive = False
            self.cycle.default_headers = [*self.cycle.default_headers, CLOSE_HEADER]

    def _refuse(self, status: HTTPStatus) -> None:
        """Answers without the application, which gets a disconnect if it works already; then closes."""
        self._is_over = True
        self._connections.works(self)
        self._read_within(None)
        if self._has_begun and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.abort()
                return
        self.transport.write(self._connections.answers(status, bytes(self._head)))
        self.transport.close()
        self._write_within(self._bounds.unread)
