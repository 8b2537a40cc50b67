"""A desk's pages: nobody acts for a person who was not compared, no address names one, all is on record."""

import asyncio
import html
import re
from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from registration.access import Access
from registration.operations import Operation
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.samples import EVIDENCE, form
from starter.pages.forgery import TOKEN_FIELD, form_token
from starter.pages.forms import OWNER_FIELD
from starter.pages.once import KEY_FIELD, new_key
from starter.pages.staff.desk import supervision
from tests.support.desk_pages import RECIPIENT, SEEN, matched_visit, person_of, results, visit
from tests.support.staff import STAFF_FORM, StaffPages, colleague, sign_in
from tests.support.visitors import Visitor, heading, hidden
from tests.workflows.lives import bring


async def entries(staff: StaffPages, office: str, registration_id: str) -> list[Access]:
    """Today's entries of an office about a registration."""
    noted = await staff.world.engine.accesses.entries(office, datetime.now(UTC).date())
    return [each.access for each in noted if each.access.registration_id == registration_id]


async def test_a_search_leads_to_an_address_without_personal_data(staff: StaffPages) -> None:
    _, filled = await staff.world.active(mothers_birth_name="Keresett Katalin")
    criteria = ({"user_name": filled["user_name"]}, {"email": filled["email"]}, person_of(filled))
    async with colleague(staff.url, "clerk-1") as clerk:
        pages = [await results(clerk, **criterion) for criterion in criteria]
    for page, criterion in zip(pages, criteria, strict=True):
        assert heading(page) == "What was found"
        assert "active" in page.text
        private = [str(value) for value in criterion.values() if len(str(value)) > len("1999")]
        assert private
        assert not any(value in str(page.url) for value in private)
        assert filled["email"] not in page.text
    async with colleague(staff.url, "clerk-2") as another:
        answer = await another.get(str(pages[0].url))
        assert (answer.status_code, heading(answer)) == (403, "Visit ended")


async def test_a_search_by_two_criteria_or_a_wrong_number_is_refused_beside_its_field(staff: StaffPages) -> None:
    async with colleague(staff.url, "clerk-1") as clerk:
        both = await clerk.post("/pult", {"user_name": "valaki", "email": "valaki@example.org"})
        assert both.status_code == 422
        assert "must have one criterion" in both.text
        wrong = await clerk.post("/pult", {"receipt_number": "0000-0000-421"})
        assert wrong.status_code == 422
        assert 'id="receipt_number-error"' in wrong.text


async def test_a_clerk_acts_only_for_a_person_who_matches(staff: StaffPages) -> None:
    registration_id, filled = await staff.world.temporary()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await visit(clerk, user_name=filled["user_name"])
        page = await clerk.get(path)
        assert "Not compared yet" in page.text
        for answer in (await clerk.get(f"{path}/azonositas"), await clerk.post(f"{path}/azonositas", SEEN, at=path)):
            assert (answer.status_code, heading(answer)) == (403, "Person not compared")
        wrong = await clerk.post(f"{path}/egyeztetes", person_of(filled, mothers_birth_name="Másik Éva"), at=path)
        assert wrong.status_code == 409
        assert "These are not the data of the registration" in wrong.text
        assert filled["mothers_birth_name"] not in wrong.text
        right = await clerk.post(f"{path}/egyeztetes", person_of(filled), at=path)
        assert right.headers["location"] == path
        assert "The person is the holder of the registration" in (await clerk.get(path)).text
        done = await clerk.post(f"{path}/azonositas", SEEN)
        assert heading(await clerk.get(done.headers["location"])) == "Client at the desk"
        assert "The identity is verified" in (await clerk.get(done.headers["location"])).text
    assert (await staff.world.audit.snapshot(registration_id)).status is Status.ACTIVE
    async with colleague(staff.url, "clerk-2") as another:
        assert (await another.get(path)).status_code == 403
    noted = await entries(staff, "1051", registration_id)
    acts = [(each.operation, each.refusal or each.detail) for each in noted if each.operation != Operation.DESK_LOOK]
    assert acts == [
        (Operation.DESK_VERIFY_IDENTITY, "NotCompared"),
        (Operation.DESK_VERIFY_IDENTITY, "NotCompared"),
        (Operation.DESK_COMPARE, "no match"),
        (Operation.DESK_COMPARE, "match"),
        (Operation.DESK_VERIFY_IDENTITY, None),
    ]


