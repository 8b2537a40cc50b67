"""A client that is gone leaves the queues; what it has begun goes on to its end, and its answer is kept."""

import asyncio
import base64
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import psutil
import pytest

from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, another_address, form
from starter.gateway.engine import new_request_id
from starter.gateway.passwords import Passwords
from starter.gateway.signatures import SignatureChannel
from tests.signatures.hostile_pdfs import burner
from tests.support.api import Api, problem
from tests.support.installation import eventually
from tests.support.signing import signed
from tests.support.sockets import RawConnection, connected_to

SOON_SECONDS = 20
CROWD = 30
PLACES_FOR_SIGNATURES = 18
"""Two under examination, sixteen that wait."""
JSON = {"Content-Type": "application/json"}


@contextmanager
def threads_held(passwords: Passwords) -> Iterator[None]:
    """No hash is begun as long as the context lasts."""
    go = threading.Event()
    threads = passwords._threads
    held = [threads.submit(go.wait) for _ in range(threads._max_workers)]
    try:
        yield
    finally:
        go.set()
        for each in held:
            each.result()


@contextmanager
def examiners_held(channel: SignatureChannel) -> Iterator[None]:
    """No examination goes on as long as the context lasts; both examiners must have started."""
    processes = [psutil.Process(examiner._process.pid) for examiner in channel._examiners if examiner._process]
    assert len(processes) == len(channel._examiners)
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


@asynccontextmanager
async def table_locked(world: World, table: str) -> AsyncIterator[None]:
    """No connection writes into a table as long as the context lasts."""
    connection = await asyncpg.connect(world.addresses.database)
    try:
        async with connection.transaction():
            await connection.execute(f"lock table {table} in exclusive mode")
            yield
    finally:
        await connection.close()


def places_taken(passwords: Passwords) -> int:
    """Hashes that wait or are under way."""
    return passwords.taken


async def waits_for_a_lock(world: World) -> bool:
    """Somebody does, in this database."""
    waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    return bool(await world.sql(waiting))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while not holds():  # noqa: ASYNC110  what is watched sends no event
            await asyncio.sleep(0.01)


async def send(connection: RawConnection, api: Api, path: str, body: dict[str, Any], key: str | None = None) -> None:
    """A request by hand, whose answer may be waited for or not."""
    content = json.dumps({"client_address": CLIENT_ADDRESS} | body).encode()
    fields = {
        "Host": "api",
        "Authorization": api.http.headers["Authorization"],
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
    } | ({"Idempotency-Key": key} if key else {})
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    await connection.send(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + content)


