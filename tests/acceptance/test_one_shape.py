"""`--json` prints what the API sends for the same thing, field by field."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from starter.gateway import OperationsGateway
from tests.support.desk import Staff, auditor, clerk, operator
from tests.support.servers import SharedServers
from tests.support.ways import Ways, both_ways
from tests.workflows.lives import quiet


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ways(shared: SharedServers) -> AsyncIterator[Ways]:
    async with both_ways(shared) as found:
        yield found


def timeless(answer: Any) -> Any:  # noqa: ANN401  JSON
    """The answer without the moment that it is about."""
    if isinstance(answer, dict):
        return {name: timeless(part) for name, part in answer.items() if name != "as_of"}
    return [timeless(part) for part in answer] if isinstance(answer, list) else answer


async def same(ways: Ways, arguments: tuple[str, ...], staff: Staff, path: str, **query: str) -> Any:  # noqa: ANN401  JSON
    """What both ways answer."""
    command = await ways.command(*arguments, "--json", "--lang", "en")
    answer = await staff.get(path, **query)
    assert (command.status, answer.status_code) == (0, 200), (command.error, answer.text)
    assert timeless(command.data) == timeless(answer.json()), arguments
    return answer.json()


async def test_an_auditor_s_commands_print_what_the_api_sends(ways: Ways) -> None:
    registration_id, _ = await ways.world.active()
    await quiet(ways.world, registration_id)
    await ways.world.audit.checkpoints.make()
    path, at = f"/v1/audit/registrations/{registration_id}", datetime.now(UTC).isoformat()
    asked = auditor(ways.api)
    timeline = await same(ways, ("audit", "timeline", registration_id), asked, f"{path}/timeline")
    assert timeline["registration_id"] == registration_id
    await same(ways, ("audit", "explain", registration_id, "--at", at), asked, f"{path}/explanation", at=at)
    assert (await same(ways, ("audit", "replay", registration_id), asked, f"{path}/replay"))["holds"]
    assert (await same(ways, ("audit", "verify", registration_id), asked, f"{path}/verification"))["whole"]
    proof = ("audit", "proof", registration_id, "--events")
    await same(ways, proof, asked, f"{path}/proof", events="true")
    await same(ways, ("audit", "keys"), asked, "/v1/audit/keys")
    await same(ways, ("audit", "statistics"), asked, "/v1/audit/statistics")
    accesses = ("audit", "accesses", registration_id)
    await same(ways, accesses, asked, "/v1/audit/accesses", registration=registration_id)
    await same(ways, ("audit", "acts", "--office", "1051"), asked, "/v1/audit/acts", office="1051")
    described = (await ways.command("describe", registration_id, "--json")).data
    description = (await asked.get(f"{path}/description")).json()
    assert timeless(described["workflow"]) == timeless(description)


async def test_a_desk_s_commands_print_what_the_api_sends(ways: Ways) -> None:
    registration_id, filled = await ways.world.active()
    await quiet(ways.world, registration_id)
    await same(
        ways,
        ("clerk", "letters", registration_id),
        clerk(ways.api),
        f"/v1/desk/registrations/{registration_id}/letters",
    )
    found = (await ways.command("clerk", "search", "--user-name", filled["user_name"], "--json")).data
    assert found == (await clerk(ways.api).post("/v1/desk/searches", {"user_name": filled["user_name"]})).json()
    seen = ("--document-kind", "PASSPORT", "--document-number", "BA1234567", "--consent", "--recipient", "Teszt Elek")
    for what, path in (("disclose", "disclosure"), ("receipt", "receipt")):
        printed = (await ways.command("clerk", what, registration_id, *seen, "--json")).data
        assert printed == (await clerk(ways.api).act(registration_id, path)).json()


async def test_an_operator_s_commands_print_what_the_api_sends(ways: Ways) -> None:
    before = datetime.now(UTC) + timedelta(days=30)
    asked = await OperationsGateway(ways.world.engine, "operator-8").extensions.request(before, days=1)
    acting = operator(ways.api)
    own = {"UGYFELKAPU_OPERATOR": "operator-1"}
    path = "/v1/operations/extensions"
    for arguments, where in (
        (("admin", "extend", "list"), path),
        (("admin", "extend", "status", asked.extension_id), f"{path}/{asked.extension_id}"),
        (("admin", "offices", "list"), "/v1/operations/offices"),
        (("admin", "staff", "list"), "/v1/operations/disabled-staff"),
    ):
        printed = (await ways.command(*arguments, "--json", **own)).data
        assert printed == (await acting.get(where)).json(), arguments