async def test_who_is_found_by_a_document_is_compared_with_it(staff: StaffPages) -> None:
    _, filled = await staff.world.temporary(mothers_birth_name="Okmány Olga")
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await visit(clerk, **person_of(filled))
        assert "The person is the holder of the registration" in (await clerk.get(path)).text


async def test_a_supervisor_decides_without_a_match(staff: StaffPages) -> None:
    registration_id, filled = await staff.world.temporary()
    async with colleague(staff.url, "supervisor-1") as supervisor:
        path = await visit(supervisor, user_name=filled["user_name"])
        page = await supervisor.get(f"{path}/azonositas")
        assert "this is your decision as supervisor" in page.text
        await supervisor.post(f"{path}/azonositas", SEEN)
        matched = await matched_visit(supervisor, filled)
        await supervisor.post(f"{matched}/nyelv", {**SEEN, "language": "en"})
    assert (await staff.world.audit.snapshot(registration_id)).status is Status.ACTIVE
    noted = await entries(staff, "1051", registration_id)
    acts = (Operation.DESK_VERIFY_IDENTITY, Operation.DESK_CHANGE_LANGUAGE)
    assert [(each.operation, each.detail) for each in noted if each.operation in acts] == [
        (Operation.DESK_VERIFY_IDENTITY, "without a match"),
        (Operation.DESK_CHANGE_LANGUAGE, None),
    ]


async def test_the_second_of_two_clerks_sees_who_was_faster(staff: StaffPages) -> None:
    """In the form that was open already, and on the page of the client."""
    registration_id, filled = await bring(staff.world, Status.INACTIVE)
    async with colleague(staff.url, "clerk-1") as first, colleague(staff.url, "clerk-2") as second:
        one, other = await matched_visit(first, filled), await matched_visit(second, filled)
        open_form = (await second.get(f"{other}/ujraaktivalas")).text
        done = await first.post(f"{one}/ujraaktivalas", SEEN)
        assert "reactivated" in (await first.get(done.headers["location"])).text
        assert "document_number" in open_form
        late = await second.post(f"{other}/ujraaktivalas", SEEN)
        assert late.status_code == 409
        assert "clerk-1" in late.text
        assert "clerk-1" in (await second.get(other)).text
    noted = [each.actor.id for each in await entries(staff, "9021", registration_id) if each.refusal]
    assert noted == ["clerk-2"]


async def test_of_fifty_reactivations_at_once_by_two_clerks_one_wins_and_all_others_see_whose(
    staff: StaffPages,
) -> None:
    """Each form has a key of its own: nothing but the rules decides."""
    registration_id, filled = await bring(staff.world, Status.INACTIVE)
    async with colleague(staff.url, "clerk-1") as first, colleague(staff.url, "clerk-2") as second:
        paths = {clerk: await matched_visit(clerk, filled) for clerk in (first, second)}
        answers = await asyncio.gather(
            *(
                _answered(clerk, f"{paths[clerk]}/ujraaktivalas", f"{number:022}")
                for number in range(25)
                for clerk in (first, second)
            )
        )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {303: 1, 409: 49}
    event = (await staff.world.audit.events(registration_id))[-1]
    assert event.kind is EventKind.REACTIVATED
    assert all(event.actor.id in answer.text for answer in answers if answer.status_code == 409)


STILL_WORKED_ON = "This form is still being worked on"


async def _answered(clerk: Visitor, path: str, form_key: str) -> httpx.Response:
    """As a browser that sends the form again where the service was too busy to know the outcome, or still works."""
    answer = await clerk.post(path, SEEN, form_key=form_key)
    for _ in range(60):
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE and STILL_WORKED_ON not in answer.text:
            break
        await asyncio.sleep(1)
        answer = await clerk.post(path, SEEN, form_key=form_key)
    return answer


