"""What a desk and an auditor learn of a registration that is closed and erased: by command line and over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final
from uuid import uuid4

import pytest
import pytest_asyncio

from starter.dev.installation import SOON_SECONDS
from starter.dev.samples import EVIDENCE
from tests.support.api import problem
from tests.support.desk import auditor, clerk
from tests.support.servers import SharedServers
from tests.support.ways import SEEN, Ways, both_ways

WAYS: Final = ("command", "http")
NEW_EMAIL: Final = f"uj.{uuid4().hex}@example.org"
ACT_IN_PERSON: Final = SEEN[: SEEN.index("--recipient")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ways(shared: SharedServers) -> AsyncIterator[Ways]:
    async with both_ways(shared) as found:
        yield found


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_closed_and_erased_tells_nothing_of_the_person_and_its_record_stands(
    ways: Ways, way: str
) -> None:
    """Nothing finds it by what the client was; its life and its proof are shown as before."""
    registration_id, filled = await ways.world.active(
        family_name="Törölt", birth_name="Törlendő Tünde", mothers_birth_name=f"Feledett {uuid4().hex[:8]}"
    )
    if way == "command":
        closed = (await ways.command("clerk", "close", registration_id, *SEEN, "--json")).data
    else:
        closed = (await clerk(ways.api).act(registration_id, "closure")).json()
    assert closed["status"] == "CLOSED"
    await asyncio.wait_for(ways.world.handle(registration_id).result(), SOON_SECONDS)
    kinds = [event.kind for event in await ways.world.audit.events(registration_id)]
    assert kinds[-2:] == ["REGISTRATION_CLOSED", "PERSONAL_DATA_ERASED"]
    texts = await (from_the_command_line if way == "command" else over_http)(ways, registration_id, filled, kinds)
    for text in texts:
        for planted in ("Törölt", "Törlendő", "Feledett", filled["user_name"], filled["email"], "BA1234567"):
            assert planted not in text


def criteria_of(filled: Mapping[str, str]) -> list[dict[str, str]]:
    """All that a person could be searched by."""
    identity = {name: filled[name] for name in ("birth_name", "birth_date", "mothers_birth_name")}
    return [{"user_name": filled["user_name"]}, {"email": filled["email"]}, identity]


async def from_the_command_line(
    ways: Ways, registration_id: str, filled: Mapping[str, str], kinds: Sequence[str]
) -> list[str]:
    """All that the commands print of what was erased."""
    searches = [
        ("clerk", "search", *(part for name, text in each.items() for part in (f"--{name.replace('_', '-')}", text)))
        for each in criteria_of(filled)[1:]  # by the user name `describe` asks
    ]
    for act in (
        ("change-email", registration_id, "--email", NEW_EMAIL),
        ("reactivate", registration_id, "--email", NEW_EMAIL),
    ):
        (await ways.command("clerk", *act, *ACT_IN_PERSON)).refused(1, '"closed"')
    named, described, disclosed, timeline, verified, *found = await asyncio.gather(
        ways.command("describe", filled["user_name"]),
        ways.command("describe", registration_id, "--json"),
        ways.command("clerk", "disclose", registration_id, *SEEN),
        ways.command("audit", "timeline", registration_id, "--json"),
        ways.command("audit", "verify", registration_id, "--json"),
        *(ways.command(*each, "--json") for each in searches),
    )
    named.refused(1, "no such registration")
    disclosed.refused(1, '"closed"')
    assert described.data["agree"]
    assert described.data["workflow"]["status"] == described.data["read_model"]["status"] == "CLOSED"
    assert [result.data["found"] for result in found] == [[], []]
    assert [entry["kind"] for entry in timeline.data["entries"] if entry["sequence"]] == kinds
    assert (verified.data["whole"], verified.data["events"]) == (True, len(kinds))
    return [each.output + each.error for each in (named, described, disclosed, timeline, verified, *found)]


async def over_http(ways: Ways, registration_id: str, filled: Mapping[str, str], kinds: Sequence[str]) -> list[str]:
    """All that the API answers of what was erased."""
    desk, audit = clerk(ways.api), f"/v1/audit/registrations/{registration_id}"
    looked = await desk.get(f"/v1/desk/registrations/{registration_id}")
    disclosed = await desk.act(registration_id, "disclosure")
    found = [await desk.post("/v1/desk/searches", each) for each in criteria_of(filled)]
    described, timeline, verified = [
        await auditor(ways.api).get(f"{audit}/{what}") for what in ("description", "timeline", "verification")
    ]
    assert looked.json()["status"] == described.json()["status"] == "CLOSED"
    assert problem(disclosed) == (409, "not-accepted")
    address = {"email": NEW_EMAIL, "evidence": EVIDENCE}
    changed = await desk.put(f"/v1/desk/registrations/{registration_id}/email", address)
    reactivated = await desk.act(registration_id, "reactivation", email=NEW_EMAIL)
    for each in (changed, reactivated):
        assert problem(each) == (409, "not-accepted")
    assert [result.json()["found"] for result in found] == [[], [], []]
    assert [entry["kind"] for entry in timeline.json()["entries"] if entry["sequence"]] == kinds
    assert (verified.json()["whole"], verified.json()["events"]) == (True, len(kinds))
    return [each.text for each in (looked, disclosed, described, timeline, verified, *found)]
