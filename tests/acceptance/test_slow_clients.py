"""Clients that take their time are dropped within the bounds, and hold up no one; the API over bare sockets."""

import asyncio
import gc
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import httpx
import pytest
import pytest_asyncio
from uvicorn.protocols.http.h11_impl import H11Protocol

from starter.api.server import running_api
from starter.dev.installation import World
from starter.dev.keys import development_keys
from starter.serving.connections import Bounds
from tests.acceptance.command_line import command, environment_of
from tests.support.api import LOCALHOST, Api
from tests.support.sockets import RawConnection, connected_to

BOUNDS = Bounds(connections=60, head=1.5, body=1.5, idle=4, unread=2)
PATIENT = Bounds(connections=60, head=300, body=300, idle=300)
LATE = 60
"""Seconds that a busy machine may need for what takes none."""

CROWD = 200
DESCRIPTORS = 300
CROWD_BEYOND_DESCRIPTORS = 500
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: api\r\n\r\n"
HALF_HEAD = b"POST /v1/sessions HTTP/1.1\r\nHost: api\r\nX-Slow: "


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def impatient(world: World) -> AsyncIterator[str]:
    """The URL of an API with short bounds."""
    async with running_api(world.settings, world.engine, LOCALHOST, BOUNDS) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def patient(world: World) -> AsyncIterator[str]:
    """The URL of an API that drops no one for taking time."""
    async with running_api(world.settings, world.engine, LOCALHOST, PATIENT) as url:
        yield url


def half_body(api: Api, *, length: int = 100, has_token: bool = True) -> bytes:
    """A request whose body never comes whole."""
    token = f"Authorization: {api.http.headers['Authorization']}\r\n" if has_token else ""
    head = f"POST /v1/sessions HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\n{token}"
    return head.encode() + f"Content-Length: {length}\r\n\r\n{{".encode()


async def dropped_after(connection: RawConnection, began: float) -> tuple[float, bytes]:
    """Seconds until the server closed, and what it said before."""
    received = await connection.rest()
    return time.monotonic() - began, received


async def test_half_a_head_and_half_a_body_are_answered_with_408_within_their_bounds(impatient: str, api: Api) -> None:
    for half, least in ((HALF_HEAD, BOUNDS.head), (half_body(api), BOUNDS.body)):
        async with connected_to(impatient) as connection:
            began = time.monotonic()
            await connection.send(half)
            seconds, received = await dropped_after(connection, began)
            assert received.startswith(b"HTTP/1.1 408 "), received
            assert json.loads(received.partition(b"\r\n\r\n")[2])["type"] == "urn:ugyfelkapu:problem:request-timeout"
            assert least - 0.1 < seconds < least + LATE


async def test_a_byte_now_and_then_gains_no_time(impatient: str, api: Api) -> None:
    """Neither in the head nor in the body, nor before either."""
    for first, drop in ((HALF_HEAD, b"x"), (half_body(api), b" "), (b"\r\n", b"\r\n")):
        async with connected_to(impatient) as connection:
            began = time.monotonic()
            await connection.send(first)

            async def dripping(connection: RawConnection = connection, drop: bytes = drop) -> None:
                while True:
                    await asyncio.sleep(0.2)
                    await connection.send(drop)

            drip = asyncio.create_task(dripping())
            seconds, _ = await dropped_after(connection, began)
            drip.cancel()
            assert seconds < BOUNDS.body + LATE


async def test_who_says_nothing_is_dropped_without_a_word_and_who_has_asked_may_be_idle_longer(
    impatient: str,
) -> None:
    async with connected_to(impatient) as silent, connected_to(impatient) as idle:
        began = time.monotonic()
        await idle.send(LIVEZ)
        assert (await idle.answer())[0] == 200
        (silent_for, received), (idle_for, more) = await asyncio.gather(
            dropped_after(silent, began), dropped_after(idle, began)
        )
    assert received == more == b""
    assert BOUNDS.head - 0.1 < silent_for < idle_for
    assert idle_for > BOUNDS.idle - 0.1


async def test_after_a_body_that_was_not_waited_for_the_rest_has_its_bound_too(impatient: str, api: Api) -> None:
    """An answer before the body has come does not begin an idle time without end."""
    for sent in (b"", b" " * 99):
        async with connected_to(impatient) as connection:
            began = time.monotonic()
            await connection.send(half_body(api, has_token=False))
            assert (await connection.answer())[0] == 401
            await connection.send(sent)
            seconds, received = await dropped_after(connection, began)
            assert received == b""
            assert seconds < BOUNDS.body + BOUNDS.idle + LATE


async def test_who_does_not_read_the_answer_is_dropped(impatient: str, api: Api) -> None:
    """What the system does not take off our hands does not stay in memory: it takes a dozen such answers."""
    document = f"GET /openapi.json HTTP/1.1\r\nHost: api\r\nAuthorization: {api.http.headers['Authorization']}\r\n\r\n"
    whole = len((await api.http.get("/openapi.json")).content)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        client.settimeout(10)
        host, _, port = impatient.removeprefix("http://").rpartition(":")
        client.connect((host, int(port)))
        with suppress(OSError):
            for _ in range(40):
                client.sendall(document.encode())
                await asyncio.sleep(0.1)
        await asyncio.sleep(BOUNDS.unread)
        received = await asyncio.to_thread(_received, client)
    assert 0 < received < 40 * whole