async def test_no_address_title_or_line_of_the_log_of_a_desk_has_personal_data(
    staff: StaffPages, capfd: pytest.CaptureFixture[str]
) -> None:
    """One client is found, compared, verified, and sees the data; whatever the pages link to is opened, too."""
    _, filled = await staff.world.temporary(
        family_name="Rejtett", given_name="Rita", birth_name="Rejtett Rita", mothers_birth_name="Titok Teréz"
    )
    secret = [*map(str, filled.values()), SEEN["document_number"], "Teréz", "Rejtett"]
    private = [text for text in secret if text not in {"hu", "Győr"}]
    async with colleague(staff.url, "clerk-1") as clerk:
        found = await results(clerk, **person_of(filled))
        path = await matched_visit(clerk, filled)
        answers = [found, await clerk.get(path), await clerk.get(f"{path}/levelek")]
        answers.append(await clerk.post(f"{path}/azonositas", SEEN))
        answers.append(await clerk.post(f"{path}/adatok", {**SEEN, **RECIPIENT}))
        answers.append(await clerk.get(answers[-1].headers["location"]))
        links = {link for answer in answers for link in re.findall(r'href="(/pult[^"]*)"', answer.text)}
        answers += [await clerk.get(link) for link in links]
    seen = [str(answer.url) + answer.headers.get("location", "") + title(answer) for answer in answers]
    logged = "".join(capfd.readouterr())
    assert "/pult/ugyfel" in logged
    for text in private:
        assert not any(text in each for each in seen), text
        assert text not in logged, text


def title(answer: httpx.Response) -> str:
    """The title of a page, if it is one."""
    found = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
    return found[1] if found else ""


async def test_a_form_that_is_sent_twice_acts_once(staff: StaffPages) -> None:
    registration_id, filled = await bring(staff.world, Status.INACTIVE)
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        sent = {**SEEN, "email": f"uj.{filled['email']}"}
        answers = [
            await clerk.post(f"{path}/ujraaktivalas", sent, form_key="A" * 22),
            await clerk.post(f"{path}/ujraaktivalas", sent, form_key="A" * 22),
        ]
        assert answers[0].headers["location"] == answers[1].headers["location"]
    kinds = [event.kind for event in await staff.world.audit.events(registration_id)]
    assert kinds.count(EventKind.REACTIVATED) == 1


async def test_disclosed_data_is_for_this_session_and_each_look_is_on_record(staff: StaffPages) -> None:
    registration_id, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        nobody = await clerk.post(f"{path}/adatok", SEEN)
        assert (nobody.status_code, 'id="recipient-error"' in nobody.text) == (422, True)
        shown = (await clerk.post(f"{path}/adatok", {**SEEN, **RECIPIENT})).headers["location"]
        for _ in range(2):
            assert filled["email"] in (await clerk.get(shown)).text
        receipt = (await clerk.post(f"{path}/nyugta", {**SEEN, **RECIPIENT})).headers["location"]
        assert filled["user_name"] in (await clerk.get(receipt)).text
        assert 'value="BA1234567"' in (await clerk.get(f"{path}/email")).text
    async with colleague(staff.url, "clerk-1") as the_same_clerk_again:
        assert (await the_same_clerk_again.get(shown)).status_code == 403
    noted = await entries(staff, "1051", registration_id)
    assert [
        (each.operation, each.detail)
        for each in noted
        if not each.refusal and (each.operation.startswith("desk.disclos") or each.operation == "desk.receipt")
    ] == [
        ("desk.disclose", None),
        ("desk.disclosed", "data"),
        ("desk.disclosed", "data"),
        ("desk.receipt", None),
        ("desk.disclosed", "receipt"),
    ]


async def test_what_was_disclosed_opens_nothing_else_and_not_after_a_mismatch(staff: StaffPages) -> None:
    """A receipt's id is not that of all data, nor one client's page another's."""
    _, filled = await staff.world.active()
    _, another = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path, elsewhere = await matched_visit(clerk, filled), await matched_visit(clerk, another)
        receipt = (await clerk.post(f"{path}/nyugta", {**SEEN, **RECIPIENT})).headers["location"]
        data = (await clerk.post(f"{path}/adatok", {**SEEN, **RECIPIENT})).headers["location"]
        assert {(await clerk.get(page)).status_code for page in (receipt, data)} == {200}
        bent = (
            receipt.replace("/nyugta/", "/adatok/"),
            data.replace("/adatok/", "/nyugta/"),
            data.replace(path, elsewhere),
        )
        for page in bent:
            answer = await clerk.get(page)
            assert (answer.status_code, heading(answer)) == (403, "Visit ended"), page
            assert filled["mothers_birth_name"] not in answer.text
        await clerk.post(f"{path}/egyeztetes", person_of(filled, mothers_birth_name="Másik Éva"), at=path)
        for page in (receipt, data):
            answer = await clerk.get(page)
            assert (answer.status_code, heading(answer)) == (403, "Person not compared"), page


