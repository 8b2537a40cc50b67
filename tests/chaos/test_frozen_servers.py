"""Servers that are frozen, not dead: every answer comes within the bound that docs/api.md promises for it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeVar

import httpx
import pytest

from registration.dependencies import Dependency
from registration.errors import Unavailable
from registration.statuses import Status
from settings.metrics import WORKER_METRICS, Metrics
from starter.dev.installation import World
from starter.dev.keys import development_keys
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, another_address, form
from starter.gateway import open_engine
from starter.gateway.engine import new_request_id, now
from store.readiness import DatabaseCheck
from temporal.admin_port import serving_admin_port
from temporal.client import connect
from tests.acceptance.command_line import command, environment_of
from tests.chaos.doom import healthy_worker
from tests.support.api import Api, api_on, problem
from tests.support.frozen import frozen
from tests.support.installation import Installation, eventually, installation
from tests.support.pages import pages_on

STARTING: Final = 3
CALL: Final = 10
UPDATE: Final = 20
LOOK: Final = 3
HELP: Final = 1
HEALTH: Final = 3
STATEMENT: Final = 10
SLACK: Final = 25
"""Seconds, for a machine that others keep busy."""

GOES_ON: Final = 60
"""Seconds: reconciliation comes every 15 s, to a worker that asks again after a back-off of up to 10 s."""

UNAVAILABLE: Final = (503, "unavailable")
_Outcome = TypeVar("_Outcome")


async def within(bound: float, call: Awaitable[_Outcome]) -> _Outcome:
    """The outcome of what must come within a bound, in seconds."""
    began = time.monotonic()
    async with asyncio.timeout(bound + SLACK + 60):
        outcome = await call
    assert time.monotonic() - began < bound + SLACK
    return outcome


async def test_with_temporal_frozen_a_registration_is_accepted_and_everything_else_is_answered_in_time() -> None:
    """By processes that were connected before, and by one that was not; afterwards all of it goes on."""
    async with AsyncExitStack() as stack:
        servers, world = await stack.enter_async_context(installation())
        await stack.enter_async_context(healthy_worker(servers))
        registration_id, filled, code = await world.registered()
        _, logging_in = await world.temporary()
        lazy = await connect({"TEMPORAL_ADDRESS": servers.addresses.temporal}, lazy=True)
        engine = await stack.enter_async_context(open_engine(world.settings, lazy))
        apis = [await stack.enter_async_context(_patient(on)) for on in (world, world.on(engine))]
        key = new_request_id()
        redemption = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": code, "password": PASSWORD}
        with frozen(servers.temporal.pid):
            opened = await asyncio.gather(
                *(_answers_in_time(api, registration_id, logging_in) for api in apis),
                _on_the_command_line(servers),
            )
            first = apis[0]
            twice = await asyncio.gather(
                within(UPDATE, first.post("/v1/code-redemptions", redemption, key=key)),
                within(UPDATE, first.post("/v1/code-redemptions", redemption)),
            )
            assert [problem(answer) for answer in twice] == [UNAVAILABLE, UNAVAILABLE]
            assert twice[0].headers["retry-after"] == "5"
        again = await first.post("/v1/code-redemptions", redemption, key=key)
        assert again.status_code == 200, again.text
        for accepted in opened:
            await world.until(accepted, Status.AWAITING_ACTIVATION, within_seconds=GOES_ON)


@asynccontextmanager
async def _patient(world: World) -> AsyncIterator[Api]:
    """An API whose test waits for longer than it may take."""
    async with api_on(world) as api:
        api.http.timeout = httpx.Timeout(120)
        yield api


async def _answers_in_time(api: Api, registration_id: str, logging_in: dict[str, Any]) -> str:
    """Asks for everything at once; the id of a registration that was accepted."""
    clerk = api.bearer("clerk", caller="clerk-7", office="1051")
    auditor = api.bearer("auditor", caller="auditor-1")
    desk, audit = f"/v1/desk/registrations/{registration_id}", f"/v1/audit/registrations/{registration_id}"
    acts = {"evidence": EVIDENCE}
    opened, looked, logged_in, ready, alive, *refused = await asyncio.gather(
        within(STARTING, api.post("/v1/registrations", {"form": form(), "client_address": another_address()})),
        within(LOOK, api.http.get(f"/v1/registrations/{registration_id}")),
        within(1, api.log_in(logging_in["user_name"])),
        within(HEALTH, api.http.get("/readyz")),
        within(1, api.http.get("/livez")),
        within(CALL, api.http.post(f"{desk}/reactivation-signal", json=acts, headers=clerk)),
        within(UPDATE, api.http.post(f"{desk}/closure", json=acts, headers=clerk)),
        within(UPDATE, api.http.get(f"{audit}/description", headers=auditor)),
        within(CALL, api.http.get(f"{audit}/replay", headers=auditor)),
        within(CALL, api.http.get(f"{audit}/verification", headers=auditor)),
    )
    assert opened.status_code == 202, opened.text
    assert (looked.status_code, logged_in.status_code) == (200, 200)
    assert (alive.status_code, ready.status_code) == (200, 200), "log-in works without Temporal"
    assert [problem(answer) for answer in refused] == [UNAVAILABLE] * len(refused)
    accepted: str = opened.json()["registration_id"]
    return accepted


async def _on_the_command_line(servers: Installation) -> str:
    """The id that `register` prints, soon after a Python has started."""
    settings = development_keys(servers.folder) | {
        "database_url": servers.addresses.database,
        "smtp_url": servers.addresses.smtp,
    }
    variables = {f"UGYFELKAPU_{name.upper()}": text for name, text in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *command("register", "-", "--json"),
        env=environment_of(**variables, TEMPORAL_ADDRESS=servers.addresses.temporal),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await within(STARTING + 15, process.communicate(json.dumps(form()).encode()))
    assert process.returncode == 0
    accepted: str = json.loads(printed)["registration_id"]
    return accepted


async def test_with_temporal_frozen_the_worker_says_that_it_is_not_ready() -> None:
    async with installation() as (servers, world):
        [port] = free_ports(1)
        database = DatabaseCheck(world.engine.reader, world.engine.writer, now).readiness
        async with (
            serving_admin_port(f"{LOOPBACK}:{port}", world.client, database, None, Metrics(WORKER_METRICS)),
            httpx.AsyncClient(timeout=60) as http,
        ):
            url = f"http://{LOOPBACK}:{port}/readyz"
            assert (await http.get(url)).status_code == 200
            with frozen(servers.temporal.pid):
                for _ in range(2):
                    assert (await within(HEALTH, http.get(url))).status_code == 503
            await eventually(lambda: _is_ready(http, url), within_seconds=60)


async def _is_ready(http: httpx.AsyncClient, url: str) -> bool:
    return (await http.get(url)).status_code == 200


async def test_with_postgresql_frozen_everything_is_answered_in_time_and_goes_on_afterwards() -> None:
    async with installation() as (servers, world), _patient(world) as api, pages_on(world) as pages:
        with frozen(servers.postgres.pid):
            asking = asyncio.gather(
                within(STATEMENT, api.post("/v1/registrations", {"form": form()})),
                within(STATEMENT, api.log_in("senki.sem")),
                within(STATEMENT, api.http.get("/v1/usernames/senki.sem", params={"client_address": CLIENT_ADDRESS})),
            )
            read = [await within(HELP, pages.get(path)) for path in ("/segitseg", "/adatvedelem")]
            assert [page.status_code for page in read] == [200, 200]
            assert not asking.done()  # they wait for the database, help and privacy do not
            ready, alive = await asyncio.gather(
                within(HEALTH, api.http.get("/readyz")), within(1, api.http.get("/livez"))
            )
            assert problem(ready) == (503, "not-ready")
            assert alive.status_code == 200
            refused = await asyncio.wait_for(asking, STATEMENT + SLACK)
            assert [problem(answer) for answer in refused] == [UNAVAILABLE] * len(refused)

        async def opens() -> bool:
            return (await api.post("/v1/registrations", {"form": form()})).status_code == 202

        await eventually(opens, within_seconds=60)


async def test_with_temporal_frozen_bulk_extensions_are_answered_with_what_postgresql_knows() -> None:
    """One that waits for its start, one that has begun, the list of both, and a report, which needs no workflow."""
    async with AsyncExitStack() as stack:
        servers, world = await stack.enter_async_context(installation())
        await stack.enter_async_context(healthy_worker(servers))
        await world.temporary()
        lazy = await connect({"TEMPORAL_ADDRESS": servers.addresses.temporal}, lazy=True)
        engine = await stack.enter_async_context(open_engine(world.settings, lazy))
        apis = [await stack.enter_async_context(_patient(on)) for on in (world, world.on(engine))]
        api, extensions = apis[0], "/v1/operations/extensions"
        operator, other = (api.bearer("operator", caller=f"operator-{number}") for number in (1, 2))
        approved, begun = [await _approved_extension(api, operator, other) for _ in range(2)]
        await world.sql("update extensions set listed_at = approved_at where id = $1", begun)
        with frozen(servers.temporal.pid):
            for each in apis:
                one, running, every, report = await asyncio.gather(
                    within(LOOK, each.http.get(f"{extensions}/{approved}", headers=operator)),
                    within(LOOK, each.http.get(f"{extensions}/{begun}", headers=operator)),
                    within(LOOK, each.http.get(extensions, headers=operator)),
                    within(1, each.http.get(f"{extensions}/{begun}/report", headers=operator)),
                )
                assert (one.status_code, one.json()["state"]) == (200, "APPROVED")
                assert (running.status_code, running.json()["state"]) == (200, "RUNNING")
                assert {row["extension_id"]: row["state"] for row in every.json()["extensions"]} == {
                    approved: "APPROVED",
                    begun: "RUNNING",
                }
                assert (report.status_code, report.json()) == (200, [])


async def _approved_extension(api: Api, operator: dict[str, str], other: dict[str, str]) -> str:
    """The id of a bulk extension that one asked for and the other approved."""
    asked = {"before": "2031-01-01", "days": 30}
    extension: str = (await api.http.post("/v1/operations/extensions", json=asked, headers=operator)).json()[
        "extension_id"
    ]
    approval = await api.http.post(f"/v1/operations/extensions/{extension}/approval", headers=other)
    assert approval.status_code == 200, approval.text
    return extension


async def test_who_is_silent_is_named_a_missing_worker_or_a_frozen_temporal(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator has to look at the right one; the registration is there, and no worker has ever run."""
    monkeypatch.setattr("starter.gateway.operations._PASS_WITHIN_SECONDS", UPDATE - 3)
    async with installation() as (servers, world):
        registration_id = await world.portal.register(form(), client_address=another_address())
        assert await _named_by_everyone(world, registration_id) == {Dependency.WORKER}
        with frozen(servers.temporal.pid):
            assert await _named_by_everyone(world, registration_id) == {Dependency.TEMPORAL}


async def _named_by_everyone(world: World, registration_id: str) -> set[object]:
    outcomes = await within(
        UPDATE,
        asyncio.gather(
            world.desk.close(registration_id, EVIDENCE),
            world.audit.describe(registration_id),
            world.operations.reconcile(),
            world.audit.checkpoints.make(),
            return_exceptions=True,
        ),
    )
    return {one.dependency if isinstance(one, Unavailable) else one for one in outcomes}
