"""`ugyfelkapu admin reindex` as an operator runs it: killed in the middle, run again, while people log in."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio

from registration.accounts import AccountForm
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind
from registration.statuses import Channel, Language, Status
from settings.settings import load_settings
from starter.dev.installation import World
from starter.dev.samples import PASSWORD, another_address, form
from starter.gateway import CitizenGateway, DeskGateway, PortalGateway, open_engine
from starter.gateway.engine import now
from store.accounts import Account
from store.keys import search_indexes
from tests.acceptance.command_line import CommandLine, command, environment_of
from tests.support.installation import Installation, eventually, installation_on
from tests.support.servers import SharedServers
from worker import running_workers

GOOD: Final = {
    "database_url": "postgresql://store.example/ugyfelkapu",
    "smtp_url": "smtp://mail.example:25",
    "master_keys": f"m1:{base64.b64encode(bytes(32)).decode()}",
    "code_keys": f"c1:{base64.b64encode(bytes(32)).decode()}",
}

ACCOUNTS: Final = 3_000
"""Some seconds of work: it is killed while it writes."""


OLD: Final = base64.b64encode(os.urandom(32)).decode()
NEW: Final = base64.b64encode(os.urandom(32)).decode()
EVERYWHERE: Final = f"old:{OLD},new:{NEW}:1"
"""What every process finds by before the first one makes values of the new index."""

RINGS: Final = {"UGYFELKAPU_SEARCH_KEYS": f"new:{NEW}:1,old:{OLD}"}


@pytest_asyncio.fixture(loop_scope="session")
async def installed(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Installation, World]]:
    monkeypatch.setenv("UGYFELKAPU_SEARCH_KEYS", EVERYWHERE)
    async with (
        installation_on(shared, migrated=False) as (servers, world),
        running_workers(world.client, world.settings),
    ):
        yield servers, world


async def test_a_job_that_is_killed_is_finished_by_the_next_while_everybody_is_found(
    installed: tuple[Installation, World],
) -> None:
    """Compromised or refolded: the new key first everywhere, the job killed once, run again, the old key removed."""
    servers, world = installed
    registration_id, filled = await world.temporary()
    await _taken_over(world)
    cli = CommandLine(servers.folder, _named(servers.environment()) | RINGS | {"UGYFELKAPU_OPERATOR": "operator-1"})
    staged = load_settings(_settings(servers) | {"search_keys": RINGS["UGYFELKAPU_SEARCH_KEYS"]})

    async with open_engine(staged, world.client) as engine:
        portal, citizen = PortalGateway(engine), CitizenGateway(engine)
        desk = DeskGateway(engine, "clerk-7", "1051")

        async def everybody_is_found() -> None:
            here = another_address()
            session = await citizen.authenticate(filled["user_name"], PASSWORD, client_address=here)
            assert session.registration_id == registration_id
            (mine,) = (await desk.search({"email": filled["email"]})).found
            assert mine.registration_id == registration_id
            assert not await portal.user_name_is_free("regi.fiok.7", client_address=here)

        counted = (await asyncio.to_thread(cli, "admin", "reindex", "--dry-run", "--json")).data
        everything = counted["remaining"]
        assert (counted["renewed"], counted["search_keys"]) == (0, ["old"])
        assert everything >= 3 * ACCOUNTS
        await everybody_is_found()
        job = await asyncio.create_subprocess_exec(
            *command("admin", "reindex", "--json"), cwd=cli.folder, env=environment_of(**cli.variables)
        )

        async def has_begun() -> bool:
            behind = await engine.reindexing.behind()
            return bool(sum(behind.values()) < everything)

        await eventually(has_begun, within_seconds=60)
        job.kill()
        await job.wait()
        left = sum((await engine.reindexing.behind()).values())
        assert 0 < left < everything
        await everybody_is_found()
        other = form()
        await portal.register(other, client_address=another_address())

        done = (await asyncio.to_thread(cli, "admin", "reindex", "--json")).data
        assert (done["renewed"], done["remaining"], done["search_keys"]) == (left, 0, [])
        again = (await asyncio.to_thread(cli, "admin", "reindex", "--json")).data
        assert (again["renewed"], again["remaining"]) == (0, 0)
        await everybody_is_found()

    alone = await asyncio.to_thread(cli, "migrate", UGYFELKAPU_SEARCH_KEYS=f"new:{NEW}", UGYFELKAPU_LANG="en")
    alone.refused(1, "UGYFELKAPU_SEARCH_KEYS")  # the processes of this test still make values of the old one
    table = await asyncio.to_thread(cli, "admin", "reindex", "--lang", "hu")
    assert "kicserélt keresőindex" in table.output
    acts = await world.sql("select body from access_entries where body like '%operations.reindex%' order by sequence")
    noted = [json.loads(each["body"])["access"] for each in acts]
    assert {(each["actor"]["id"], each["outcome"]) for each in noted} == {("operator-1", "BEGUN")}
    assert len(noted) == 4


async def _taken_over(world: World) -> None:
    """Accounts whose workflows are never started: only rows count here."""
    accounts = world.engine.accounts
    for start in range(0, ACCOUNTS, 500):
        batch = [
            Account(
                accounts.key_of("old", f"regi.fiok.{number}"),
                AccountForm(_person(number), Channel.IN_PERSON, Status.INACTIVE, True, None, None),
                None,
            )
            for number in range(start, start + 500)
        ]
        assert len(await accounts.write(batch, Actor(ActorKind.OPERATOR, "operator-1"), now())) == 500


def _person(number: int) -> RegistrationForm:
    filled = form(user_name=f"regi.fiok.{number}", email=f"regi{number}@example.org")
    return RegistrationForm.parse(filled | {"language": Language.HU}, today=now().date())


def _settings(servers: Installation) -> dict[str, str]:
    """The settings of the installation by field name."""
    prefix = "UGYFELKAPU_"
    return {
        name.removeprefix(prefix).lower(): text
        for name, text in _named(servers.environment()).items()
        if name.startswith(prefix)
    }


def _named(environment: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(("UGYFELKAPU_", "TEMPORAL_"))}


async def test_nothing_is_made_anew_while_a_running_process_would_not_find_it(shared: SharedServers) -> None:
    """The worker and the gateway of this test find by the index key alone."""
    async with installation_on(shared) as (servers, world), running_workers(world.client, world.settings):
        old = world.settings.index_key.get_secret_value()
        cli = CommandLine(servers.folder, _named(servers.environment()) | {"UGYFELKAPU_LANG": "en"})
        both, turned = f"old:{old},new:{NEW}", f"new:{NEW},old:{old}"
        migrated = await asyncio.to_thread(cli, "migrate", UGYFELKAPU_SEARCH_KEYS=both)
        assert migrated.status == 0, migrated
        reindex = ("admin", "reindex", "--operator", "operator-1")
        refused = await asyncio.to_thread(cli, *reindex, UGYFELKAPU_SEARCH_KEYS=turned)
        assert refused.status != 0
        assert "UGYFELKAPU_SEARCH_KEYS" in refused.error
        assert "worker " in refused.error


def test_a_ring_is_read_with_its_foldings() -> None:
    ring = search_indexes(load_settings(GOOD | {"index_key": OLD, "search_keys": f"b:{NEW}:1, a:{OLD}"}))
    assert [(index.name, index.folding) for index in ring] == [("b", 1), ("a", 1)]
    assert [index.name for index in search_indexes(load_settings(GOOD | {"index_key": OLD}))] == ["index_key"]
