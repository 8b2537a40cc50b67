"""Who did what to an account, looks and refused attempts included: what an auditor reads of the access record."""

import asyncio
import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from registration.access import NO_OFFICE, Access
from registration.errors import InvalidInput, NotAccepted, NotFound
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from starter.gateway import DeskGateway, OperationsGateway
from tests.acceptance.command_line import CommandLine, Outcome
from tests.support.accounts import variables_of
from tests.support.api import Api, problem
from tests.support.desk import Staff, auditor, clerk

PATH = "/v1/audit/accesses"
UNKNOWN = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
COLUMNS = [
    *("office", "sequence", "at", "actor_kind", "actor_id", "operation", "outcome", "refusal"),
    *("registration_id", "request_id", "detail"),
]


class Terminal:
    """`ugyfelkapu …` on the world's servers."""

    def __init__(self, world: World, folder: Path) -> None:
        self._line = CommandLine(folder, variables_of(world) | {"UGYFELKAPU_LANG": "en"})

    async def __call__(self, *arguments: str) -> Outcome:
        return await asyncio.to_thread(self._line, *arguments)


@pytest.fixture
def cli(world: World, tmp_path: Path) -> Terminal:
    return Terminal(world, tmp_path)


async def looked_at(api: Api, world: World) -> tuple[str, str]:
    """A registration that several people of two offices have had to do with, and its receipt's number."""
    registration_id, filled = await world.temporary()
    await clerk(api, "clerk-1", "9021").get(f"/v1/desk/registrations/{registration_id}")
    await clerk(api, "clerk-2").act(registration_id, "reactivation")
    assert problem(await clerk(api, "clerk-2").post(f"/v1/desk/registrations/{registration_id}/closure", {}))
    assert problem(await auditor(api).act(registration_id, "closure")) == (403, "wrong-role")
    await DeskGateway(world.engine, "clerk-3", "9021").search({"user_name": filled["user_name"]})
    receipt = await DeskGateway(world.engine, "clerk-3", "9021").receipt(filled["user_name"], EVIDENCE)
    return registration_id, receipt.number


STORY = [
    ("9021", "CLERK", "clerk-1", "desk.look", "DONE", None),
    ("1051", "CLERK", "clerk-2", "desk.reactivate", "REFUSED", "NotAccepted"),
    ("1051", "CLERK", "clerk-2", "desk.close", "REFUSED", "InvalidInput"),
    ("-", "AUDITOR", "auditor-1", "desk.close", "REFUSED", "WrongRole"),
    ("9021", "CLERK", "clerk-3", "desk.receipt", "BEGUN", None),
]
"""The search is about no registration; the refused act is one line."""


def rows_of(entries: list[dict[str, Any]]) -> list[tuple[str | None, ...]]:
    """CSV has an empty cell where JSON has no refusal."""
    shown = ("office", "actor_kind", "actor_id", "operation", "outcome", "refusal")
    return [tuple(entry[name] or None for name in shown) for entry in entries]


async def test_an_auditor_reads_who_looked_acted_and_was_refused_over_http(api: Api, world: World) -> None:
    registration_id, number = await looked_at(api, world)
    for reference in (registration_id, number):
        answer = (await auditor(api).get(PATH, registration=reference)).json()
        assert answer["next"] is None
        entries = answer["entries"]
        assert rows_of(sorted(entries, key=lambda entry: entry["at"])) == STORY
        assert [(each["at"][:10], each["office"], each["sequence"]) for each in entries] == sorted(
            (each["at"][:10], each["office"], each["sequence"]) for each in entries
        )
        assert {entry["registration_id"] for entry in entries} == {registration_id}


async def test_the_command_tells_the_same_in_the_order_of_time(cli: Terminal, api: Api, world: World) -> None:
    registration_id, number = await looked_at(api, world)
    found = (await cli("audit", "accesses", registration_id, "--json")).data
    entries = found["entries"]
    assert rows_of(entries) == STORY
    assert list(entries[0]) == COLUMNS
    assert (await cli("audit", "accesses", number, "--json")).data == found
    lines = (await cli("audit", "accesses", registration_id, "--csv", "-")).output
    rows = list(csv.DictReader(io.StringIO(lines)))
    assert rows_of(rows) == STORY
    assert [row["at"] for row in rows] == [entry["at"] for entry in entries]
    shown = (await cli("audit", "accesses", registration_id)).output
    for words in ("CLERK", "clerk-2", registration_id, entries[1]["request_id"], "WrongRole", "9021"):
        assert words in shown


async def test_any_office_s_day_is_read_and_that_of_those_who_act_for_none(
    cli: Terminal, api: Api, world: World
) -> None:
    operator = f"operator-{uuid4()}"
    assert (await Staff(api, "operator", operator).get("/v1/operations/offices")).status_code == 200
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    over_http = (await auditor(api).get(PATH, office=NO_OFFICE, day=today)).json()["entries"]
    for entries in (over_http, (await cli("audit", "accesses", "--office", "-", "--json")).data["entries"]):
        mine = [entry for entry in entries if entry["actor_id"] == operator]
        assert rows_of(mine) == [("-", "OPERATOR", operator, "operations.offices", "DONE", None)]
        assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    assert (await cli("audit", "accesses", "--office", "9021", "--day", "2020-01-01", "--json")).data == {
        "entries": [],
        "next": None,
    }


