"""What a clerk does and is refused, to its last consequence: by the gateway, over HTTP and on the command line."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

import pytest
import pytest_asyncio

from registration.letters import LetterName
from registration.operations import Operation
from registration.statuses import Status
from registration.times import day_in_budapest
from starter.dev.installation import SOON_SECONDS
from starter.dev.samples import EVIDENCE, form
from starter.gateway import OperationsGateway
from tests.support.desk import clerk
from tests.support.desks import DESKS, Desk, Refused
from tests.support.servers import SharedServers
from tests.support.ways import SEEN, Ways, both_ways
from tests.workflows.lives import REFUSED, bring, code_among, quiet

MONTHS: Final = (
    *("január", "február", "március", "április", "május", "június"),
    *("július", "augusztus", "szeptember", "október", "november", "december"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ways(shared: SharedServers) -> AsyncIterator[Ways]:
    async with both_ways(shared) as found:
        yield found


At = Callable[..., Desk]
"""Makes a desk of the way that the test runs on; `clerk`, `office` and `supervises` may be given."""


@pytest.fixture(params=DESKS)
def at(request: pytest.FixtureRequest, ways: Ways) -> At:
    return partial(DESKS[request.param], ways)


async def test_a_clerk_verifies_an_identity_changes_an_address_and_closes(at: At, ways: Ways) -> None:
    """Each at once; what is closed can't be closed again."""
    registration_id, filled = await ways.world.temporary()
    fresh = f"uj.{filled['email']}"
    assert await at().verify_identity(registration_id) == "ACTIVE"
    assert await at().change_email(registration_id, fresh) == "ACTIVE"
    assert (await at().disclose(registration_id))["email"] == fresh
    assert await at().close(registration_id) == "CLOSED"
    with pytest.raises(Refused) as refused:
        await at().close(registration_id)
    assert refused.value.kind == "NotAccepted"


async def test_a_clerk_has_letters_follow_in_the_language_that_the_client_wants(at: At, ways: Ways) -> None:
    """On the evidence that the client is there; that letters come in this language already is refused."""
    registration_id, _ = await ways.world.temporary()
    assert await at().change_language(registration_id, "en") == "TEMPORARY"
    event = (await ways.world.audit.events(registration_id))[-1]
    assert (event.kind, event.language, event.actor.id) == ("LANGUAGE_CHANGED", "en", "clerk-7")
    assert event.evidence
    with pytest.raises(Refused) as refused:
        await at().change_language(registration_id, "en")
    assert (refused.value.kind, refused.value.rule) == ("InvalidInput", "PRESENT_LANGUAGE")


async def test_a_clerk_reactivates_with_the_answer_at_once_and_the_second_learns_by_whom(at: At, ways: Ways) -> None:
    """The code that goes to the present address lets the client in."""
    registration_id, filled = await bring(ways.world, Status.INACTIVE)
    letters = len(ways.world.letters(filled["email"]))
    assert await at().reactivate(registration_id) == "AWAITING_REACTIVATION"
    event = (await ways.world.audit.events(registration_id))[-1]
    assert (event.kind, event.actor.kind, event.actor.id, event.actor.office) == (
        *("REACTIVATED", "CLERK", "clerk-7"),
        "1051",
    )
    assert event.evidence
    await refuses_the_second(at, registration_id)
    await ways.world.redeem(filled, await ways.world.code(filled["email"], letters + 1))
    assert (await ways.world.audit.snapshot(registration_id)).status is Status.ACTIVE


async def test_a_dead_address_is_replaced_and_the_account_reactivated_in_one_step(at: At, ways: Ways) -> None:
    """The code goes to the new address alone, and the old one gets a letter that it was replaced."""
    registration_id, filled = await bring(ways.world, Status.INACTIVE)
    fresh, letters = f"elo.{filled['email']}", len(ways.world.letters(filled["email"]))
    assert await at().reactivate(registration_id, fresh) == "AWAITING_REACTIVATION"
    before, last = (await ways.world.audit.events(registration_id))[-2:]
    assert (before.kind, last.kind, last.email_id != before.email_id) == ("GRACE_ENDED", "REACTIVATED", True)
    await refuses_the_second(at, registration_id, "masik@example.org")
    code = code_among([await ways.world.letter(fresh, 1), await ways.world.letter(fresh, 2)])
    await quiet(ways.world, registration_id)
    assert len(ways.world.letters(filled["email"])) == letters + 1
    await ways.world.redeem(filled, code)
    assert (await ways.world.audit.snapshot(registration_id)).status is Status.ACTIVE


