"""The record and bulk work over HTTP on the real servers."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from tests.acceptance.command_line import ROOT
from tests.support.api import Api, problem
from tests.support.desk import auditor, clerk, operator, supervisor
from tests.workflows.lives import quiet

UNKNOWN = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"


def record(registration_id: str, what: str) -> str:
    return f"/v1/audit/registrations/{registration_id}/{what}"


def checked(proof: Path, key: str) -> int:
    """The exit status of the stand-alone script."""
    command = [sys.executable, "-I", str(ROOT / "docs" / "verify_proof.py"), str(proof), key]
    return subprocess.run(command, check=False, capture_output=True).returncode


async def test_one_timeline_as_json_csv_and_a_page_tells_who_did_what_when_and_why(api: Api, world: World) -> None:
    registration_id, filled = await world.active()
    await quiet(world, registration_id)
    life = (await auditor(api).get(record(registration_id, "timeline"))).json()
    kinds = [entry["kind"] for entry in life["entries"] if entry["sequence"]]
    assert kinds == ["REGISTRATION_OPENED", "CODE_REDEEMED", "IDENTITY_VERIFIED"]
    verified = next(entry for entry in life["entries"] if entry["kind"] == "IDENTITY_VERIFIED")
    assert (verified["actor_kind"], verified["actor_id"], verified["office"]) == ("CLERK", "clerk-7", "1051")
    assert verified["rule"]
    assert verified["deadline"]
    assert [run["source"] for run in life["runs"]] == ["TEMPORAL"]
    answer = await auditor(api).get(record(registration_id, "timeline"), accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["hash"] or None for line in lines] == [entry["hash"] for entry in life["entries"]]
    page = await auditor(api).get(record(registration_id, "timeline"), accept="text/html,*/*;q=0.8")
    assert page.headers["content-type"].startswith("text/html")
    assert "<svg" in page.text
    for text in (json.dumps(life, ensure_ascii=False), answer.text, page.text):
        assert filled["user_name"] not in text
        assert filled["email"] not in text


async def test_the_receipt_s_number_leads_an_auditor_to_the_registration(api: Api, world: World) -> None:
    registration_id, _ = await world.active()
    number = (await clerk(api).act(registration_id, "receipt")).json()["number"]
    assert (await auditor(api).get(record(number, "timeline"))).json()["registration_id"] == registration_id


async def test_a_moment_is_explained_by_event_rule_and_actor(api: Api, world: World) -> None:
    registration_id, _ = await world.temporary()
    described = (await auditor(api).get(record(registration_id, "description"))).json()
    explained = await auditor(api).get(record(registration_id, "explanation"), at=described["as_of"])
    explanation = explained.json()
    assert (explanation["status"], explanation["because"], explanation["since"]) == (
        "TEMPORARY",
        "CODE_REDEEMED",
        described["since"],
    )
    assert "S3" in explanation["rules"]
    assert "30" in explanation["reason"]
    early = await auditor(api).get(record(registration_id, "explanation"), at="2020-01-01")
    assert problem(early) == (422, "before-the-beginning")
    late = await auditor(api).get(record(registration_id, "explanation"), at="2999-01-01")
    assert problem(late) == (422, "beyond-the-record")
    wrong = await auditor(api).get(record(registration_id, "explanation"), at="yesterday")
    assert (problem(wrong), wrong.json()["field"]) == ((422, "invalid-input"), "at")


async def test_the_decisions_are_replayed(api: Api, world: World) -> None:
    registration_id, _ = await world.active()
    await quiet(world, registration_id)
    report = (await auditor(api).get(record(registration_id, "replay"))).json()
    assert report["holds"]
    assert [run["holds"] for run in report["runs"]] == [True]


async def test_a_whole_record_is_told_whole_and_a_changed_event_by_name(api: Api, world: World) -> None:
    registration_id, _ = await world.active()
    await quiet(world, registration_id)
    whole = (await auditor(api).get(record(registration_id, "verification"))).json()
    assert (whole["whole"], whole["findings"], whole["events"]) == (True, [], 3)
    swap = "update events set body = replace(body, $2, $3) where registration_id = $1"
    await world.sql(swap, registration_id, "clerk-7", "clerk-8")
    changed = (await auditor(api).get(record(registration_id, "verification"))).json()
    await world.sql(swap, registration_id, "clerk-8", "clerk-7")
    assert not changed["whole"]
    assert (3, registration_id) in {(finding["sequence"], finding["about"]) for finding in changed["findings"]}


async def test_a_proof_is_checked_by_the_script_that_needs_nothing_of_this_project(
    api: Api, world: World, tmp_path: Path
) -> None:
    registration_id, _ = await world.active()
    await quiet(world, registration_id)
    made = await world.audit.checkpoints.make()
    numbers = (await auditor(api).get("/v1/audit/checkpoints")).json()["numbers"]
    assert made.number in numbers
    document = (await auditor(api).get(f"/v1/audit/checkpoints/{made.number}")).json()
    assert document["checkpoint"]["root"] == made.root
    assert problem(await auditor(api).get("/v1/audit/checkpoints/999999")) == (404, "no-such-checkpoint")
    (key, *_) = (await auditor(api).get("/v1/audit/keys")).json()["keys"]
    file = tmp_path / "proof.json"
    file.write_text((await auditor(api).get(record(registration_id, "proof"), events="true")).text, encoding="utf-8")
    proof = json.loads(file.read_text(encoding="utf-8"))
    assert len(proof["events"]) == 3
    assert checked(file, key["hex"]) == 0
    proof["events"][2] = proof["events"][2].replace("clerk-7", "clerk-8")
    file.write_text(json.dumps(proof), encoding="utf-8")
    assert checked(file, key["hex"]) == 1


async def test_counts_by_status_channel_office_and_month(api: Api, world: World) -> None:
    await world.temporary()
    statistics = (await auditor(api).get("/v1/audit/statistics", since="2026-01")).json()
    assert (
        statistics["registrations"]
        == sum(statistics["by_status"].values())
        == sum(each["registrations"] for each in statistics["counts"])
    )
    lines = list(csv.DictReader(io.StringIO((await auditor(api).get("/v1/audit/statistics", accept="text/csv")).text)))
    assert list(lines[0]) == ["month", "channel", "office", "status", "registrations"]
    refused = await auditor(api).get("/v1/audit/statistics", since="March")
    assert (problem(refused), refused.json()["field"]) == ((422, "invalid-input"), "since")


async def test_an_auditor_changes_nothing_and_a_miss_is_on_record(api: Api, world: World) -> None:
    """A clerk reads no audit."""
    registration_id, _ = await world.temporary()
    before = await quiet(world, registration_id)
    body = {"evidence": EVIDENCE}
    refused = await auditor(api).post(f"/v1/desk/registrations/{registration_id}/closure", body)
    assert problem(refused) == (403, "wrong-role")
    assert problem(await clerk(api).get(record(registration_id, "timeline"))) == (403, "wrong-role")
    assert await quiet(world, registration_id) == before
    assert problem(await auditor(api).get(record(UNKNOWN, "timeline"))) == (404, "not-found")
    bodies = await world.sql("select body from access_entries where office = '-'")
    noted = [json.loads(row["body"])["access"] for row in bodies]
    mine = {(each["operation"], each.get("refusal")) for each in noted if each["actor"]["id"] == "auditor-1"}
    assert mine >= {("desk.close", "WrongRole"), ("audit.timeline", "NotFound")}


async def test_a_bulk_extension_needs_a_second_person_and_ends_in_a_report(api: Api, world: World) -> None:
    """For passwords that expired long ago, of which this installation has none."""
    wish, key = {"before": "2001-01-01", "days": 90}, str(uuid4())
    counted = (await operator(api).post("/v1/operations/extension-counts", wish)).json()
    assert counted == {"total": 0, "already_past": 0, "counts": []}
    asked = await operator(api).post("/v1/operations/extensions", wish, key=key)
    assert (await operator(api).post("/v1/operations/extensions", wish, key=key)).text == asked.text
    path = asked.headers["location"]
    assert (asked.status_code, asked.json()["state"]) == (201, "REQUESTED")
    assert problem(await operator(api).post(f"{path}/start", {})) == (409, "not-approved")
    assert problem(await operator(api).post(f"{path}/approval")) == (403, "second-person-needed")
    approved = await supervisor(api).post(f"{path}/approval")
    assert approved.json()["approved_by"] == "supervisor-1"
    assert problem(await supervisor(api).post(f"{path}/start", {})) == (403, "wrong-role")
    assert (await operator(api).post(f"{path}/start", {"rate": 10})).status_code == 200
    report = await operator(api).get(f"{path}/report")
    assert report.json() == []
    as_csv = await operator(api).get(f"{path}/report", accept="text/csv")
    assert as_csv.text == "registration_id,valid_until,until,outcome,reason\r\n"
    assert problem(await operator(api).post(f"{path}/start", {"rate": 0})) == (422, "invalid-input")
    assert problem(await operator(api).get(f"/v1/operations/extensions/{UNKNOWN}")) == (404, "no-such-extension")
    newest = (await supervisor(api).get("/v1/operations/extensions")).json()["extensions"][0]
    assert newest == (await operator(api).get(path)).json()
    listed = await operator(api).get("/v1/operations/extensions", older_than=newest["extension_id"])
    assert newest["extension_id"] not in listed.text
    unknown = await operator(api).get("/v1/operations/extensions", older_than=UNKNOWN)
    assert problem(unknown) == (404, "no-such-extension")
    misspelt = await operator(api).get("/v1/operations/extensions", older_than="soon")
    assert problem(misspelt) == (422, "invalid-input")


async def test_nobody_disables_themself(api: Api) -> None:
    refused = await operator(api).put("/v1/operations/disabled-staff/operator-1")
    assert (problem(refused), refused.json()["rule"]) == ((422, "invalid-input"), "NOT_YOURSELF")


async def test_an_expired_token_of_staff_opens_nothing(api: Api) -> None:
    expired = api.bearer("auditor", caller="auditor-1", valid=timedelta(minutes=-5))
    assert problem(await api.http.get("/v1/audit/keys", headers=expired)) == (401, "unauthenticated")
