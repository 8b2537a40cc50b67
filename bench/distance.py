"""Servers at a distance: TCP connections that are forwarded, each piece of data a fixed time after it came.

`python -m bench.distance --delay-ms 5 PORT=TARGET ...` forwards; a target is `host:port` or the path of a Unix socket.
"""

import argparse
import asyncio
import os
import selectors
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

from starter.dev.child import Child
from starter.dev.environment import Addresses
from starter.dev.ports import LOOPBACK, ReservedPorts

_PIECE: Final = 64 * 1024
_MOST_PIECES: Final = 256
"""On their way in one direction of a connection: 16 MiB, which at 5 ms is no limit to any rate that we reach."""

_Piece = tuple[float, bytes]
"""When it is due by the loop's clock, and the data; none at the end of the stream."""


async def forwarding(port: int, target: str, delay_seconds: float) -> asyncio.Server:
    """Accepts on a port of loopback; the order is kept, the end of one direction leaves the other open."""

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            try:
                there_reader, there_writer = await _opened(target)
            except OSError:
                return
            with closing(there_writer):
                try:
                    async with asyncio.TaskGroup() as both:
                        both.create_task(_carry(reader, there_writer, delay_seconds))
                        both.create_task(_carry(there_reader, writer, delay_seconds))
                except* OSError:  # one side was reset: so is the other
                    writer.transport.abort()
                    there_writer.transport.abort()

    return await asyncio.start_server(accepted, LOOPBACK, port)


@asynccontextmanager
async def at_distance(addresses: Addresses, folder: Path, delay_ms: float) -> AsyncIterator[Addresses]:
    """The same servers, `delay_ms` away in each direction, by a process of its own."""
    reserved = ReservedPorts(3)
    temporal, database, smtp = reserved.numbers
    mail = urlsplit(addresses.smtp)
    targets = {
        temporal: addresses.temporal,
        database: _database_target(addresses.database),
        smtp: f"{mail.hostname}:{mail.port}",
    }
    child = Child(
        name="The delay",
        command=(
            *(sys.executable, "-m", "bench.distance", "--delay-ms", str(delay_ms)),
            *(f"{port}={target}" for port, target in targets.items()),
        ),
        environment={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])},
        log=folder / "distance.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
    )

    async def listens() -> bool:
        return all([await _is_open(port) for port in targets])

    await child.start(listens)
    try:
        yield replace(
            addresses,
            temporal=f"{LOOPBACK}:{temporal}",
            database=_database_at(addresses.database, database),
            smtp=urlunsplit(mail._replace(netloc=f"{LOOPBACK}:{smtp}")),
        )
    finally:
        await child.stop()


async def _opened(target: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if target.startswith("/"):
        return await asyncio.open_unix_connection(target)
    host, _, port = target.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_seconds: float) -> None:
    """One direction of a connection, until its end."""
    pieces: asyncio.Queue[_Piece] = asyncio.Queue(_MOST_PIECES)
    async with asyncio.TaskGroup() as ends:
        ends.create_task(_receive(reader, pieces, delay_seconds))
        ends.create_task(_send(pieces, writer))


async def _receive(reader: asyncio.StreamReader, pieces: asyncio.Queue[_Piece], delay_seconds: float) -> None:
    now, data = asyncio.get_running_loop().time, b"-"
    while data:
        data = await reader.read(_PIECE)
        await pieces.put((now() + delay_seconds, data))


async def _send(pieces: asyncio.Queue[_Piece], writer: asyncio.StreamWriter) -> None:
    now = asyncio.get_running_loop().time
    while True:
        due, data = await pieces.get()
        await asyncio.sleep(max(0, due - now()))
        if not data:
            writer.write_eof()
            return
        writer.write(data)
        await writer.drain()


async def _is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True


def _database_target(url: str) -> str:
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    if "host" in options:
        return f"{options['host'][0]}/.s.PGSQL.{options['port'][0]}"
    return f"{parts.hostname}:{parts.port or 5432}"


def _database_at(url: str, port: int) -> str:
    """The same database at a port of loopback."""
    parts = urlsplit(url)
    user, _, _ = parts.netloc.rpartition("@")
    query = "" if "host=" in parts.query else parts.query
    return urlunsplit(parts._replace(netloc=f"{user}@{LOOPBACK}:{port}", query=query))


async def _forward(targets: Mapping[int, str], delay_seconds: float) -> None:
    async with AsyncExitStack() as servers:
        for port, target in targets.items():
            await servers.enter_async_context(await forwarding(port, target, delay_seconds))
        await asyncio.Event().wait()


def main() -> None:
    """Forwards until it is ended."""
    parser = argparse.ArgumentParser(prog="python -m bench.distance", description="Forwards TCP connections.")
    parser.add_argument("--delay-ms", type=float, required=True, help="in each direction")
    parser.add_argument("forwards", nargs="+", metavar="PORT=TARGET")
    options = parser.parse_args()
    targets = {int(port): target for port, _, target in (each.partition("=") for each in options.forwards)}
    # epoll, the default, waits in whole milliseconds, which would add up to one to each delay.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())) as runner:
        runner.run(_forward(targets, options.delay_ms / 1000))


if __name__ == "__main__":
    main()
