"""Every page for staff for every role: what each gets is in `role_matrix.csv`, written by hand.

Pages are asked for with what they are about and, where they take a form, with an empty one: who may act is refused for
the form. Who may not gets 403, with one entry in the access record, as over HTTP.
"""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from registration.messages import ActorKind
from registration.operations import Operation
from registration.statuses import Status
from starter.dev.samples import EVIDENCE, form
from starter.gateway import DeskGateway, DeskPages, OperationsGateway
from starter.gateway.principals import Principal
from starter.pages.staff.app import ROUTES
from starter.pages.staff.routes import StaffRoute
from tests.support.matrix import OWN, principal_of
from tests.support.staff import StaffPages, seated

NOBODY: Final = "nobody"
"""Without a session a page leads to the sign-in."""

PAGES: Final = {
    f"{method} {route.path}": route
    for route in ROUTES
    if isinstance(route, StaffRoute)
    for method in (route.methods or set()) - {"HEAD"}
}
_FORBIDDEN: Final = httpx.codes.FORBIDDEN
_UPLOAD: Final = "POST /ellenorzes/ellenorzopontok"
_LONG_AGO: Final = datetime(2001, 1, 1, tzinfo=UTC)
"""An extension of what expires before is for no account."""


def _rows() -> dict[str, dict[str, int]]:
    with (Path(__file__).parent / "role_matrix.csv").open(encoding="utf-8", newline="") as file:
        return {
            line.pop("page"): {caller: int(status) for caller, status in line.items()} for line in csv.DictReader(file)
        }


ROWS: Final = _rows()
ROLES: Final = {
    "clerk": ActorKind.CLERK,
    "supervisor": ActorKind.SUPERVISOR,
    "auditor": ActorKind.AUDITOR,
    "operator": ActorKind.OPERATOR,
}


def test_every_page_has_its_row_and_no_other_has_one() -> None:
    assert sorted(ROWS) == sorted(PAGES)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_is_for_the_roles_of_its_operation(page: str) -> None:
    let_in = {kind for role, kind in ROLES.items() if ROWS[page][role] != _FORBIDDEN}
    assert PAGES[page].operation.row.actors == let_in


@dataclass(frozen=True)
class Scene:
    """What pages are about."""

    staff: StaffPages
    registration_id: str
    extension_id: str
    checkpoint: int

    def id_of(self, caller: str) -> str:
        """Of these tests alone: disabled people stay disabled."""
        return f"{caller}-{self.registration_id}"

    async def path(self, page: str, who: Principal | None, token: str) -> str:
        """The path of a page, about something that this person may see if the role allows it."""
        _, _, path = page.partition(" ")
        about = self.extension_id if "hosszabbitasok" in path else self.registration_id
        filled: dict[str, Any] = {
            "id": about,
            "number": self.checkpoint,
            "sequence": 1,
            "act": "email",
            "key": "A" * 22,
        }
        pages = DeskPages(self.staff.world.engine)
        if "{visit}" in path:
            filled["visit"] = await pages.begin_visit(token, self.registration_id, matches=True)
        if "{page}" in path:
            if "talalatok" in path:
                filled["page"] = await pages.keep_search(token, {"user_name": "nincs.ilyen"})
            else:
                operation = Operation.DESK_RECEIPT if "nyugta" in path else Operation.DESK_DISCLOSE
                filled["page"] = await self._disclosed(pages, who, token, operation)
        return path.replace(":uuid", "").replace(":number", "").format(**filled)

    async def _disclosed(self, pages: DeskPages, who: Principal | None, token: str, operation: Operation) -> str:
        request_id = str(uuid4())
        if who and who.office == OWN and "disabled" not in who.id:
            desk = DeskGateway(self.staff.world.engine, who.id, OWN, who.actor.kind)
            await desk.disclose(self.registration_id, EVIDENCE, request_id=request_id)
        await pages.keep_disclosed(token, request_id, self.registration_id, operation)
        return request_id


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(staff: StaffPages) -> Scene:
    world, operations = staff.world, OperationsGateway(staff.world.engine, "operator-9")
    registration_id = (await DeskGateway(world.engine, "clerk-9", OWN).register(form(), EVIDENCE)).registration_id
    await world.until(registration_id, Status.AWAITING_ACTIVATION)
    extension = await operations.extensions.request(_LONG_AGO, days=1)
    made = await world.audit.checkpoints.make()
    found = Scene(staff, registration_id, extension.extension_id, made.number)
    for caller in ROWS["GET /pult"]:
        if caller.startswith("disabled"):
            await operations.disable_staff(found.id_of(caller))
    return found


@pytest.mark.parametrize("page", sorted(PAGES))
async def test_each_caller_gets_what_the_matrix_says(scene: Scene, page: str) -> None:
    """And who is refused has done nothing but one attempt, which is on record."""
    before = await _entries(scene)
    got = {caller: await _answer(scene, page, caller) for caller in ROWS[page]}
    assert got == ROWS[page]
    noted = await _entries(scene) - before
    for caller, status in got.items():
        if status == _FORBIDDEN:
            mine = [entry for entry in noted.elements() if entry[0] == scene.id_of(caller)]
            assert mine == [(scene.id_of(caller), "REFUSED", *_refusal(page, caller))]


async def _answer(scene: Scene, page: str, caller: str) -> int:
    """The status that a caller gets."""
    principal = None if caller == NOBODY else principal_of(caller, scene.id_of(caller))
    async with seated(scene.staff, principal) as somebody:
        path = await scene.path(page, principal, somebody.token)
        if page.startswith("GET"):
            return (await somebody.get(path)).status_code
        return (await somebody.send(path, files={"copy": ("", b"")} if page == _UPLOAD else {})).status_code


async def _entries(scene: Scene) -> Counter[tuple[str, str, str, str | None]]:
    """Who, outcome, operation and refusal of the entries that these callers have."""
    found = "select body from access_entries where strpos(body, $1) > 0"
    accesses = [json.loads(row["body"])["access"] for row in await scene.staff.world.sql(found, scene.id_of(""))]
    return Counter((it["actor"]["id"], it["outcome"], it["operation"], it.get("refusal")) for it in accesses)


def _refusal(page: str, caller: str) -> tuple[str, str]:
    """Operation and refusal of the entry of a page that a caller may not see."""
    if caller.startswith("disabled"):
        return Operation.PAGES_SESSION, "StaffDisabled"
    if caller == "clerk_of_closed_office":
        return Operation.PAGES_SESSION, "OfficeNotOpen"
    return PAGES[page].operation, "WrongRole"