async def refuses_the_second(at: At, registration_id: str, email: str | None = None) -> None:
    """A clerk who reactivates what clerk-7 has reactivated learns so."""
    with pytest.raises(Refused) as refused:
        await at(clerk="clerk-8", office="9021").reactivate(registration_id, email)
    assert refused.value.kind == "AlreadyReactivated"
    assert "clerk-7 of office 1051" in refused.value.sentence


async def test_a_disclosure_is_on_the_access_record_of_the_office(at: At, ways: Ways) -> None:
    """Who disclosed, for which office, which registration; the event has the same."""
    registration_id, filled = await ways.world.active()
    disclosed = await at(clerk="clerk-8", office="9021").disclose(registration_id)
    assert disclosed == {name: filled[name] for name in ("user_name", "email", "mothers_birth_name")}
    event = (await ways.world.audit.events(registration_id))[-1]
    assert (event.kind, event.actor.id, event.actor.office) == ("DATA_DISCLOSED", "clerk-8", "9021")
    entries = await at(clerk="supervisor-1", office="9021", supervises=True).accesses()
    assert [entry for entry in entries if entry[3] == registration_id] == [
        ("clerk-8", "desk.disclose", "BEGUN", registration_id)
    ]
    noted = await ways.world.engine.accesses.entries("9021", datetime.now(UTC).date())
    assert [each.access.request_id for each in noted if each.access.registration_id == registration_id] == [
        event.request_id
    ]


async def test_a_person_is_compared_with_the_registration_and_nothing_stored_is_shown(at: At, ways: Ways) -> None:
    """What one clerk tries after five mismatches has to wait; each try is on record, with its outcome."""
    registration_id, filled = await ways.world.active(mothers_birth_name="Egyező Éva")
    person = {name: filled[name] for name in ("birth_name", "birth_date", "mothers_birth_name")}
    who = at(clerk=f"comparing-{uuid4().hex[:8]}")
    assert await who.matches(registration_id, person | {"birth_name": person["birth_name"].upper()})
    for _ in range(5):
        assert not await who.matches(registration_id, person | {"mothers_birth_name": "Egyezzen Éva"})
    with pytest.raises(Refused) as refused:
        await who.matches(registration_id, person)
    assert refused.value.kind in {"TooManyGuesses", "TooManyAttempts"}  # its name over HTTP
    noted = await ways.world.engine.accesses.entries("1051", datetime.now(UTC).date())
    about = [each.access for each in noted if each.access.operation == Operation.DESK_COMPARE]
    own = [each for each in about if each.registration_id == registration_id]
    assert [each.refusal or each.detail for each in own] == ["match", *5 * ["no match"], "TooManyGuesses"]


async def test_a_search_takes_one_criterion_and_finds_by_each(at: At, ways: Ways) -> None:
    registration_id, filled = await ways.world.active(mothers_birth_name=f"Kereső {uuid4().hex[:8]}")
    receipt = await at().receipt(registration_id)
    assert receipt == {
        "registration_id": registration_id,
        "number": receipt["number"],
        "user_name": filled["user_name"],
        "email": filled["email"],
        "body": "OKMANYIRODA",
    }
    identity = {name: filled[name] for name in ("birth_name", "birth_date", "mothers_birth_name")}
    for criterion in (
        {"receipt_number": receipt["number"]},
        {"user_name": filled["user_name"].upper()},
        {"email": filled["email"]},
        identity,
    ):
        found, answer = await at().find(criterion)
        assert found == [registration_id], criterion
        assert filled["email"] not in answer
    for wrong in ({}, {"user_name": "a", "email": "b"}):
        with pytest.raises(Refused) as refused:
            await at().find(wrong)
        assert (refused.value.kind, refused.value.rule) == ("InvalidInput", "ONE_CRITERION")


async def test_a_supervisor_reads_on_which_evidence_an_act_of_the_office_was_done(at: At, ways: Ways) -> None:
    registration_id, _ = await ways.world.active()
    supervisor = at(clerk="supervisor-1", supervises=True)
    read = await supervisor.evidence(registration_id, 3)
    assert read == ("IDENTITY_VERIFIED", "clerk-7", EVIDENCE["document_number"])
    with pytest.raises(Refused) as refused:
        await at().evidence(registration_id, 3)
    assert refused.value.kind == "WrongRole"
    with pytest.raises(Refused) as refused:
        await at(clerk="supervisor-2", office="9021", supervises=True).evidence(registration_id, 3)
    assert (refused.value.kind, refused.value.rule) == ("InvalidInput", "OWN_ACT")


