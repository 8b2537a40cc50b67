"""`ugyfelkapu admin extend` for very many accounts, `admin rotate-keys`, `admin policy`, as an operator types them."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest_asyncio

from registration.answers import plain
from registration.policy import Policy
from starter.dev.installation import World
from starter.dev.standing import standing_accounts
from starter.gateway import OperationsGateway
from tests.acceptance.command_line import CommandLine, Outcome
from tests.support.accounts import variables_of
from tests.support.servers import SharedServers
from tests.workflows.lives import choosy_world

ACCOUNTS = 7
SEAL_KEY = 1
BEFORE = ("--before", "2031-01-01")
EXPIRING = datetime.now(UTC) + timedelta(days=1000)
SECOND = {"UGYFELKAPU_OPERATOR": "operator-2"}


@dataclass
class Terminal:
    """A terminal on an installation of its own."""

    world: World
    ids: list[str]
    folder: Path

    async def __call__(self, *arguments: str, **variables: str) -> Outcome:
        line = CommandLine(self.folder, variables_of(self.world) | variables)
        return await asyncio.to_thread(line, "admin", *arguments)


@pytest_asyncio.fixture
async def terminal(shared: SharedServers, tmp_path: Path) -> AsyncIterator[Terminal]:
    async with choosy_world(shared) as (world, _):
        yield Terminal(world, await standing_accounts(world, ACCOUNTS), tmp_path)


async def test_an_operator_asks_another_approves_and_the_report_names_every_account(terminal: Terminal) -> None:
    counted = (await terminal("extend", "request", *BEFORE, "--days", "90", "--dry-run", "--json")).data
    assert (counted["total"], counted["already_past"]) == (ACCOUNTS, 0)
    both = await terminal("extend", "request", *BEFORE, "--days", "90", "--to-anniversary")
    both.refused(2, "--days: give either --days or --to-anniversary")
    (await terminal("extend", "request", *BEFORE)).refused(2, "--days: give either")
    (await terminal("extend", "request", "--before", "soon", "--days", "9")).refused(2, "--before: must be a date")
    (await terminal("extend", "request", *BEFORE, "--days", "0")).refused(2, "days: must be 1 to 3650 days")
    extension = (await terminal("extend", "request", *BEFORE, "--days", "90", "--json")).data["extension_id"]
    (await terminal("extend", "start", extension)).refused(1, "has not been approved yet")
    (await terminal("extend", "approve", extension)).refused(1, "Someone other")
    approved = (await terminal("extend", "approve", extension, "--json", **SECOND)).data
    assert (approved["requested_by"], approved["approved_by"]) == ("operator-1", "operator-2")
    (await terminal("extend", "pause", extension)).refused(1, "is not running")
    (await terminal("extend", "start", extension, "--rate", "0")).refused(2, "rate: must be 1 to 1000 a second")
    done = (await terminal("extend", "start", extension, "--rate", "500", "--json")).data
    assert (done["state"], done["progress"]["extended"], done["progress"]["open"]) == ("DONE", ACCOUNTS, 0)
    assert (await terminal("extend", "status", extension, "--json")).data == done
    report = (await terminal("extend", "report", extension, "--csv", "report.csv", "--json")).data
    assert (report["accounts"], report["extended"]) == (ACCOUNTS, ACCOUNTS)
    with (terminal.folder / "report.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [line["registration_id"] for line in lines] == terminal.ids
    (await terminal("extend", "report", "no-extension", "--csv", "none.csv")).refused(2, "ID: must be a UUID")
    assert not (terminal.folder / "none.csv").exists()
    one = await terminal("extend", "account", terminal.ids[0], "--until", "2032-06-30", "--json")
    assert one.data["password_valid_until"] == "2032-06-30T21:59:59Z"


async def test_the_list_names_every_extension_newest_first_twenty_at_a_time(terminal: Terminal) -> None:
    operations = terminal.world.operations
    asked = [(await operations.extensions.request(EXPIRING, days=day)).extension_id for day in range(1, 22)]
    await OperationsGateway(terminal.world.engine, "operator-2").extensions.approve(asked[-1])
    first = (await terminal("extend", "list", "--json")).data
    assert [each["extension_id"] for each in first["extensions"]] == asked[:0:-1]
    assert first["more"] is True
    assert first["extensions"][0] == (await terminal("extend", "status", asked[-1], "--json")).data
    rest = (await terminal("extend", "list", "--older-than", asked[1], "--json")).data
    assert ([each["extension_id"] for each in rest["extensions"]], rest["more"]) == (asked[:1], False)
    table = await terminal("extend", "list", "--lang", "en")
    assert f"There are older ones: add --older-than {asked[1]}." in table.error
    (await terminal("extend", "list", "--older-than", str(UUID(int=7)))).refused(1, "There is no such bulk extension.")


async def test_keys_are_rotated_under_the_first_of_the_ring(terminal: Terminal) -> None:
    """Once the new key was migrated, and every running process has it."""
    ring = terminal.world.settings.master_keys.get_secret_value()
    rings = {"UGYFELKAPU_MASTER_KEYS": f"new:{'A' * 43}=,{ring}"}
    (await terminal("rotate-keys", UGYFELKAPU_OPERATOR="no operator!")).refused(2, "operator: ")
    (await terminal("rotate-keys", **rings)).refused(1, "UGYFELKAPU_MASTER_KEYS: ")
    migrating = CommandLine(terminal.folder, variables_of(terminal.world) | rings)
    assert (await asyncio.to_thread(migrating, "migrate")).status == 0
    (await terminal("rotate-keys", **rings)).refused(1, "UGYFELKAPU_MASTER_KEYS: ")
    await terminal.world.sql("update processes set keys = '{}'")  # as when each was started again with the new ring
    counted = (await terminal("rotate-keys", "--dry-run", "--json", **rings)).data
    assert (counted["rewrapped"], counted["remaining"], counted["master_keys"]) == (0, ACCOUNTS + SEAL_KEY, ["dev"])
    rotated = (await terminal("rotate-keys", "--json", **rings)).data
    assert (rotated["rewrapped"], rotated["remaining"], rotated["master_keys"]) == (ACCOUNTS + SEAL_KEY, 0, [])
    again = (await terminal("rotate-keys", "--json", **rings)).data
    assert (again["rewrapped"], again["remaining"]) == (0, 0)


async def test_a_policy_is_shown_and_a_new_version_put_in_force(terminal: Terminal) -> None:
    present = (await terminal("policy", "--json")).data
    assert present == plain(Policy())
    new = terminal.folder / "policy.json"
    new.write_text('{"version": 1, "grace_days": 90}')
    (await terminal("policy", "adopt", "policy.json")).refused(2, "version: must be a version above 1")
    new.write_text('{"version": 2, "grace_days": 90}')
    dry = (await terminal("policy", "adopt", "policy.json", "--dry-run", "--json")).data
    assert dry["adopted"] is False
    assert {change["name"]: change["adopted"] for change in dry["changes"]} == {"version": 2, "grace_days": 90}
    shown = await terminal("policy", "adopt", "policy.json", "--lang", "hu", **SECOND)
    assert shown.status == 0
    assert "lejárat utáni türelem (nap)" in shown.output
    assert (await terminal("policy", "--json")).data == present | {"version": 2, "grace_days": 90}
    found = await terminal.world.sql("select body from access_entries where body like '%operations.adopt_policy%'")
    accesses = [json.loads(entry["body"])["access"] for entry in found]
    assert {(access["actor"]["id"], access["outcome"]) for access in accesses} == {
        ("operator-1", "REFUSED"),
        ("operator-2", "BEGUN"),
    }
