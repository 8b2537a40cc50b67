"""The desk over HTTP on the real servers."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, form
from tests.support.api import Api, problem
from tests.support.desk import clerk, operator, supervisor, today
from tests.workflows.lives import bring, quiet


async def test_a_clerk_opens_an_account_in_person_once_and_its_office_is_on_record(api: Api, world: World) -> None:
    filled, key = form(), str(uuid4())
    body = {"form": filled, "evidence": EVIDENCE}
    opened = await clerk(api, office="9021").post("/v1/desk/registrations", body, key=key)
    again = await clerk(api, office="9021").post("/v1/desk/registrations", body, key=key)
    assert (opened.status_code, opened.text) == (again.status_code, again.text) == (202, opened.text)
    registration_id = opened.json()["registration_id"]
    found = (await clerk(api).post("/v1/desk/searches", {"receipt_number": opened.json()["receipt_number"]})).json()
    assert [each["registration_id"] for each in found["found"]] == [registration_id]
    assert opened.headers["location"] == f"/v1/desk/registrations/{registration_id}"
    await world.redeem(filled, await world.code(filled["email"]))
    looked = (await clerk(api).get(opened.headers["location"])).json()
    assert (looked["registration_id"], looked["status"]) == (registration_id, "ACTIVE")
    event = (await world.audit.events(registration_id))[0]
    assert (event.actor.kind, event.actor.id, event.actor.office) == ("CLERK", "clerk-7", "9021")
    assert event.evidence


async def test_without_evidence_nothing_is_opened_and_nothing_is_done(api: Api, world: World) -> None:
    refused = await clerk(api).post("/v1/desk/registrations", {"form": form()})
    assert (problem(refused), refused.json()["field"]) == ((422, "invalid-input"), "evidence")
    registration_id, _ = await world.temporary()
    without = EVIDENCE | {"consent": False}
    refused = await clerk(api).act(registration_id, "identity-verification", evidence=without)
    assert (problem(refused), refused.json()["field"]) == ((422, "invalid-input"), "consent")
    assert (await world.audit.snapshot(registration_id)).status is Status.TEMPORARY


async def test_an_act_repeated_under_its_key_is_done_once_and_answered_the_same(api: Api, world: World) -> None:
    registration_id, filled = await bring(world, Status.INACTIVE)
    key, email = str(uuid4()), f"uj.{filled['email']}"
    first = await clerk(api).act(registration_id, "reactivation", key=key, email=email)
    assert (first.status_code, first.json()["status"]) == (200, "AWAITING_REACTIVATION")
    events = await world.audit.events(registration_id)
    assert (await clerk(api).act(registration_id, "reactivation", key=key, email=email)).text == first.text
    assert await world.audit.events(registration_id) == events


async def test_a_signal_reactivates_without_an_answer_and_a_second_one_is_refused_on_record(
    api: Api, world: World
) -> None:
    """Principle 12: no caller waits for the outcome, the record has it under the request that the answer names."""
    registration_id, filled = await bring(world, Status.INACTIVE)
    letters, key = len(world.letters(filled["email"])), str(uuid4())
    first = await clerk(api).act(registration_id, "reactivation-signal", key=key)
    assert (first.status_code, list(first.json())) == (202, ["request_id"])
    assert (await clerk(api).act(registration_id, "reactivation-signal", key=key)).text == first.text
    await world.redeem(filled, await world.code(filled["email"], letters + 1))
    second = await clerk(api, "clerk-8", "9021").act(registration_id, "reactivation-signal")
    await quiet(world, registration_id)
    events = (await world.audit.events(registration_id))[-3:]
    assert [(event.kind, event.actor.id, event.refusal) for event in (events[0], events[2])] == [
        ("REACTIVATED", "clerk-7", None),
        ("SIGNAL_REFUSED", "clerk-8", "NotAccepted"),
    ]
    assert [event.request_id for event in (events[0], events[2])] == [
        answer.json()["request_id"] for answer in (first, second)
    ]
    await clerk(api).act(registration_id, "closure")
    await asyncio.wait_for(world.forward(registration_id, timedelta(hours=75)), 20)
    await world.handle(registration_id).result()
    assert problem(await clerk(api).act(registration_id, "reactivation-signal")) == (409, "not-accepted")


@pytest.mark.parametrize("act", ["disclosure", "receipt"])
async def test_what_is_told_names_to_whom_and_the_evidence_keeps_it_sealed(api: Api, world: World, act: str) -> None:
    """Who, to whom, on which document."""
    registration_id, _ = await world.active()
    for recipient in ({}, {"recipient": ""}):
        seen = {name: value for name, value in EVIDENCE.items() if name != "recipient"} | recipient
        refused = await clerk(api).act(registration_id, act, evidence=seen)
        assert (problem(refused), refused.json()["field"]) == ((422, "invalid-input"), "recipient")
    before = await world.audit.events(registration_id)
    disclosed = await clerk(api).act(registration_id, act, evidence=EVIDENCE | {"recipient": "Meghatalmazott Tihamér"})
    assert disclosed.status_code == 200
    *earlier, event = await world.audit.events(registration_id)
    assert earlier == before
    assert event.evidence
    (life,) = [life async for page in world.engine.audited.some([registration_id]) for life in page]
    (row,) = [row for row in life.evidence if str(row["id"]) == event.evidence.id]
    opened = world.engine.audited.opened(life, row) or b""
    assert json.loads(opened)["proof"]["recipient"] == "Meghatalmazott Tihamér"


async def test_no_answer_with_personal_data_is_kept(api: Api, world: World) -> None:
    """Neither by a cache, nor for a repetition under the same key."""
    registration_id, filled = await world.active()
    disclosed = await clerk(api).act(registration_id, "disclosure", key="a-key")
    assert disclosed.json() == {"registration_id": registration_id, "language": "hu", **filled}
    seen = await supervisor(api).get(f"/v1/desk/registrations/{registration_id}/evidence/4")
    assert seen.json()["evidence"] == EVIDENCE
    assert [answer.headers["cache-control"] for answer in (disclosed, seen)] == ["no-store"] * 2


async def test_the_receipt_is_printed_and_leads_back_to_the_registration(api: Api, world: World) -> None:
    """Number with check digit, user name, e-mail, body, date: JSON, and a page to be printed."""
    registration_id, filled = await world.active()
    path = f"/v1/desk/registrations/{registration_id}/receipt"
    receipt = (await clerk(api).post(path, {"evidence": EVIDENCE})).json()
    assert {name: receipt[name] for name in ("registration_id", "user_name", "email", "body")} == {
        "registration_id": registration_id,
        "user_name": filled["user_name"],
        "email": filled["email"],
        "body": "OKMANYIRODA",
    }
    page = await clerk(api).post(path, {"evidence": EVIDENCE}, accept="text/html")
    assert page.headers["content-type"].startswith("text/html")
    assert receipt["number"] in page.text
    assert filled["user_name"] in page.text
    looked = await clerk(api).get(f"/v1/desk/registrations/{receipt['number']}")
    assert looked.json()["registration_id"] == registration_id
    mistyped = receipt["number"][:-1] + str((int(receipt["number"][-1]) + 1) % 10)
    refused = await clerk(api).get(f"/v1/desk/registrations/{mistyped}")
    assert (problem(refused), refused.json()["rule"]) == ((422, "invalid-input"), "CHECK_DIGIT")


async def test_a_user_name_stands_in_no_path(api: Api, world: World) -> None:
    _, filled = await world.temporary()
    refused = await clerk(api).get(f"/v1/desk/registrations/{filled['user_name']}")
    assert (problem(refused), refused.json()["rule"]) == ((422, "invalid-input"), "REFERENCE")


async def test_a_disabled_clerk_s_token_stops_working_at_once(api: Api) -> None:
    """Before the body is read, in every process; and works again once an operator says so."""
    name = f"clerk-{uuid4().hex[:8]}"
    path, body = "/v1/desk/searches", {"user_name": "senki.sincs"}
    assert (await clerk(api, name).post(path, body)).status_code == 200
    assert (await operator(api).put(f"/v1/operations/disabled-staff/{name}")).status_code == 204
    listed = (await operator(api).get("/v1/operations/disabled-staff")).json()["disabled"]
    assert [each["disabled_by"] for each in listed if each["staff_id"] == name] == ["operator-1"]
    assert problem(await clerk(api, name).post(path, {"nonsense": 1})) == (403, "staff-disabled")
    assert problem(await clerk(api, name).get("/version")) == (403, "staff-disabled")
    assert (await operator(api).delete(f"/v1/operations/disabled-staff/{name}")).status_code == 204
    assert (await clerk(api, name).post(path, body)).status_code == 200


async def test_a_clerk_of_a_closed_office_does_nothing(api: Api, world: World) -> None:
    registration_id, _ = await world.temporary()
    refused = await clerk(api, office="1000-R").act(registration_id, "identity-verification")
    assert problem(refused) == (403, "office-not-open")
    code = f"T-{uuid4().hex[:8]}"
    office = {"body": "OKMANYIRODA", "name": "Teszt", "address": "9999 Teszt", "open": True}
    assert (await operator(api).put(f"/v1/operations/offices/{code}", office)).status_code == 204
    assert (await clerk(api, office=code).act(registration_id, "disclosure")).status_code == 200
    await operator(api).put(f"/v1/operations/offices/{code}", office | {"open": False})
    assert problem(await clerk(api, office=code).act(registration_id, "disclosure")) == (403, "office-not-open")
    listed = (await operator(api).get("/v1/operations/offices")).json()["offices"]
    assert [each["open"] for each in listed if each["code"] == code] == [False]


@pytest.mark.parametrize("role", ["clerk", "portal", "auditor", "operator"])
async def test_refused_attempts_are_on_record(api: Api, world: World, role: str) -> None:
    """Of whatever role: the supervisor sees those of the office."""
    office, name = ("1051", f"clerk-{uuid4().hex[:8]}") if role == "clerk" else (None, f"{role}-{uuid4().hex[:8]}")
    refused = await api.http.get(
        "/v1/desk/accesses", params={"day": today()}, headers=api.bearer(role, caller=name, office=office)
    )
    assert problem(refused) == (403, "wrong-role")
    entries = await world.engine.accesses.entries(office, datetime.now(UTC).date())
    (mine,) = [entry.access for entry in entries if entry.access.actor.id == name]
    assert (mine.operation, mine.outcome, mine.refusal) == ("desk.access_entries", "REFUSED", "WrongRole")


async def test_an_access_record_has_a_day(api: Api) -> None:
    for day in ("2999-01-01", "yesterday", "2026-02-30"):
        refused = await supervisor(api).get("/v1/desk/accesses", day=day)
        assert (problem(refused), refused.json()["field"]) == ((422, "invalid-input"), "day")