async def test_a_letter_sent_again_arrives_and_its_code_is_good(at: At, ways: Ways) -> None:
    """Its first address was refused for good; sent again, it goes to the present one."""
    registration_id, filled = await bring_lost(ways)
    present = f"elo.{uuid4().hex[:8]}@example.org"
    (lost,) = (await ways.world.audit.describe(registration_id)).undelivered_letters
    assert (await at().letters(registration_id))[lost.letter_id] != "SENT"
    await at().change_email(registration_id, present)
    await ways.world.letter(present, 1)
    await quiet(ways.world, registration_id)
    before = len(ways.world.letters(present))
    events = await ways.world.audit.events(registration_id)
    (moved,) = [event.sequence for event in events if event.kind == "EMAIL_CHANGED"]
    with pytest.raises(Refused) as refused:
        await at().send_again(registration_id, f"{moved}-email_changed_new")
    assert refused.value.kind == "NoSuchLetter"
    assert await at().send_again(registration_id, lost.letter_id) == "AWAITING_ACTIVATION"
    code = await ways.world.code(present, before + 1)
    await quiet(ways.world, registration_id)
    event = (await ways.world.audit.events(registration_id))[-1]
    assert (event.kind, event.letter, event.actor.id) == ("LETTER_SENT_AGAIN", LetterName(1, lost.kind), "clerk-7")
    assert (await at().letters(registration_id))[f"{event.sequence}-code_password"] == "SENT"
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


async def test_who_acts_for_a_closed_office_or_is_disabled_is_on_its_access_record(at: At, ways: Ways) -> None:
    """A refused attempt names who, what, and why; nothing has changed."""
    registration_id, _ = await ways.world.temporary()
    events = await ways.world.audit.events(registration_id)
    disabled, stranger = f"clerk-{uuid4().hex[:8]}", f"clerk-{uuid4().hex[:8]}"
    await OperationsGateway(ways.world.engine, "operator-1").disable_staff(disabled)
    for staff_id, office, kind in ((disabled, "1051", "StaffDisabled"), (stranger, "1000-R", "OfficeNotOpen")):
        with pytest.raises(Refused) as refused:
            await at(clerk=staff_id, office=office).verify_identity(registration_id)
        assert refused.value.kind == kind
    own = await at(clerk="supervisor-1", supervises=True).accesses()
    assert {(who, refusal) for who, _, refusal, _ in own if who in {disabled, stranger}} == {
        (disabled, "StaffDisabled")
    }
    closed = await ways.world.engine.accesses.entries("1000-R", datetime.now(UTC).date())
    assert [(each.access.actor.office, each.access.refusal) for each in closed if each.access.actor.id == stranger] == [
        ("1000-R", "OfficeNotOpen")
    ]
    assert await ways.world.audit.events(registration_id) == events


async def test_the_receipt_tells_the_days_of_registration_and_of_issue_in_budapest(ways: Ways) -> None:
    """As JSON and as a page, both ways, in either language; at 23:30 UTC it is the next day in Budapest."""
    registration_id, _ = await ways.world.active()
    moved = "update registrations set submitted_at = '2025-03-09T23:30:00Z' where id = $1"
    await ways.world.sql(moved, registration_id)
    act, path = ("clerk", "receipt", registration_id, *SEEN), f"/v1/desk/registrations/{registration_id}/receipt"
    first = day_in_budapest(datetime.now(UTC))
    printed = (await ways.command(*act, "--json")).data
    assert (await ways.command(*act, "--html", "receipt.html", "--lang", "hu")).status == 0
    answer = (await clerk(ways.api).post(path, {"evidence": EVIDENCE})).json()
    english = (await clerk(ways.api).post(path, {"evidence": EVIDENCE}, accept="text/html")).text
    last = day_in_budapest(datetime.now(UTC))
    for receipt in (printed, answer):
        assert receipt["registered_on"] == "2025-03-10"
        assert date.fromisoformat(receipt["issued_on"]) in {first, last}
    hungarian = (ways.folder / "receipt.html").read_text(encoding="utf-8")
    assert "2025. március 10." in hungarian
    assert any(f"{day.year}. {MONTHS[day.month - 1]} {day.day}." in hungarian for day in (first, last))
    assert "March 10, 2025" in english
    assert any(f"{day:%B} {day.day}, {day.year}" in english for day in (first, last))
