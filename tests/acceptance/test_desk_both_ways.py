"""What a clerk does and is refused, to its last consequence: from the command line and over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from registration.letters import LetterName
from registration.statuses import Status
from starter.gateway import AdministrationGateway
from tests.support.api import problem
from tests.support.desk import auditor, clerk, supervisor
from tests.support.ways import SEEN, Ways, both_ways
from tests.support.world import EVIDENCE, SOON_SECONDS, form
from tests.workflows.lives import REFUSED, bring, quiet

WAYS: Final = ("command", "http")
MONTHS: Final = (
    *("január", "február", "március", "április", "május", "június"),
    *("július", "augusztus", "szeptember", "október", "november", "december"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ways() -> AsyncIterator[Ways]:
    async with both_ways() as found:
        yield found


async def test_a_clerk_reactivates_in_person_and_has_the_answer_at_once(ways: Ways) -> None:
    """Neither as a signal nor with another address: the code that goes to the present one lets the client in."""
    registration_id, filled = await bring(ways.world, Status.INACTIVE)
    letters = len(ways.world.letters(filled["email"]))
    answer = (await ways.command("clerk", "reactivate", filled["user_name"], *SEEN, "--json")).data
    assert answer["status"] == "AWAITING_REACTIVATION"
    assert datetime.fromisoformat(answer["deadline"]) > datetime.fromisoformat(answer["as_of"])
    event = (await ways.world.audit.events(registration_id))[-1]
    assert (event.kind, event.actor.kind, event.actor.id, event.actor.office) == (
        *("REACTIVATED", "CLERK", "clerk-7"),
        "1051",
    )
    assert event.evidence
    await ways.world.redeem(filled, await ways.world.code(filled["email"], letters + 1))
    assert (await ways.world.audit.snapshot(registration_id)).status is Status.ACTIVE


async def test_a_disclosure_stands_on_the_access_record_of_the_office(ways: Ways) -> None:
    """Under the request that the event names: who disclosed, for which office, which registration."""
    registration_id, filled = await ways.world.active()
    office = ("--office", "9021", "--clerk", "clerk-8")
    told = (await ways.command("clerk", "disclose", registration_id, *office, *SEEN, "--json")).data
    assert told == {"registration_id": registration_id, "language": "hu", **filled}
    event = (await ways.world.audit.events(registration_id))[-1]
    assert event.kind == "DATA_DISCLOSED"
    read = ("accesses", "--supervisor", "--clerk", "supervisor-1", "--office", "9021", "--json")
    entries = (await ways.command("clerk", *read)).data["entries"]
    (mine,) = [entry for entry in entries if entry["registration_id"] == registration_id]
    assert (mine["kind"], mine["id"], mine["office"]) == ("CLERK", "clerk-8", "9021")
    assert (mine["operation"], mine["outcome"], mine["request_id"]) == ("desk.disclose", "SENT", event.request_id)


async def test_a_search_from_the_command_line_finds_by_each_criterion(ways: Ways) -> None:
    registration_id, filled = await ways.world.active(mothers_birth_name=f"Kereső {uuid4().hex[:8]}")
    number = (await clerk(ways.api).act(registration_id, "receipt")).json()["number"]
    identity = [
        part
        for name in ("birth_name", "birth_date", "mothers_birth_name")
        for part in (f"--{name.replace('_', '-')}", filled[name])
    ]
    criteria = (
        ["--receipt", number],
        ["--user-name", filled["user_name"].upper()],
        ["--email", filled["email"]],
        identity,
    )
    found = await asyncio.gather(*(ways.command("clerk", "search", *each, "--json") for each in criteria))
    for each, answer in zip(criteria, found, strict=True):
        assert [one["registration_id"] for one in answer.data["found"]] == [registration_id], each
        assert filled["email"] not in answer.output


@pytest.mark.parametrize("way", WAYS)
async def test_a_letter_sent_again_arrives_and_its_code_is_good(ways: Ways, way: str) -> None:
    """Its first address was refused for good; sent again, it goes to the present one."""
    registration_id, filled = await bring_lost(ways)
    present = f"elo.{uuid4().hex[:8]}@example.org"
    (lost,) = (await ways.world.audit.describe(registration_id)).undelivered_letters
    await ways.world.desk.change_email(registration_id, present, EVIDENCE)
    await ways.world.letter(present, 1)
    await quiet(ways.world, registration_id)
    before = len(ways.world.letters(present))
    events = await ways.world.audit.events(registration_id)
    (moved,) = [event.sequence for event in events if event.kind == "EMAIL_CHANGED"]
    if way == "command":
        answer = (await ways.command("clerk", "send-again", registration_id, lost.letter_id, "--json")).data
    else:
        path = f"/v1/desk/registrations/{registration_id}/letters/{lost.letter_id}/sending"
        answer = (await clerk(ways.api).post(path)).json()
    assert answer["status"] == "AWAITING_ACTIVATION"
    code = await ways.world.code(present, before + 1)
    await quiet(ways.world, registration_id)
    event = (await ways.world.audit.events(registration_id))[-1]
    assert (event.kind, event.letter, event.actor.id) == ("LETTER_SENT_AGAIN", LetterName(1, lost.kind), "clerk-7")
    letters = {letter.letter_id: letter.outcome for letter in await ways.world.audit.letters(registration_id)}
    assert letters[f"{event.sequence}-code_password"] == "SENT"
    undelivered = (await ways.world.audit.describe(registration_id)).undelivered_letters
    assert [letter.letter_id for letter in undelivered] == [f"{moved}-email_changed_old"], "the code's is no more"
    await ways.world.redeem(filled, code)
    assert (await ways.world.audit.snapshot(registration_id)).status is Status.TEMPORARY


async def bring_lost(ways: Ways) -> tuple[str, dict[str, Any]]:
    """A registration whose code did not arrive."""
    filled = form(email=f"{REFUSED}.{uuid4()}@example.org")
    registration_id = await ways.world.register(filled)
    async with asyncio.timeout(SOON_SECONDS):
        while not (await ways.world.audit.describe(registration_id)).undelivered_letters:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.05)
    return registration_id, filled


@pytest.mark.parametrize("way", WAYS)
async def test_who_acts_for_a_closed_office_or_is_disabled_stands_on_its_access_record(ways: Ways, way: str) -> None:
    """A refused attempt names who, what, and why; nothing has changed."""
    registration_id, _ = await ways.world.temporary()
    events = await ways.world.audit.events(registration_id)
    disabled, stranger = f"clerk-{uuid4().hex[:8]}", f"clerk-{uuid4().hex[:8]}"
    await AdministrationGateway(ways.world.engine, "operator-1").disable(disabled)
    if way == "command":
        act = ("clerk", "verify-identity", registration_id, *SEEN)
        first, second = await asyncio.gather(
            ways.command(*act, "--clerk", disabled), ways.command(*act, "--clerk", stranger, "--office", "1000-R")
        )
        first.refused(1, "may not act any more")
        second.refused(1, "The office 1000-R")
        read = await ways.command("clerk", "accesses", "--supervisor", "--clerk", "supervisor-1", "--json")
        own = [flat(entry) for entry in read.data["entries"]]
    else:
        refused = await clerk(ways.api, disabled).act(registration_id, "identity-verification")
        assert problem(refused) == (403, "staff-disabled")
        refused = await clerk(ways.api, stranger, "1000-R").act(registration_id, "identity-verification")
        assert problem(refused) == (403, "office-not-open")
        read_http = await supervisor(ways.api).get("/v1/desk/accesses", day=f"{datetime.now(UTC):%Y-%m-%d}")
        own = [flat(entry) for entry in read_http.json()["entries"]]
    closed = await ways.world.engine.accesses.entries("1000-R", datetime.now(UTC).date())
    outcomes = {(who, outcome) for who, _, outcome in own if who in {disabled, stranger}}
    assert outcomes == {(disabled, "StaffDisabled")}
    assert [(each.access.actor.office, each.access.outcome) for each in closed if each.access.actor.id == stranger] == [
        ("1000-R", "OfficeNotOpen")
    ]
    assert await ways.world.audit.events(registration_id) == events


def flat(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Who did what with which outcome."""
    return entry["id"], entry["operation"], entry["outcome"]


