"""`/readyz` is 503 as long as the process could not do its work, and the log says what is missing."""

from dataclasses import replace
from typing import Any

import httpx
from structlog.testing import capture_logs

from settings.settings import Settings
from starter.api.server import running_api
from starter.dev.installation import World
from starter.gateway import Engine
from temporal.client import connect
from tests.support.api import ANSWER_SECONDS, LOCALHOST, problem


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


async def test_a_namespace_that_does_not_exist(world: World) -> None:
    """As where Temporal was away when the process started: then nobody could ask for the namespace."""
    client = await connect({"TEMPORAL_ADDRESS": world.addresses.temporal, "TEMPORAL_NAMESPACE": "nope"})
    answer, logged = await readiness(world.settings, replace(world.engine, client=client))
    assert problem(answer) == (503, "not-ready")
    assert [(line["database"], line["migrated"], line["temporal"]) for line in logged] == [(True, True, False)]


async def test_an_issuer_whose_keys_cannot_be_had(world: World) -> None:
    """Nobody could call; the log names the setting from the start on."""
    settings = world.settings.model_copy(update={"token_keys": "https://127.0.0.1:1/jwks"})
    answer, logged = await readiness(settings, world.engine)
    assert problem(answer) == (503, "not-ready")
    assert {line["setting"] for line in logged if line["event"] == "token_keys_unavailable"} == {
        "UGYFELKAPU_TOKEN_KEYS"
    }
    assert [line["token_keys"] for line in logged if line["event"] == "not_ready"] == [False]