def _received(client: socket.socket) -> int:
    """Bytes until the server's end."""
    received = 0
    with suppress(ConnectionResetError):
        while part := client.recv(65_536):
            received += len(part)
    return received


async def test_many_half_requests_are_dropped_and_honest_ones_answered_meanwhile(impatient: str, api: Api) -> None:
    """More than the process has places for: whoever never finishes makes room for those who do."""
    headers = {"Authorization": api.http.headers["Authorization"]}
    async with AsyncExitStack() as stack:
        began = time.monotonic()
        crowd = []
        for number in range(CROWD):
            connection = await stack.enter_async_context(connected_to(impatient))
            await connection.send(HALF_HEAD if number % 2 else b"")
            crowd.append(connection)
        async with httpx.AsyncClient(base_url=impatient, headers=headers, timeout=LATE) as honest:
            for _ in range(10):
                assert (await honest.get("/livez")).status_code == 200
        for _ in range(10):
            async with httpx.AsyncClient(base_url=impatient, timeout=LATE) as new:
                assert (await new.get("/livez")).status_code == 200
        ends = await asyncio.gather(*(dropped_after(connection, began) for connection in crowd))
    assert max(seconds for seconds, _ in ends) < BOUNDS.head + LATE
    assert {received.partition(b"\r\n")[0] for _, received in ends} <= {b"", b"HTTP/1.1 408 Request too slow"}


async def test_where_all_connections_have_requests_under_way_a_new_one_is_refused_at_once(
    patient: str, api: Api
) -> None:
    """However long the crowd takes to come; when it is gone, there is room again."""
    async with AsyncExitStack() as stack:
        for _ in range(PATIENT.connections):
            connection = await stack.enter_async_context(connected_to(patient))
            await connection.send(half_body(api))
        await asyncio.sleep(0.5)
        async with connected_to(patient) as one_too_many:
            received = await one_too_many.rest()
        assert received.startswith(b"HTTP/1.1 503 "), received
        assert b"urn:ugyfelkapu:problem:too-many-connections" in received
    await asyncio.sleep(0.2)
    async with httpx.AsyncClient(base_url=patient, timeout=LATE) as later:
        assert (await later.get("/livez")).status_code == 200


@pytest.mark.parametrize("drips", [False, True])
async def test_half_bodies_that_are_answered_already_make_room_for_honest_clients(
    patient: str, api: Api, drips: bool
) -> None:
    """Without a token: the answer is 401, and the body is not read. What still comes of it gains no place either."""
    async with AsyncExitStack() as stack:
        crowd = []
        for _ in range(PATIENT.connections):
            connection = await stack.enter_async_context(connected_to(patient))
            await connection.send(half_body(api, has_token=False))
            crowd.append(connection)
        statuses = [(await connection.answer())[0] for connection in crowd]
        if drips:
            for connection in crowd:
                await connection.send(b" ")
        for _ in range(5):
            async with httpx.AsyncClient(base_url=patient, timeout=LATE) as honest:
                assert (await honest.get("/livez")).status_code == 200
    assert statuses == [401] * PATIENT.connections


async def test_accepted_connections_do_not_wait_for_acknowledgements(impatient: str) -> None:
    """A reused connection is as quick as a new one: with Nagle's algorithm each answer took 40 ms."""
    async with connected_to(impatient) as connection:
        seconds = []
        for _ in range(20):
            began = time.monotonic()
            await connection.send(LIVEZ)
            assert (await connection.answer())[0] == 200
            seconds.append(time.monotonic() - began)
    assert min(seconds[1:]) < 0.02
    options = [
        connection.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        for connection in gc.get_objects()
        if isinstance(connection, H11Protocol) and not connection.transport.is_closing()
    ]
    assert options
    assert all(options)


async def test_with_few_descriptors_an_api_answers_and_its_log_stays_short(world: World) -> None:
    """A process of its own, that may have 300 descriptors, and half a thousand half requests."""
    settings = development_keys(world.folder) | {
        "database_url": world.addresses.database,
        "smtp_url": world.addresses.smtp,
    }
    variables = {f"UGYFELKAPU_{name.upper()}": text for name, text in settings.items()}
    limited = f'ulimit -n {DESCRIPTORS} && exec "$0" "$@"'
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", limited, *command("api", "--port", "0")),
        env=environment_of(
            **variables,
            TEMPORAL_ADDRESS=world.addresses.temporal,
            TEMPORAL_NAMESPACE=world.client.namespace,
        ),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        lines = [json.loads(await process.stderr.readline())]
        while "url" not in lines[-1]:
            lines.append(json.loads(await process.stderr.readline()))
        url = lines[-1]["url"]
        async with AsyncExitStack() as stack:
            for _ in range(CROWD_BEYOND_DESCRIPTORS):
                connection = await stack.enter_async_context(connected_to(url))
                await connection.send(HALF_HEAD)
            for _ in range(20):
                async with httpx.AsyncClient(base_url=url, timeout=LATE) as honest:
                    assert (await honest.get("/livez")).status_code == 200
    finally:
        process.terminate()
        rest = await process.stderr.read()
        assert await process.wait() == 0
    logged = [json.loads(line) for line in rest.splitlines()]
    assert [line["descriptors"] for line in lines if line["event"] == "few_descriptors"] == [DESCRIPTORS]
    assert sum(line["event"] == "request" for line in logged) == 20
    assert 1 <= len(logged) - 20 < 10, logged