async def test_the_receipt_tells_the_days_of_registration_and_of_issue_in_budapest(ways: Ways) -> None:
    """As JSON and as a page, both ways, in either language; at 23:30 UTC it is the next day in Budapest."""
    registration_id, _ = await ways.world.active()
    moved = "update registrations set submitted_at = '2025-03-09T23:30:00Z' where id = $1"
    await ways.world.sql(moved, registration_id)
    act, path = ("clerk", "receipt", registration_id, *SEEN), f"/v1/desk/registrations/{registration_id}/receipt"
    first = today_in_budapest()
    printed = (await ways.command(*act, "--json")).data
    assert (await ways.command(*act, "--html", "receipt.html", "--lang", "hu")).status == 0
    answer = (await clerk(ways.api).post(path, {"evidence": EVIDENCE})).json()
    english = (await clerk(ways.api).post(path, {"evidence": EVIDENCE}, accept="text/html")).text
    last = today_in_budapest()
    for told in (printed, answer):
        assert told["registered_on"] == "2025-03-10"
        assert date.fromisoformat(told["issued_on"]) in {first, last}
    hungarian = (ways.folder / "receipt.html").read_text(encoding="utf-8")
    assert "2025. március 10." in hungarian
    assert any(f"{day.year}. {MONTHS[day.month - 1]} {day.day}." in hungarian for day in (first, last))
    assert "March 10, 2025" in english
    assert any(f"{day:%B} {day.day}, {day.year}" in english for day in (first, last))


def today_in_budapest() -> date:
    return datetime.now(ZoneInfo("Europe/Budapest")).date()


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_closed_and_erased_tells_nothing_of_the_person_and_its_record_stands(
    ways: Ways, way: str
) -> None:
    """Nothing finds it by what the client was; its life and its proof are told as before."""
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
    told = await (from_the_command_line if way == "command" else over_http)(ways, registration_id, filled, kinds)
    for text in told:
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
    named, described, disclosed, timeline, verified, *found = await asyncio.gather(
        ways.command("describe", filled["user_name"]),
        ways.command("describe", registration_id, "--json"),
        ways.command("clerk", "disclose", registration_id, *SEEN),
        ways.command("audit", "timeline", registration_id, "--json"),
        ways.command("audit", "verify", registration_id, "--json"),
        *(ways.command(*each, "--json") for each in searches),
    )
    named.refused(1, "no such registration")
    disclosed.refused(1, "CLOSED")
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
    assert [result.json()["found"] for result in found] == [[], [], []]
    assert [entry["kind"] for entry in timeline.json()["entries"] if entry["number"]] == kinds
    assert (verified.json()["whole"], verified.json()["events"]) == (True, len(kinds))
    return [each.text for each in (looked, disclosed, described, timeline, verified, *found)]
