"""Who owns the database can write anything into an event; what auditors read then says so, and never breaks off."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from registration.errors import RecordUnreadable
from registration.statuses import Status
from registration.timeline_lines import UNREADABLE
from starter.dev.installation import World
from tests.acceptance.command_line import CommandLine
from tests.acceptance.tampering_scene import Scene
from tests.support.accounts import variables_of
from tests.support.api import Api, api_on, problem
from tests.support.desk import auditor, supervisor
from tests.support.installation import installation_on
from tests.support.servers import SharedServers
from worker import running_workers

Forgery = Callable[[dict[str, Any]], str]

FORGERIES: dict[str, Forgery] = {
    "no JSON": lambda _: "=HYPERLINK()",
    "nothing": lambda _: "",
    "another document": lambda _: "{}",
    "no such kind": lambda body: json.dumps(body | {"kind": "PAID"}),
    "no such status": lambda body: json.dumps(body | {"status": 7}),
    "nested without end": lambda _: "[" * 10_000,
    "a time without an offset": lambda body: json.dumps(body | {"at": "2027-01-01T00:00:00"}),
    "a time that no calendar carries": lambda body: json.dumps(body | {"deadline": "9999-12-31T23:59:59-12:00"}),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(shared: SharedServers) -> AsyncIterator[World]:
    """A world of its own: what is forged here would be found by other tests."""
    async with installation_on(shared) as (_, own), running_workers(own.client, own.settings):
        yield own


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def api(world: World) -> AsyncIterator[Api]:
    """The API on it."""
    async with api_on(world) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def scene(world: World) -> AsyncIterator[Scene]:
    """Opened, redeemed, verified; and the owner's connection to the database."""
    registration_id, filled = await world.active()
    database = await asyncpg.connect(world.addresses.database)
    yield Scene(world, database, registration_id, filled)
    await database.close()


async def forge(scene: Scene, forgery: Forgery, sequence: int = 2) -> None:
    body = (await scene.bodies())[sequence - 1]
    await scene.sql("update events set body = $3 where registration_id = $1 and sequence = $2", sequence, forgery(body))


@pytest.mark.parametrize("name", FORGERIES)
async def test_answers_over_http_stand_and_the_timeline_names_the_event(api: Api, scene: Scene, name: str) -> None:
    await forge(scene, FORGERIES[name])
    path = f"/v1/audit/registrations/{scene.registration_id}"
    life = (await auditor(api).get(f"{path}/timeline")).json()
    events = [entry for entry in life["entries"] if entry["sequence"]]
    assert [entry["kind"] for entry in events] == ["REGISTRATION_OPENED", UNREADABLE, "IDENTITY_VERIFIED"]
    assert "audit verify" in events[1]["happened"]
    assert life["status"] == Status.ACTIVE
    for accept in ("text/csv", "text/html"):
        answer = await auditor(api).get(f"{path}/timeline", accept=accept)
        assert (answer.status_code, "audit verify" in answer.text) == (200, True)
    explained = await auditor(api).get(f"{path}/explanation", at=life["as_of"])
    assert problem(explained) == (409, "record-unreadable")
    verified = (await auditor(api).get(f"{path}/verification")).json()
    assert {finding["sequence"] for finding in verified["findings"]} >= {2}
    for rest in ("replay", "description"):
        assert (await auditor(api).get(f"{path}/{rest}")).status_code == 200
    assert (await auditor(api).get("/v1/audit/statistics")).status_code == 200


async def test_what_happened_before_the_forgery_is_still_explained(world: World, scene: Scene) -> None:
    opened = (await world.audit.events(scene.registration_id))[0].at
    await forge(scene, FORGERIES["no JSON"], sequence=3)
    assert (await world.audit.explain(scene.registration_id, opened)).status is Status.AWAITING_ACTIVATION
    with pytest.raises(RecordUnreadable):
        await world.audit.explain(scene.registration_id, await world.time(scene.registration_id))


async def test_where_the_last_event_is_none_the_read_model_tells_the_status(world: World, scene: Scene) -> None:
    await forge(scene, FORGERIES["nothing"], sequence=3)
    life = await world.audit.timeline(scene.registration_id)
    assert (life.status, life.deadline) == (Status.ACTIVE, None)


async def test_a_supervisor_is_refused_in_one_sentence_where_the_record_must_be_read(api: Api, scene: Scene) -> None:
    await forge(scene, FORGERIES["another document"])
    refused = await supervisor(api).get(f"/v1/desk/registrations/{scene.registration_id}/evidence/1")
    assert problem(refused) == (409, "record-unreadable")


async def test_the_command_line_says_it_in_both_languages(world: World, scene: Scene, tmp_path: Path) -> None:
    await forge(scene, FORGERIES["no JSON"])
    line = CommandLine(tmp_path, variables_of(world))

    async def audit(*arguments: str) -> Any:  # noqa: ANN401  an Outcome
        return await asyncio.to_thread(line, "audit", *arguments)

    when = (await world.time(scene.registration_id)).isoformat()
    for language, words in (("hu", "2. eseménye nem olvasható"), ("en", "Event 2 of the record cannot be read")):
        answer = await audit("timeline", scene.registration_id, "--csv", "-", "--lang", language)
        assert (answer.status, words in answer.output) == (0, True)
        assert (await audit("timeline", scene.registration_id, "--lang", language)).status == 0
        explained = await audit("explain", scene.registration_id, "--at", when, "--lang", language)
        explained.refused(1, words)


async def test_an_endless_time_does_not_stop_the_count(api: Api, scene: Scene) -> None:
    await scene.sql("update events set at = 'infinity' where registration_id = $1 and sequence = 2")
    counted = await auditor(api).get("/v1/audit/statistics")
    assert counted.status_code == 200
    assert counted.json()["median_seconds_to_activation"] < 60
