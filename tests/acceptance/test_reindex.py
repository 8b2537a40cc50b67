"""`ugyfelkapu admin reindex` as an operator runs it: killed in the middle, run again, while people log in."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from typing import Final

import pytest_asyncio

from registration.accounts import AccountForm
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind
from registration.statuses import Channel, Language, Status
from starter.gateway import DeskGateway, PortalGateway, open_gateway
from starter.gateway.connection import now
from store.accounts import Account
from store.keys import key_ring
from tests.acceptance.command_line import CommandLine, command, environment_of
from tests.support.installation import Installation, eventually, installation
from tests.support.world import PASSWORD, World, another_address, form
from wiring.settings import load_settings
from worker import running_workers

ACCOUNTS: Final = 3_000
"""Some seconds of work: it is killed while it writes."""


@pytest_asyncio.fixture(loop_scope="session")
async def installed() -> AsyncIterator[tuple[Installation, World]]:
    async with installation() as (servers, world), running_workers(world.client, world.settings):
        yield servers, world


async def test_a_job_that_is_killed_is_finished_by_the_next_while_everybody_is_found(
    installed: tuple[Installation, World],
) -> None:
    """Compromised or refolded: the new key first everywhere, the job killed once, run again, the old key removed."""
    servers, world = installed
    registration_id, filled = await world.temporary()
    await _taken_over(world)
    old = world.settings.index_key.get_secret_value()
    new = base64.b64encode(os.urandom(32)).decode()
    rings = {"UGYFELKAPU_SEARCH_KEYS": f"new:{new}:1,old:{old}"}
    cli = CommandLine(servers.folder, _named(servers.environment()) | rings | {"UGYFELKAPU_OPERATOR": "operator-1"})
    staged = load_settings(_settings(servers) | {"search_keys": rings["UGYFELKAPU_SEARCH_KEYS"]})

    async with open_gateway(staged, world.client) as gateway:
        portal, desk = PortalGateway(gateway), DeskGateway(gateway, "clerk-7", "1051")

        async def everybody_is_found() -> None:
            here = another_address()
            session = await portal.authenticate(filled["user_name"], PASSWORD, client_address=here)
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
            behind = await gateway.reindexing.behind()
            return bool(sum(behind.values()) < everything)

        await eventually(has_begun, within_seconds=60)
        job.kill()
        await job.wait()
        left = sum((await gateway.reindexing.behind()).values())
        assert 0 < left < everything
        await everybody_is_found()
        other = form()
        await portal.register(other, client_address=another_address())

        done = (await asyncio.to_thread(cli, "admin", "reindex", "--json")).data
        assert (done["renewed"], done["remaining"], done["search_keys"]) == (left, 0, [])
        again = (await asyncio.to_thread(cli, "admin", "reindex", "--json")).data
        assert (again["renewed"], again["remaining"]) == (0, 0)
        await everybody_is_found()

    alone = load_settings(_settings(servers) | {"search_keys": f"new:{new}"})
    async with open_gateway(alone, world.client) as gateway:
        holder = await gateway.reader.holder(filled["user_name"])
        assert holder
        assert holder.registration_id == registration_id
    table = await asyncio.to_thread(cli, "admin", "reindex", "--lang", "hu")
    assert "kicserélt keresőindex" in table.output
    acts = await world.sql("select body from access_entries where body like '%operations.reindex%' order by sequence")
    noted = [json.loads(each["body"])["access"] for each in acts]
    assert {(each["actor"]["id"], each["outcome"]) for each in noted} == {("operator-1", "SENT")}
    assert len(noted) == 4


async def _taken_over(world: World) -> None:
    """Accounts whose workflows nobody starts: only rows count here."""
    accounts = world.gateway.accounts
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


def test_a_ring_is_read_with_its_foldings(installed: tuple[Installation, World]) -> None:
    servers, world = installed
    key = world.settings.index_key.get_secret_value()
    ring = key_ring(load_settings(_settings(servers) | {"search_keys": f"b:{key}:1, a:{key}"})).search_indexes
    assert [(index.name, index.folding) for index in ring] == [("b", 1), ("a", 1)]
    assert [index.name for index in key_ring(world.settings).search_indexes] == ["index_key"]
