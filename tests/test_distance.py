"""The servers that measurements put at a distance: forwarded bytes keep their order, and take the time asked for."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from bench.distance import _database_at, _database_target, forwarding
from starter.dev.ports import LOOPBACK, free_ports

_DELAY = 0.02  # seconds in each direction
_WITHIN = 60  # seconds; each test takes less than one
_Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def at_distance_from(handler: _Handler) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, through the delay, to a server that handles it."""
    away, near = free_ports(2)
    async with (
        asyncio.timeout(_WITHIN),
        await asyncio.start_server(handler, LOOPBACK, away),
        await forwarding(near, f"{LOOPBACK}:{away}", _DELAY),
    ):
        reader, writer = await asyncio.open_connection(LOOPBACK, near)
        try:
            yield reader, writer
        finally:
            writer.close()


async def _digest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers once the client has ended its direction."""
    writer.write(hashlib.sha256(await reader.read()).digest())
    writer.close()


async def test_data_keeps_its_order_and_the_end_of_one_direction_leaves_the_other_open() -> None:
    """What is sent is more than is on its way at once, in pieces of any size."""
    sent, pieces = hashlib.sha256(), random.Random(15)
    async with at_distance_from(_digest) as (reader, writer):
        for _ in range(400):
            piece = pieces.randbytes(pieces.randrange(1, 100_000))
            sent.update(piece)
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
        assert await reader.read() == sent.digest()


async def test_an_answer_takes_at_least_the_delay_of_both_directions() -> None:
    now = asyncio.get_running_loop().time
    async with at_distance_from(_digest) as (reader, writer):
        began = now()
        writer.write(b"?")
        writer.write_eof()
        await reader.read()
        assert now() - began >= 2 * _DELAY


async def test_a_server_that_breaks_off_breaks_the_connection() -> None:
    async def broken(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with at_distance_from(broken) as (reader, _):
        with suppress(ConnectionResetError):
            assert await reader.read() == b""


async def test_without_a_server_a_connection_ends() -> None:
    nowhere, near = free_ports(2)
    async with asyncio.timeout(_WITHIN), await forwarding(near, f"{LOOPBACK}:{nowhere}", _DELAY):
        reader, writer = await asyncio.open_connection(LOOPBACK, near)
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize(
    ("url", "target", "near"),
    [
        (
            "postgresql://postgres@/ours?host=/run/x&port=5432",
            "/run/x/.s.PGSQL.5432",
            "postgresql://postgres@127.0.0.1:7/ours",
        ),
        ("postgresql://a:b@db:6000/ours?x=y", "db:6000", "postgresql://a:b@127.0.0.1:7/ours?x=y"),
    ],
)
def test_a_database_is_reached_by_its_socket_or_its_port(url: str, target: str, near: str) -> None:
    assert (_database_target(url), _database_at(url, 7)) == (target, near)
