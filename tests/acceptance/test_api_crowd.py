"""Many at once over HTTP, at two APIs on one database: one wins, nothing is left over, no client is kept out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest_asyncio

from registration.names import WORKFLOW_TYPE, workflow_id
from registration.record import EventKind
from registration.statuses import Status
from starter.api.server import running_api
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import PASSWORD, another_address, form
from starter.gateway import open_engine
from tests.support.api import LOCALHOST, Api, api_on, problem
from tests.support.installation import eventually
from tests.support.soundness import assert_sound

REDEMPTIONS: Final = 50
REGISTRATIONS: Final = 200
AT_ONCE: Final = 50
"""Connections that a portal keeps open; more requests wait for one of them."""

BUSY_AT_MOST: Final = 20


@pytest_asyncio.fixture(loop_scope="session")
async def doors(api: Api, world: World) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """A portal's hand on two APIs, each with connections to the database and hashing threads of its own."""
    limits, headers = httpx.Limits(max_connections=AT_ONCE), api.bearer() | {"Accept-Language": "en"}
    async with (
        open_engine(world.settings, world.client) as engine,
        running_api(world.settings, engine, LOCALHOST) as other,
        httpx.AsyncClient(base_url=api.url, headers=headers, limits=limits, timeout=120) as one,
        httpx.AsyncClient(base_url=other, headers=headers, limits=limits, timeout=120) as two,
    ):
        yield one, two


async def test_of_fifty_parallel_redemptions_of_one_code_one_succeeds(
    api: Api, world: World, doors: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> None:
    """Each with a password of its own: the winner's is the one that logs in."""
    registration_id, filled, code = await api.registered()
    name, passwords = filled["user_name"], [f"Párhuzamos jelszó {number}" for number in range(REDEMPTIONS)]
    body = {"purpose": "PASSWORD", "user_name": name, "code": code}
    answers = await _all(
        _asked(
            doors[number % 2],
            "/v1/code-redemptions",
            body | {"password": password, "client_address": another_address()},
        )
        for number, password in enumerate(passwords)
    )
    assert _outcomes(answers) == {"200": 1, "409 code-not-live": REDEMPTIONS - 1}
    winner = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
    loser = passwords[(winner + 1) % REDEMPTIONS]
    assert (await api.log_in(name, passwords[winner])).status_code == 200
    assert problem(await api.log_in(name, loser)) == (422, "wrong-password")
    observed = await assert_sound(world, registration_id, filled["email"])
    outcomes = Counter(observed.credentials.values())
    assert outcomes["ADOPTED"] == 1
    assert outcomes["REFUSED"] == outcomes.total() - 1 >= REDEMPTIONS - 1
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds == [EventKind.REGISTRATION_OPENED, EventKind.CODE_REDEEMED]


async def test_of_two_hundred_parallel_registrations_of_one_user_name_one_succeeds_and_leaves_no_orphan(
    world: World, doors: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> None:
    """Neither a row, nor a key, nor an address, nor a workflow of the others; capitals make no other name."""
    filled = form()
    name = filled["user_name"]
    before, began = await _rows(world), datetime.now(UTC)
    answers = await _all(
        _registered(doors[number % 2], name.upper() if number % 3 else name) for number in range(REGISTRATIONS)
    )
    assert _outcomes(answers) == {"202": 1, "409 user-name-taken": REGISTRATIONS - 1}
    [registration_id] = [answer.json()["registration_id"] for answer in answers if answer.status_code == 202]
    await world.until(registration_id, Status.AWAITING_ACTIVATION)
    after = await _rows(world)

    async def one_workflow_was_started() -> bool:
        """Not counting new runs of other tests' registrations, which have had their rows before."""
        span = f"StartTime BETWEEN '{began.isoformat()}' AND '{datetime.now(UTC).isoformat()}'"
        query = f"WorkflowType = '{WORKFLOW_TYPE}' AND {span}"
        started = {found.id async for found in world.client.list_workflows(query)}
        return started - set(map(workflow_id, before["registrations"])) == {workflow_id(registration_id)}

    await eventually(one_workflow_was_started, within_seconds=SOON_SECONDS)
    assert {table: after[table] - before[table] for table in before} == {
        table: Counter([registration_id]) for table in before
    }
    holder = await world.audit.snapshot(name)
    assert holder == await world.audit.snapshot(registration_id)


async def test_guesses_are_counted_across_apis_and_restarts(
    world: World, doors: tuple[httpx.AsyncClient, httpx.AsyncClient]
) -> None:
    """After ten wrong passwords at two APIs both refuse, and one that starts later; elsewhere the client gets in."""
    _, filled = await world.temporary()
    body = {"user_name": filled["user_name"], "password": PASSWORD, "client_address": another_address()}
    wrong = body | {"password": "nem ez a jelszó"}
    answers = [await doors[number % 2].post("/v1/sessions", json=wrong) for number in range(10)]
    assert _outcomes(answers) == {"422 wrong-password": 10}
    async with api_on(world) as restarted:
        for door in (*doors, restarted.http):
            refused = await door.post("/v1/sessions", json=body)
            assert problem(refused) == (429, "too-many-attempts")
            assert 0 < int(refused.headers["retry-after"]) <= 300
            let_in = await door.post("/v1/sessions", json=body | {"client_address": another_address()})
            assert let_in.status_code == 200


async def _registered(door: httpx.AsyncClient, user_name: str) -> httpx.Response:
    return await _asked(
        door, "/v1/registrations", {"form": form(user_name=user_name), "client_address": another_address()}
    )


async def _asked(door: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
    """As a portal asks: with a key of its own, and again when the answer says after how many seconds.

    A busy API answers 503 within its bound; the request that it gave up on may then still be under way for a moment.
    """
    key = {"Idempotency-Key": str(uuid4())}
    answer = await door.post(path, json=body, headers=key)
    for _ in range(BUSY_AT_MOST):
        if "Retry-After" not in answer.headers:
            break
        await asyncio.sleep(int(answer.headers["Retry-After"]))
        answer = await door.post(path, json=body, headers=key)
    return answer


async def _all(requests: Iterable[Awaitable[httpx.Response]]) -> list[httpx.Response]:
    return await asyncio.gather(*requests)


def _outcomes(answers: Iterable[httpx.Response]) -> Counter[str]:
    """How often which status, and which problem."""
    return Counter(
        str(answer.status_code) if answer.is_success else "{} {}".format(*problem(answer)) for answer in answers
    )


async def _rows(world: World) -> dict[str, Counter[str]]:
    """Rows that a registration makes when it is taken in, by table: how many each registration has.

    What other tests have left may be erased meanwhile.
    """
    tables = {"registrations": "id"} | dict.fromkeys(("data_keys", "persons", "emails"), "registration_id")
    return {
        table: Counter(str(row[0]) for row in await world.sql(f"select {column} from {table}"))  # noqa: S608  names of our own
        for table, column in tables.items()
    }
