"""Each look and act of staff leaves the same entries in the access record: at a page, over HTTP and by command."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import pytest
import pytest_asyncio

from registration.access import NO_OFFICE, AccessEntry
from registration.operations import Operation
from starter.gateway.principals import Principal, Role
from starter.pages.staff.app import ROUTES
from starter.pages.staff.routes import StaffRoute
from store.documents import load
from tests.support.entry_rows import CASES, About, Act, Case, Somebody
from tests.support.matrix import OWN
from tests.support.scenes import Stage
from tests.support.servers import SharedServers
from tests.support.staff import StaffPages, running_staff, seated
from tests.support.ways import Ways, both_ways

WITHIN_ANOTHER: Final = {Operation.DESK_CHANGE_EMAIL_AND_REACTIVATE}
"""At the page of another operation."""

OF_STAFF: Final = "select body from access_entries where strpos(body, $1) > 0 order by day, sequence"


@dataclass(frozen=True)
class Installation:
    """One, with all ways to it."""

    ways: Ways
    staff: StaffPages


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def installation(shared: SharedServers) -> AsyncIterator[Installation]:
    """Of its own: it has extensions for all accounts."""
    async with both_ways(shared) as ways, running_staff(ways.world) as staff:
        yield Installation(ways, staff)


def test_every_operation_with_a_page_has_its_row() -> None:
    with_a_page = {route.operation for route in ROUTES if isinstance(route, StaffRoute)}
    assert {case.operation for case in CASES} == with_a_page | WITHIN_ANOTHER


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_every_way_leaves_the_same_entries(installation: Installation, case: Case) -> None:
    office = OWN if case.role in {"clerk", "supervisor"} else NO_OFFICE
    for way, act in (("page", case.page), ("http", case.http), ("command", case.command)):
        if act is None:
            continue
        about = await case.scene(Stage(installation.ways.api, OWN, "portal"))
        expected = [
            (
                office,
                *entry,
                about.registration_id if case.names_it else None,
                case.detail and case.detail.format(name=about.name),
            )
            for entry in case.entries
        ]
        assert await entries(installation, case, act, about) == expected, way


async def entries(installation: Installation, case: Case, act: Act, about: About) -> list[tuple[Any, ...]]:
    """What an act leaves of its operation: office, outcome, refusal, registration, detail; in order."""
    office = OWN if case.role in {"clerk", "supervisor"} else None
    principal = Principal(f"{case.role}-{uuid4()}", frozenset({Role(case.role)}), office)
    async with seated(installation.staff, principal) as seat:
        await act(Somebody(installation.ways, case.role, principal.id, seat, installation.staff), about)
    rows = await installation.ways.world.sql(OF_STAFF, json.dumps(principal.id))
    found = [load(AccessEntry, row["body"]) for row in rows]
    return [
        (each.office, it.outcome, it.refusal, it.registration_id, it.content.key if it.content else it.detail)
        for each in found
        if (it := each.access).operation == case.operation and it.actor.id == principal.id
    ]
