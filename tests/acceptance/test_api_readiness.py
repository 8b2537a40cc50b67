"""`/readyz` is 503 as long as the process could not serve, and the log says what is missing; so it does of a 503."""

from dataclasses import replace
from typing import Any

import httpx
from structlog.testing import capture_logs

from settings.settings import Settings
from starter.api.server import running_api
from starter.dev.installation import World
from starter.dev.postgres import PostgresServer
from starter.dev.tokens import token
from starter.gateway import Engine
from temporal.client import connect
from tests.support.api import ANSWER_SECONDS, LOCALHOST, problem
from tests.support.unprepared import unprepared_engine


async def readiness(settings: Settings, engine: Engine) -> tuple[httpx.Response, list[Any]]:
    """The answer of an API with these settings on this gateway, and what it logged about it."""
    with capture_logs() as logs:
        async with (
            running_api(settings, engine, LOCALHOST) as url,
            httpx.AsyncClient(base_url=url, timeout=ANSWER_SECONDS) as http,
        ):
            answer = await http.get("/readyz")
    return answer, [line for line in logs if line["event"] in {"not_ready", "token_keys_unavailable"}]


async def test_everything_is_there(world: World) -> None:
    answer, logged = await readiness(world.settings, world.engine)
    assert answer.status_code == 200
    assert logged == []


async def test_temporal_and_the_issuer_of_tokens_may_be_away(world: World) -> None:
    """Log-in works without Temporal, and an outage of either takes no process out of rotation; the log names both."""
    settings = world.settings.model_copy(update={"token_keys": "https://127.0.0.1:1/jwks"})
    client = await connect({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, lazy=True)
    answer, logged = await readiness(settings, replace(world.engine, client=client))
    assert answer.status_code == 200
    assert {line["setting"] for line in logged} == {"UGYFELKAPU_TOKEN_KEYS"}


async def test_a_database_that_is_not_prepared(world: World, postgres: PostgresServer) -> None:
    """As after a restore that has gone wrong; it is seen although the process has begun on another one."""
    async with unprepared_engine(world, postgres) as engine:
        answer, logged = await readiness(world.settings, engine)
    assert problem(answer) == (503, "not-ready")
    assert [(line["database"], line["migrated"]) for line in logged] == [(True, False)]


async def test_a_token_whose_issuer_is_away_is_answered_503_and_the_log_says_of_what(world: World) -> None:
    settings = world.settings.model_copy(update={"token_keys": "https://127.0.0.1:1/jwks"})
    with capture_logs() as logs:
        async with (
            running_api(settings, world.engine, LOCALHOST) as url,
            httpx.AsyncClient(base_url=url, timeout=ANSWER_SECONDS) as http,
        ):
            bearer = {"Authorization": f"Bearer {token(world.folder, 'portal', caller='portal-1')}"}
            assert problem(await http.get("/version", headers=bearer)) == (503, "unavailable")
    (line,) = [line for line in logs if line["event"] == "request"]
    assert (line["status"], line["dependency"]) == (503, "TOKEN_KEYS")
