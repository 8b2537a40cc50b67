"""A proxy in front of PostgreSQL that breaks a connection at a chosen statement, before or after the server ran it."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from starter.dev.postgres import PORT

_END_OF_A_STATEMENT = {b"S", b"Q"}
"""Frontend messages: Sync, which ends the extended protocol's statement, and a simple query, such as COMMIT."""

_READY_FOR_QUERY = b"Z"


class Cut(Enum):
    """When a connection breaks: the server never sees the statement, or the client never sees its outcome."""

    BEFORE = "before"
    AFTER = "after"


class CuttingProxy:
    """Counts the statements of all connections; `cut` decides on each by its number, from 1."""

    def __init__(self, socket: Path, url: str) -> None:
        """`socket` is the server's; `url` names ours."""
        self._socket = socket
        self.url = url
        self.statements = 0
        self.cuts = 0
        self._cut: Callable[[int], Cut | None] = lambda _: None

    def arm(self, cut: Callable[[int], Cut | None]) -> None:
        """Counts anew, and cuts as is decided from now on."""
        self.statements, self.cuts, self._cut = 0, 0, cut

    def disarm(self) -> None:
        """Lets everything through."""
        self._cut = lambda _: None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        server_reader, server_writer = await asyncio.open_unix_connection(str(self._socket))
        swallowing = asyncio.Event()
        ways = [
            asyncio.ensure_future(self._from_client(reader, server_writer, swallowing)),
            asyncio.ensure_future(self._from_server(server_reader, writer, swallowing)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, server_writer):
                end.transport.abort()

    async def _from_client(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, swallowing: asyncio.Event
    ) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            writer.write(await _sized(reader))  # the start of a session has no letter
            while True:
                letter = await reader.readexactly(1)
                message = letter + await _sized(reader)
                cut = None
                if letter in _END_OF_A_STATEMENT:
                    self.statements += 1
                    cut = self._cut(self.statements)
                if cut:
                    self.cuts += 1
                if cut is Cut.BEFORE:
                    return
                if cut is Cut.AFTER:
                    swallowing.set()
                writer.write(message)
                await writer.drain()
                if cut is Cut.AFTER:
                    await asyncio.Event().wait()  # until the other way has seen the outcome

    async def _from_server(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, swallowing: asyncio.Event
    ) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                letter = await reader.readexactly(1)
                message = letter + await _sized(reader)
                if not swallowing.is_set():
                    writer.write(message)
                    await writer.drain()
                elif letter == _READY_FOR_QUERY:
                    return


async def _sized(reader: asyncio.StreamReader) -> bytes:
    """A message behind its letter: its length, itself included, and its content."""
    size = await reader.readexactly(4)
    return size + await reader.readexactly(int.from_bytes(size) - 4)


def every(number: int) -> Callable[[int], Cut | None]:
    """Cuts each so-manieth statement, before and after in turn."""
    turn = itertools.cycle(Cut)
    return lambda statement: next(turn) if statement % number == 0 else None


@asynccontextmanager
async def cutting_proxy(database: str) -> AsyncIterator[CuttingProxy]:
    """A proxy in front of the embedded server's Unix socket, for as long as the context lasts."""
    parts = urlsplit(database)
    folder = Path(tempfile.mkdtemp(prefix="ugyfelkapu-proxy-", dir="/tmp"))
    name = f".s.PGSQL.{PORT}"
    url = f"postgresql://postgres@{parts.path}?host={quote(str(folder))}&port={PORT}"
    proxy = CuttingProxy(Path(parse_qs(parts.query)["host"][0]) / name, url)
    serving = await asyncio.start_unix_server(proxy.serve, str(folder / name))
    try:
        yield proxy
    finally:
        serving.close()
        shutil.rmtree(folder, ignore_errors=True)