async def test_one_list_at_a_time_of_a_day_that_has_been(cli: Terminal, api: Api) -> None:
    """The commands and the API refuse the same."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for query, field in (
        ({}, "registration"),
        ({"office": "1051"}, "registration"),
        ({"day": today}, "registration"),
        ({"registration": UNKNOWN, "office": "1051", "day": today}, "registration"),
        ({"registration": "szabó.katalin"}, "registration"),
        ({"office": "Kovács Anna", "day": today}, "office"),
        ({"office": "1051", "day": "2999-01-01"}, "day"),
        ({"office": "1051", "day": today, "after": "17"}, "after"),
    ):
        refused = await auditor(api).get(PATH, **query)
        assert (problem(refused), refused.json()["field"]) == ((422, "invalid-input"), field), query
    assert problem(await auditor(api).get(PATH, registration=UNKNOWN)) == (404, "not-found")
    (await cli("audit", "accesses")).refused(2, "ID: must be given alone, or else an office with a day")
    (await cli("audit", "accesses", UNKNOWN, "--day", today)).refused(2, "ID: ")
    (await cli("audit", "accesses", UNKNOWN)).refused(1, "no such registration")
    (await cli("audit", "accesses", "--office", "1051", "--day", "2999-01-01")).refused(2, "--day: ")
    desk = ("--clerk", "super-1", "--office", "1051", "--supervisor")
    (await cli("clerk", "accesses", "--day", "2999-01-01", *desk)).refused(2, "--day: ")


async def test_a_supervisor_s_table_says_what_kind_of_user_and_under_which_request(cli: Terminal, world: World) -> None:
    registration_id, _ = await world.temporary()
    desk = DeskGateway(world.engine, "clerk-7", "UK-1")
    with pytest.raises(NotAccepted):
        await desk.reactivate(registration_id, EVIDENCE, request_id="a-request-of-its-own")
    shown = (await cli("clerk", "accesses", "--clerk", "super-1", "--office", "UK-1", "--supervisor")).output
    for words in ("CLERK", "clerk-7", "a-request-of-its-own", registration_id):
        assert words in shown


async def test_a_long_list_comes_in_pages_and_none_is_told_twice(cli: Terminal, api: Api, world: World) -> None:
    registration_id, _ = await world.temporary()
    office = f"T-{uuid4().hex[:8]}"
    by = Actor(ActorKind.CLERK, "clerk-7", office)
    for number in range(501):
        await world.engine.accesses.add(
            Access(by, Operation.DESK_LOOK, registration_id=registration_id, detail=str(number))
        )
    today, in_order = f"{datetime.now(UTC):%Y-%m-%d}", [str(number) for number in range(501)]
    for query in ({"registration": registration_id}, {"office": office, "day": today}):
        first = (await auditor(api).get(PATH, **query)).json()
        assert (len(first["entries"]), first["next"]) == (500, f"{today}/{office}/500")
        second = (await auditor(api).get(PATH, **query, after=first["next"])).json()
        assert second["next"] is None
        assert [entry["detail"] for entry in first["entries"] + second["entries"]] == in_order
    for arguments in ((registration_id,), ("--office", office)):
        entries = (await cli("audit", "accesses", *arguments, "--json")).data["entries"]
        assert [entry["detail"] for entry in entries] == in_order


async def test_an_operator_s_looks_are_on_record_but_for_how_far_an_extension_has_come(world: World) -> None:
    operator = f"operator-{uuid4()}"
    operations = OperationsGateway(world.engine, operator)
    before = datetime(2001, 1, 1, tzinfo=UTC)
    await operations.keys_to_rotate()
    await operations.extensions.count(before, days=1)
    asked = await operations.extensions.request(before, days=1)
    await operations.extensions.status(asked.extension_id)
    assert [item async for item in await operations.extensions.report(asked.extension_id)] == []
    with pytest.raises(InvalidInput):
        await operations.extensions.status("szabó.katalin")
    with pytest.raises(NotFound):
        await operations.extend_validity("nincs.ilyen", before)
    entries = await world.engine.accesses.entries(None, datetime.now(UTC).date())
    mine = [entry.access for entry in entries if entry.access.actor.id == operator]
    assert [(access.operation, access.refusal or access.outcome) for access in mine] == [
        ("operations.keys_to_rotate", "DONE"),
        ("operations.count_extension", "DONE"),
        ("operations.request_extension", "BEGUN"),
        ("operations.extension_report", "DONE"),
        ("operations.extension", "InvalidInput"),
        ("operations.extend_validity", "NotFound"),
    ]