async def test_a_registration_is_opened_in_person_and_its_receipt_printed(staff: StaffPages) -> None:
    filled = form()
    typed = {**filled, **person_of(filled), **SEEN, "language": "hu"}
    async with colleague(staff.url, "clerk-1") as clerk:
        refused = await clerk.post("/pult/uj", {**typed, "user_name": "", "document_number": "1"})
        assert refused.status_code == 422
        assert {f'id="{name}-error"' in refused.text for name in ("user_name", "document_number")} == {True}
        sent = await clerk.post("/pult/uj", typed)
        assert sent.status_code == 303, sent.text
        asked = sent.headers["location"]
        page = await clerk.get(asked)
        assert "The registration is open" in page.text
        assert 'value="Teszt Elek"' in page.text
        await staff.world.code(filled["email"])
        printed = await clerk.post(asked.removesuffix("/uj"), {**SEEN, **RECIPIENT}, at=asked)
        receipt = await clerk.get(printed.headers["location"])
        assert heading(receipt) == "Registration receipt"
        assert filled["user_name"] in receipt.text


async def test_what_is_verified_already_is_not_offered(staff: StaffPages) -> None:
    """Neither where it was opened in person and awaits its code, nor once a clerk has verified it online."""
    in_person = form()
    await staff.world.desk.register(in_person, EVIDENCE)
    _, active = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        for filled in (in_person, active):
            path = await matched_visit(clerk, filled)
            page = (await clerk.get(path)).text
            assert f'href="{path}/email"' in page
            assert f'href="{path}/azonositas"' not in page
            assert "The identity was already verified by clerk-7 of office 1051" in page


async def test_a_match_uses_up_no_comparison(staff: StaffPages) -> None:
    """A result that is opened again, a double click: the fifth mismatch in an hour is the last, not the fifth try."""
    _, filled = await staff.world.temporary(mothers_birth_name=f"Okmány {uuid4().hex}")
    wrong = person_of(filled, mothers_birth_name="Másik Éva")
    async with colleague(staff.url, "clerk-1") as clerk:
        visits = [await visit(clerk, **person_of(filled)) for _ in range(7)]
        for path in visits:
            assert "The person is the holder of the registration" in (await clerk.get(path)).text
        path = visits[-1]
        statuses = [(await clerk.post(f"{path}/egyeztetes", wrong, at=path)).status_code for _ in range(6)]
        assert statuses == [409] * 5 + [429]


async def test_a_form_that_one_clerk_filled_in_is_nothing_for_the_next_at_the_same_browser(staff: StaffPages) -> None:
    """Without a sign-out: neither its result, nor a visit without comparison, nor an act in the other's name."""
    filled, other = form(), form()
    async with colleague(staff.url, "clerk-1") as browser:
        page = hidden((await browser.get("/pult/uj")).text)
        typed = {**page, **filled, **person_of(filled), **SEEN, "language": "hu"}
        first = await browser.http.post("/pult/uj", data=typed)
        assert (await browser.get(first.headers["location"])).status_code == 200
        cookie = browser.http.cookies[STAFF_FORM]
        await sign_in(browser, "clerk-2")
        assert browser.http.cookies[STAFF_FORM] != cookie
        unsent = {**typed, **other, **person_of(other), KEY_FIELD: new_key()}
        for again in (typed, unsent, {**unsent, TOKEN_FIELD: form_token(browser.http.cookies[STAFF_FORM])}):
            answer = await browser.http.post("/pult/uj", data=again, headers={"Origin": staff.url})
            assert (answer.status_code, heading(answer)) == (403, "This form is not yours")
            assert other["mothers_birth_name"] not in answer.text
        assert (await browser.get(first.headers["location"])).status_code == 403
        without_owner = {**typed, TOKEN_FIELD: form_token(browser.http.cookies[STAFF_FORM])}
        del without_owner[OWNER_FIELD]
        taken = await browser.http.post("/pult/uj", data=without_owner)
        assert (taken.status_code, 'id="user_name-error"' in taken.text) == (409, True)


