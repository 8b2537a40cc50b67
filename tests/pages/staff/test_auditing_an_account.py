"""An account on the auditor's pages: found by id or receipt number, explained, replayed, verified, proven."""

import asyncio
import csv
import io
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from registration.names import workflow_id
from registration.times import day_in_budapest
from starter.dev.installation import World
from starter.gateway.receipt_numbers import printed
from tests.acceptance.command_line import ROOT
from tests.support.staff import StaffPages, colleague, entries_of, running_staff
from tests.support.visitors import Visitor, heading, visitor
from tests.workflows.lives import quiet

SEARCH = "/ellenorzes"
NOBODY = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
ACCOUNT = f"/ellenorzes/fiokok/{NOBODY}"


@pytest_asyncio.fixture(loop_scope="session")
async def auditor(staff: StaffPages) -> AsyncIterator[Visitor]:
    async with colleague(staff.url, "auditor-1") as found:
        yield found


async def account_of(world: World) -> str:
    """The page of an active account."""
    registration_id, _ = await world.active()
    await quiet(world, registration_id)
    return f"/ellenorzes/fiokok/{registration_id}"


async def test_a_receipt_number_leads_to_an_address_with_the_opaque_id_alone(auditor: Visitor, world: World) -> None:
    registration_id, filled = await world.active()
    (row,) = await world.sql("select receipt_number from registrations where id = $1", registration_id)
    for typed in (printed(row["receipt_number"]), registration_id, f" {registration_id.upper()} "):
        answer = await auditor.post(SEARCH, {"reference": typed})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/ellenorzes/fiokok/{registration_id}"
    page = await auditor.get(f"/ellenorzes/fiokok/{registration_id}")
    assert heading(page) == "The life of a registration"
    for personal in (filled["user_name"], filled["email"], filled["birth_name"], filled["mothers_birth_name"]):
        assert personal not in page.text


@pytest.mark.parametrize("typed", ["", "0000-0000-001", "kis.janos", NOBODY])
async def test_what_names_no_account_is_refused_in_the_form_and_on_record(
    auditor: Visitor, world: World, typed: str
) -> None:
    before = len(await entries_of(world, "auditor-1"))
    answer = await auditor.post(SEARCH, {"reference": typed})
    assert answer.status_code in {404, 422}
    assert heading(answer) == "Audit an account"
    assert "There is a problem" in answer.text
    (entry,) = (await entries_of(world, "auditor-1"))[before:]
    assert (entry["operation"], entry["outcome"]) == ("audit.timeline", "REFUSED")


async def test_a_user_name_leads_nowhere(auditor: Visitor, world: World) -> None:
    _, filled = await world.active()
    assert (await auditor.post(SEARCH, {"reference": filled["user_name"]})).status_code == 422
    assert (await auditor.get(f"/ellenorzes/fiokok/{filled['user_name']}")).status_code == 404


async def test_the_page_of_an_account_says_why_it_is_in_its_state(auditor: Visitor, world: World) -> None:
    page = (await auditor.get(await account_of(world))).text
    assert "Why it is in this state" in page
    assert "clerk-7" in page
    assert "S3" in page
    assert "<svg" in page
    assert "/history" not in page


async def test_a_look_at_an_account_leaves_what_it_leaves_over_http_nothing(auditor: Visitor, world: World) -> None:
    path = await account_of(world)
    before = len(await entries_of(world, "auditor-1"))
    for page in ("", "/visszajatszas", "/epseg", "/elet.csv"):
        assert (await auditor.get(path + page)).status_code == 200
    assert len(await entries_of(world, "auditor-1")) == before


async def test_runs_lead_to_temporal_s_web_ui_where_there_is_one(world: World) -> None:
    path = await account_of(world)
    namespace = "https://temporal.example.org/namespaces/ugyfelkapu"
    async with running_staff(world, temporal_ui_url=namespace) as pages, colleague(pages.url, "auditor-1") as auditor:
        registration_id = path.rpartition("/")[2]
        (run,) = (await world.audit.timeline(registration_id)).runs
        link = f"{namespace}/workflows/{workflow_id(registration_id)}/{run.run_id}/history"
        for page in (path, f"{path}/visszajatszas"):
            assert f'href="{link}"' in (await auditor.get(page)).text