async def test_whoever_hangs_up_in_the_queue_for_a_hash_takes_nobodys_place(
    api: Api, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The honest one behind thirty that are gone is the next one."""
    passwords = world.engine.passwords
    _, filled = await world.temporary()
    with threads_held(passwords):
        async with AsyncExitStack() as stack:
            for _ in range(CROWD):
                connection = await stack.enter_async_context(connected_to(api.url))
                guess = {"user_name": form()["user_name"], "password": "nem ez az", "client_address": another_address()}
                await send(connection, api, "/v1/sessions", guess)
            await until(lambda: places_taken(passwords) == CROWD)
        await until(lambda: places_taken(passwords) == 0)
        honest = asyncio.create_task(api.log_in(filled["user_name"]))
        await until(lambda: places_taken(passwords) == 1)
    assert (await honest).status_code == 200
    assert capsys.readouterr().out.count("status=499") == CROWD


async def test_whoever_hangs_up_in_the_queue_for_a_signature_takes_nobodys_place(
    api: Api, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signatures that take long, two of them under examination; the honest one behind them is examined at once."""
    channel, filled = world.engine.signatures, form()
    honest, slow = await signed(world, filled), {"signed_pdf": base64.b64encode(burner()).decode()}
    warming = [api.post("/v1/registrations", slow | {"client_address": another_address()}) for _ in range(2)]
    assert {answer.status_code for answer in await asyncio.gather(*warming)} == {422}
    with examiners_held(channel):
        async with AsyncExitStack() as stack:
            for _ in range(PLACES_FOR_SIGNATURES):
                connection = await stack.enter_async_context(connected_to(api.url))
                await send(connection, api, "/v1/registrations", slow | {"client_address": another_address()})
            await until(lambda: channel._callers == PLACES_FOR_SIGNATURES)
        await until(lambda: channel._callers == 0)
    answer = await api.post("/v1/registrations", honest | {"client_address": another_address()})
    assert answer.status_code == 202, answer.text
    logged = capsys.readouterr().out
    assert logged.count("status=499") == PLACES_FOR_SIGNATURES
    assert "signatures_too_slow" not in logged


async def test_a_redemption_that_nobody_waits_for_is_not_begun_and_may_be_sent_again(api: Api, world: World) -> None:
    """Nothing was written, and the Idempotency-Key is free again at once."""
    registration_id, filled, code = await api.registered()
    redemption = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": code, "password": PASSWORD}
    key = new_request_id()
    with threads_held(world.engine.passwords):
        async with connected_to(api.url) as connection:
            await send(connection, api, "/v1/code-redemptions", redemption, key)
            await until(lambda: places_taken(world.engine.passwords) == 1)
        await until(lambda: places_taken(world.engine.passwords) == 0)
    assert (await world.audit.snapshot(registration_id)).status is Status.AWAITING_ACTIVATION
    assert not await world.sql("select 1 from credentials where registration_id = $1", registration_id)
    async with asyncio.timeout(SOON_SECONDS):
        while (answer := await api.post("/v1/code-redemptions", redemption, key=key)).status_code == 409:
            assert problem(answer) == (409, "request-in-progress")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("has_key", [True, False])
async def test_what_has_begun_goes_on_to_its_end_when_its_client_hangs_up(
    api: Api, world: World, has_key: bool
) -> None:
    """The code is redeemed, and the client who asks again gets that answer."""
    registration_id, filled, code = await api.registered()
    redemption = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": code, "password": PASSWORD}
    key = new_request_id() if has_key else None
    async with table_locked(world, "credentials"):
        async with connected_to(api.url) as connection:
            await send(connection, api, "/v1/code-redemptions", redemption, key)
            await eventually(lambda: waits_for_a_lock(world), within_seconds=SOON_SECONDS)
        await asyncio.sleep(0.5)
    await world.until(registration_id, Status.TEMPORARY)
    assert (await api.log_in(filled["user_name"])).status_code == 200

    async def is_shown() -> bool:
        answer = await api.post("/v1/code-redemptions", redemption, key=key)
        assert answer.status_code == 200 or (has_key and problem(answer) == (409, "request-in-progress")), answer.text
        return answer.status_code == 200

    await eventually(is_shown, within_seconds=SOON_SECONDS)


async def test_a_registration_that_has_begun_is_made_although_its_client_hangs_up(api: Api, world: World) -> None:
    filled, key = form(), new_request_id()
    asked = {"form": filled, "client_address": another_address()}
    async with table_locked(world, "persons"):
        async with connected_to(api.url) as connection:
            await send(connection, api, "/v1/registrations", asked, key)
            await eventually(lambda: waits_for_a_lock(world), within_seconds=SOON_SECONDS)
        await asyncio.sleep(0.5)
    assert await world.code(filled["email"])
    again = await api.post("/v1/registrations", asked, key=key)
    assert again.status_code == 202
    assert len(world.letters(filled["email"])) == 1


async def test_half_a_body_whose_client_hangs_up_leaves_no_refusal_in_the_access_record(api: Api, world: World) -> None:
    """A clerk's connection that broke is no attempt that was refused."""
    clerk = api.bearer("clerk", caller="clerk-of-half-a-body", office="1051")["Authorization"]
    async with connected_to(api.url) as connection:
        head = (
            "POST /v1/desk/searches HTTP/1.1\r\nHost: api\r\nContent-Type: application/json\r\nContent-Length: 90\r\n"
        )
        await connection.send(f"{head}Authorization: {clerk}\r\n\r\n{{".encode())
        await asyncio.sleep(0.5)
    await asyncio.sleep(0.5)
    assert await refusals_of(world, "clerk-of-half-a-body") == 0
    whole = await api.http.post("/v1/desk/searches", content=b"{", headers={**JSON, "Authorization": clerk})
    assert whole.status_code == 422
    assert await refusals_of(world, "clerk-of-half-a-body") == 1


async def refusals_of(world: World, clerk: str) -> int:
    """Entries in the access record."""
    return len(await world.sql("select 1 from access_entries where body like $1", f"%{clerk}%"))
