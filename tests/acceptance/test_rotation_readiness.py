"""A rotation of keys proves first that no running process is locked out; one that lacks a key says which."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from registration.dependencies import Dependency
from registration.errors import KeyNotEverywhere, Unavailable
from registration.statuses import Language
from settings.settings import Settings
from settings.start_problems import CannotStart, StartProblem
from starter.dev.installation import World
from starter.dev.keys import development_keys
from starter.dev.samples import PASSWORD
from starter.gateway import Engine, OperationsGateway, open_engine
from starter.gateway.preparation import prepare
from starter.translation import translated
from store.keys import KeyUse
from tests.acceptance.command_line import CommandLine
from tests.support.api import Api, api_on, problem
from tests.support.installation import installation_on
from tests.support.servers import SharedServers
from worker import running_workers


def with_first(settings: Settings, ring: str) -> Settings:
    return settings.model_copy(update={"master_keys": type(settings.master_keys)(ring)})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def old(shared: SharedServers) -> AsyncIterator[World]:
    """An installation whose gateway, API and worker have one master key, and a registration."""
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rings(old: World) -> tuple[Settings, Settings]:
    """Step 1, the new key in second place; and step 2, in first place. The key was migrated."""
    ring = old.settings.master_keys.get_secret_value()
    new = f"new:{base64.b64encode(os.urandom(32)).decode()}"
    second, first = with_first(old.settings, f"{ring},{new}"), with_first(old.settings, f"{new},{ring}")
    await prepare(first, old.client)  # in whichever place: a migration seals nothing
    await prepare(second, old.client)
    return second, first


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ready(old: World, rings: tuple[Settings, Settings]) -> AsyncIterator[Engine]:
    """A process of step 1 beside those that lack the key."""
    async with open_engine(rings[0], old.client, "command") as engine:
        yield engine


def rotating(engine: Engine, first: Settings) -> OperationsGateway:
    """An operator's hand on it, with the new key in first place: as if the start had not been refused."""
    keys = replace(engine.rotation._keys, master_keys=dict([*engine.rotation._keys.master_keys.items()][::-1]))
    assert keys.master_kid == first.master_keys.get_secret_value().partition(":")[0]
    rotation = type(engine.rotation)(engine.rotation._pool, keys)
    return OperationsGateway(replace(engine, rotation=rotation), "operator-1")


async def test_a_process_does_not_start_with_a_first_key_that_others_lack(
    old: World, rings: tuple[Settings, Settings]
) -> None:
    """Step 2 before step 1 has reached everybody."""
    with pytest.raises(CannotStart) as refused:
        async with open_engine(rings[1], old.client):
            raise AssertionError
    assert refused.value.problem is StartProblem.KEY_NOT_EVERYWHERE
    assert "worker " in str(refused.value)
    assert "gateway " in str(refused.value)


async def test_rotation_is_refused_and_names_the_processes_as_long_as_one_lacks_the_key(
    old: World, rings: tuple[Settings, Settings], ready: Engine
) -> None:
    """Nothing is re-wrapped; the refusal is in the access record."""
    await old.registered()
    before = await old.sql("select * from data_keys order by 1")
    operations = rotating(ready, rings[1])
    with pytest.raises(KeyNotEverywhere) as refused:
        await operations.rotate_keys()
    for language in Language:
        sentence = translated(refused.value.sentence, language)
        assert "new" in sentence
        assert "worker " in sentence
        assert "gateway " in sentence
        assert "command " not in sentence
    lacking = (await operations.keys_to_rotate()).processes_without_key or ()
    assert [named.split()[0] for named in lacking] == ["gateway", "worker"]
    assert await old.sql("select * from data_keys order by 1") == before
    (entry,) = await old.sql("select body from access_entries where body like '%KeyNotEverywhere%'")
    assert "operations.rotate_keys" in entry["body"]


