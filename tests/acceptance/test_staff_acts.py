"""An auditor's commonest question: which accounts did an office act on, when, and who did it."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registration.staff_acts import StaffAct
from registration.statuses import Status
from registration.times import day_in_budapest
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from starter.gateway import DeskGateway, OperationsGateway
from starter.gateway.csv_lines import csv_header
from tests.acceptance.command_line import CommandLine
from tests.support.accounts import variables_of
from tests.support.api import Api, problem
from tests.support.desk import auditor, clerk
from tests.workflows.lives import bring

PATH = "/v1/audit/acts"


async def reactivated(world: World, name: str, office: str) -> tuple[str, datetime]:
    """An account that somebody reactivated, and when."""
    registration_id, _ = await bring(world, Status.INACTIVE)
    answer = await DeskGateway(world.engine, name, office).reactivate(registration_id, EVIDENCE)
    return registration_id, answer.as_of


async def test_the_reactivations_of_an_office_in_a_month_are_told_with_who_did_them(
    world: World, api: Api, tmp_path: Path
) -> None:
    """Over HTTP and by command, as JSON, CSV and a table alike; other offices, acts and times are left out."""
    here, at = await reactivated(world, "clerk-31", "9021")
    there, _ = await reactivated(world, "clerk-32", "1051")
    day = str(day_in_budapest(at))
    asked = {"office": "9021", "since": day, "until": day, "operation": "reactivate"}
    page = (await auditor(api).get(PATH, **asked)).json()
    (act,) = [each for each in page["acts"] if each["registration_id"] == here]
    assert (act["act"], act["actor_kind"], act["actor_id"], act["office"]) == (
        "REACTIVATED",
        "CLERK",
        "clerk-31",
        "9021",
    )
    assert act["status"] == "AWAITING_REACTIVATION"
    event = (await world.audit.events(here))[act["sequence"] - 1]
    assert (event.at, event.request_id) == (datetime.fromisoformat(act["at"]), act["request_id"])
    assert {each["act"] for each in page["acts"]} == {"REACTIVATED"}
    assert there not in {each["registration_id"] for each in page["acts"]}
    before, after = (str(day_in_budapest(at + timedelta(days=days))) for days in (-1, 1))
    for other in (asked | {"until": before, "since": before}, asked | {"since": after, "until": after}):
        ids = {each["registration_id"] for each in (await auditor(api).get(PATH, **other)).json()["acts"]}
        assert here not in ids
    anywhere = (await auditor(api).get(PATH, since=day, operation="REACTIVATED")).json()["acts"]
    assert {here, there} <= {each["registration_id"] for each in anywhere}

    table = (await auditor(api).get(PATH, accept="text/csv", **asked)).text
    assert table.startswith(csv_header(StaffAct))
    assert [line["actor_id"] for line in csv.DictReader(io.StringIO(table)) if line["registration_id"] == here] == [
        "clerk-31"
    ]
    line = CommandLine(tmp_path, variables_of(world) | {"UGYFELKAPU_AUDITOR": "auditor-9"})
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    assert line("audit", "acts", *options, "--json").data == page
    assert line("audit", "acts", *options, "--csv", "-").output.replace("\n", "\r\n") == table
    shown = line("audit", "acts", *options).output
    assert here in shown
    assert "CLERK clerk-31" in shown
    assert line("audit", "acts", "--office", "0000", "--lang", "en").output == "Nothing was found.\n"
    line("audit", "acts", "--operation", "sing", "--lang", "en").refused(
        2, "--operation: must be one of desk.register, desk.verify_identity"
    )
    noted = await world.sql(
        "select body from access_entries where body like '%\"audit.staff_acts\"%' and body like '%auditor-9%'"
    )
    assert len(noted) == 4
    assert '"detail":"9021 ' in noted[0]["body"]


async def test_acts_come_in_pages_in_order_and_only_to_auditors(
    world: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several kinds and any office too; a disabled auditor gets nothing."""
    monkeypatch.setattr("starter.gateway.auditor._MOST_ACTS", 2)
    ids = [(await world.active())[0] for _ in range(3)]
    first = (await world.audit.events(ids[0]))[-1].at
    for more in ({}, {"office": "1051"}):
        found: list[str] = []
        places: list[str] = []
        asked = {"since": first.isoformat(), "operation": "verify_identity", **more}
        after: dict[str, str] = {}
        while True:
            answer = await auditor(api).get(PATH, **asked, **after)
            page = answer.json()
            assert len(page["acts"]) <= 2
            found += [act["registration_id"] for act in page["acts"]]
            places += [act["at"] for act in page["acts"]]
            if page["next"] is None:
                assert "link" not in answer.headers
                break
            assert 'rel="next"' in answer.headers["link"]
            after = {"after": page["next"]}
        assert [each for each in found if each in ids] == ids
        assert places == sorted(places)
        assert len(set(found)) == len(found)
    assert problem(await clerk(api).get(PATH)) == (403, "wrong-role")
    assert problem(await auditor(api).get(PATH, since="soon")) == (422, "invalid-input")
    assert problem(await auditor(api).get(PATH, after="17")) == (422, "invalid-input")
    assert problem(await auditor(api).get(PATH, ofice="1051")) == (422, "invalid-input")
    await OperationsGateway(world.engine, "operator-9").disable_staff("auditor-1")
    try:
        assert problem(await auditor(api).get(PATH))[0] == 403
    finally:
        await OperationsGateway(world.engine, "operator-9").enable_staff("auditor-1")