async def test_a_registration_that_is_sent_again_leads_to_the_visit_that_it_began(staff: StaffPages) -> None:
    """It is no way to a new visit of somebody who was compared."""
    filled = form()
    async with colleague(staff.url, "clerk-1") as clerk:
        typed = {**hidden((await clerk.get("/pult/uj")).text), **filled, **person_of(filled), **SEEN, "language": "hu"}
        sent = [await clerk.http.post("/pult/uj", data=typed) for _ in range(2)]
    assert len({answer.headers["location"] for answer in sent}) == 1


async def test_an_address_is_changed_and_a_registration_closed(staff: StaffPages) -> None:
    """What a closed one refuses says what helps instead."""
    registration_id, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        await clerk.post(f"{path}/email", {**SEEN, "email": f"uj.{filled['email']}"})
        done = await clerk.post(f"{path}/megszuntetes", SEEN)
        page = await clerk.get(done.headers["location"])
        assert "The registration is closed" in page.text
        assert "a new registration" in page.text
    assert (await staff.world.audit.snapshot(registration_id)).status is Status.CLOSED


async def test_a_supervisor_reads_the_record_of_the_office_and_the_evidence_of_an_act(staff: StaffPages) -> None:
    registration_id, filled = await staff.world.temporary()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        await clerk.post(f"{path}/azonositas", SEEN)
        assert (await clerk.get("/pult/naplo")).status_code == 403
        assert (await clerk.get(f"{path}/bizonyitek/3")).status_code == 403
    sequence = (await staff.world.audit.events(registration_id))[-1].sequence
    async with colleague(staff.url, "supervisor-1") as supervisor:
        page = await supervisor.get("/pult/naplo")
        assert registration_id in page.text
        assert "There is no entry" in (await supervisor.get("/pult/naplo?nap=0001-01-01")).text
        path = await visit(supervisor, user_name=filled["user_name"])
        (link,) = re.findall(rf'href="({path}/bizonyitek/\d+)"', (await supervisor.get(path)).text)
        assert link == f"{path}/bizonyitek/{sequence}"
        assert "BA1234567" in (await supervisor.get(link)).text
        refused = await supervisor.get(f"{path}/bizonyitek/1")
        assert (refused.status_code, str(sequence) in refused.text) == (422, True)


async def test_the_record_of_a_day_has_pages(staff: StaffPages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page leads to the older one; entries that come in meanwhile may be shown twice, and none is left out."""
    monkeypatch.setattr(supervision, "_ON_A_PAGE", 3)
    registration_id, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        for _ in range(4):
            await clerk.get(path)
    async with colleague(staff.url, "supervisor-1") as supervisor:
        page, shown = await supervisor.get("/pult/naplo"), 0
        while shown < 5:
            rows = re.findall(r'<td class="number">', page.text)
            assert 1 <= len(rows) <= 3
            shown += page.text.count(registration_id)
            (older,) = re.findall(r'href="(/pult/naplo[^"]*)">Older<', page.text)[:1] or [""]
            assert older or shown >= 5
            page = await supervisor.get(html.unescape(older) if older else "/pult/naplo?oldal=2")
        assert re.search(r">Newer<", page.text)
        assert (await supervisor.get("/pult/naplo?oldal=99999")).status_code == 200


async def test_a_visit_is_over_after_its_minutes_whatever_the_cookie_says(staff: StaffPages) -> None:
    _, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        await staff.world.sql("delete from desk_pages")
        answer = await clerk.get(path)
        assert (answer.status_code, heading(answer)) == (403, "Visit ended")


async def test_an_auditor_has_no_page_of_a_desk(staff: StaffPages) -> None:
    async with colleague(staff.url, "auditor-1") as auditor:
        assert (await auditor.get("/pult")).status_code == 403