async def test_on_the_command_line_both_are_one_sentence_and_a_dry_run_names_the_processes(
    old: World, rings: tuple[Settings, Settings], tmp_path: Path
) -> None:
    """In the order in which an operator would go wrong."""
    second, first = (ring.master_keys.get_secret_value() for ring in rings)
    own = development_keys(old.folder) | {"database_url": old.addresses.database, "smtp_url": old.addresses.smtp}
    cli = CommandLine(
        tmp_path,
        {f"UGYFELKAPU_{name.upper()}": text for name, text in own.items()}
        | {
            "TEMPORAL_ADDRESS": old.addresses.temporal,
            "TEMPORAL_NAMESPACE": old.client.namespace,
            "UGYFELKAPU_LANG": "en",
        },
    )
    rotate = ("admin", "rotate-keys", "--operator", "operator-1")
    early = await asyncio.to_thread(cli, *rotate, UGYFELKAPU_MASTER_KEYS=first)
    early.refused(1, "UGYFELKAPU_MASTER_KEYS: the key new is the first one, but these running processes lack it")
    asked = await asyncio.to_thread(cli, *rotate, "--dry-run", "--json", UGYFELKAPU_MASTER_KEYS=second)
    assert asked.data["processes_without_key"] == []
    assert asked.data["dry_run"] is True
    without = await asyncio.to_thread(cli, *rotate)
    without.refused(2, "UGYFELKAPU_MASTER_KEYS: the key new, which this installation works with, is missing")


async def test_a_process_that_appears_meanwhile_stops_a_rotation_between_two_batches(
    old: World, rings: tuple[Settings, Settings], ready: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was re-wrapped by then stays, and the next run does the rest."""
    for _ in range(3):
        await old.registered()
    operations, asked = rotating(ready, rings[1]), 0

    async def late(_use: KeyUse, _key_id: str) -> list[str]:
        nonlocal asked
        asked += 1
        return ["worker late:1"] if asked > 2 else []

    monkeypatch.setattr("store.rotation._BATCH", 1)
    monkeypatch.setattr(operations, "_without", late)
    with pytest.raises(KeyNotEverywhere, match="worker late:1"):
        await operations.rotate_keys()
    (count,) = await old.sql("select count(*) from data_keys where master_key_id = 'new'")
    assert 1 <= count["count"] <= 2
    await ready.rotation.rewrap("new", None)


async def test_what_a_process_cannot_open_is_a_503_whose_key_only_the_log_names(
    old: World, rings: tuple[Settings, Settings], ready: Engine
) -> None:
    """As while a process was unseen during a rotation: it lacks the key of this registration."""
    async with AsyncExitStack() as stack:
        api: Api = await stack.enter_async_context(api_on(old))
        registration_id, filled, code = await api.registered()
        await api.redeemed(filled["user_name"], code)
        keys = rotating(ready, rings[1]).engine.rotation
        while (batch := await keys.rewrap(old.settings.master_keys.get_secret_value().partition(":")[0], None)).last:
            assert batch.rewrapped
        logs = stack.enter_context(capture_logs())
        pair = {"user_name": filled["user_name"], "email": filled["email"]}
        answers = [await api.log_in(filled["user_name"]), await api.post("/v1/code-requests", pair)]
        assert [problem(answer) for answer in answers] == [(503, "unavailable")] * 2
        assert all("new" not in answer.json()["detail"] for answer in answers)
        assert all("KEYS" not in answer.text for answer in answers)
        assert all(answer.headers["retry-after"] for answer in answers)
        missing = [line for line in logs if line["event"] == "key_missing"]
        assert {(line["setting"], line["key"]) for line in missing} == {("UGYFELKAPU_MASTER_KEYS", "new")}
        assert not [line for line in logs if line["event"] == "unexpected"]
        with pytest.raises(Unavailable) as lacking:
            await old.engine.reader.person(registration_id)
        assert lacking.value.dependency is Dependency.KEY
        person = await ready.reader.person(registration_id)
        assert person
        assert person.user_name == filled["user_name"]
        assert (await api.log_in("senki.sincs", PASSWORD)).status_code == 422, "it serves everybody else"


async def test_once_every_process_has_it_the_rotation_runs(
    rings: tuple[Settings, Settings], ready: Engine, old: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when those that lack it were started again."""
    await old.sql("update processes set keys = '{}' where kind in ('gateway', 'worker')")
    async with open_engine(rings[1], old.client, "command") as engine:
        done = await OperationsGateway(engine, "operator-1").rotate_keys()
    assert (done.dry_run, done.remaining, done.master_keys) == (False, 0, ())