async def test_a_day_is_explained_and_one_before_the_beginning_refused(auditor: Visitor, world: World) -> None:
    path = await account_of(world)
    today = day_in_budapest(await world.time(path.rpartition("/")[2])).isoformat()
    explained = await auditor.get(f"{path}/magyarazat", params={"at": today})
    assert heading(explained) == "Why it was in its state"
    assert "clerk-7" in explained.text
    assert (await auditor.get(f"{path}/magyarazat", params={"at": f"{today}T23:59"})).status_code == 200
    for wrong in ("2020-01-01", "2999-01-01", "yesterday", ""):
        before = len(await entries_of(world, "auditor-1"))
        refused = await auditor.get(f"{path}/magyarazat", params={"at": wrong})
        assert refused.status_code == 422
        assert "There is a problem" in refused.text
        (entry,) = (await entries_of(world, "auditor-1"))[before:]
        assert (entry["operation"], entry["registration_id"]) == ("audit.explain", path.rpartition("/")[2])


async def test_decisions_are_replayed_and_the_record_verified_until_an_event_is_changed(
    auditor: Visitor, world: World
) -> None:
    path = await account_of(world)
    assert "Every decision in its histories follows" in (await auditor.get(f"{path}/visszajatszas")).text
    assert "The record is whole" in (await auditor.get(f"{path}/epseg")).text
    swap = "update events set body = replace(body, $2, $3) where registration_id = $1"
    await world.sql(swap, path.rpartition("/")[2], "clerk-7", "clerk-8")
    changed = (await auditor.get(f"{path}/epseg")).text
    await world.sql(swap, path.rpartition("/")[2], "clerk-8", "clerk-7")
    assert "The record is not whole" in changed
    assert "EVENT_ALTERED" in changed


async def test_a_life_is_a_file_for_spreadsheets(auditor: Visitor, world: World) -> None:
    answer = await auditor.get(f"{await account_of(world)}/elet.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="elet.csv"'
    kinds = [line["kind"] for line in csv.DictReader(io.StringIO(answer.text)) if line["sequence"]]
    assert kinds == ["REGISTRATION_OPENED", "CODE_REDEEMED", "IDENTITY_VERIFIED"]


async def test_a_proof_is_a_file_for_the_script_and_refused_before_a_checkpoint(
    auditor: Visitor, world: World, tmp_path: Path
) -> None:
    path = await account_of(world)
    refused = await auditor.get(f"{path}/bizonyitek.json")
    assert (refused.status_code, heading(refused)) == (409, "Not in a checkpoint")
    assert "wait for the next one, or have an operator make one" in refused.text
    await world.audit.checkpoints.make()
    proof = await auditor.get(f"{path}/bizonyitek.json")
    file = tmp_path / "proof.json"
    file.write_text(proof.text, encoding="utf-8")
    assert len(json.loads(proof.text)["events"]) == 3
    command = [
        sys.executable,
        "-I",
        str(ROOT / "docs/verify_proof.py"),
        str(file),
        (await world.audit.checkpoints.keys()).keys[0].hex,
    ]
    assert (await asyncio.to_thread(subprocess.run, command, check=False, capture_output=True)).returncode == 0


@pytest.mark.parametrize("who", ["clerk-1", "supervisor-1", "operator-1"])
@pytest.mark.parametrize(
    ("path", "operation"),
    [
        (SEARCH, "audit.timeline"),
        (ACCOUNT, "audit.timeline"),
        (f"{ACCOUNT}/elet.csv", "audit.timeline"),
        (f"{ACCOUNT}/magyarazat", "audit.explain"),
        (f"{ACCOUNT}/visszajatszas", "audit.replay"),
        (f"{ACCOUNT}/epseg", "audit.verify"),
        (f"{ACCOUNT}/bizonyitek.json", "audit.prove"),
    ],
)
async def test_whoever_is_no_auditor_is_refused_on_record(
    staff: StaffPages, world: World, who: str, path: str, operation: str
) -> None:
    async with colleague(staff.url, who) as somebody:
        assert (await somebody.get(path)).status_code == 403
        assert f'href="{SEARCH}"' not in (await somebody.get("/")).text
    refused = [each for each in await entries_of(world, who) if each["operation"] == operation]
    assert refused[-1]["refusal"] == "WrongRole"


async def test_without_a_session_nothing_is_shown(staff: StaffPages) -> None:
    async with visitor(staff.url) as stranger:
        for path in (SEARCH, ACCOUNT, f"{ACCOUNT}/bizonyitek.json"):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
