"""A desk's pages: nobody acts for a person who was not compared, no address names one, all is on record."""

import re
from uuid import uuid4

import httpx
import pytest

from registration.operations import Operation
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.samples import EVIDENCE, form
from tests.support.desk_pages import RECIPIENT, SEEN, entries, matched_visit, person_of, results, visit
from tests.support.staff import StaffPages, colleague
from tests.support.visitors import heading
from tests.workflows.lives import bring


def wrong_fields(answer: httpx.Response) -> list[str]:
    """The fields that the summary of a form links to, in its order. AssertionError where none is refused."""
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    return re.findall(r'<li><a href="#(\w+)">', answer.text)


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
        one = await clerk.post("/pult", {"birth_name": "Kiss Éva"})
        assert wrong_fields(one) == ["birth_date", "mothers_birth_name"]
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
            assert f'href="{path}">Back to the client' in answer.text
        empty = await clerk.post(f"{path}/egyeztetes", person_of(filled, birth_name="", birth_day=""), at=path)
        assert wrong_fields(empty) == ["birth_name", "birth_date"]
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
        (Operation.DESK_COMPARE, "InvalidInput"),
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


async def test_a_registration_is_opened_in_person_and_its_receipt_printed(staff: StaffPages) -> None:
    filled = form()
    typed = {**filled, **person_of(filled), **SEEN, "language": "hu"}
    async with colleague(staff.url, "clerk-1") as clerk:
        wrong = {"birth_name": "", "birth_day": "", "document_number": "1", "consent": "", "user_name": "x"}
        refused = await clerk.post("/pult/uj", {**typed, **wrong})
        assert wrong_fields(refused) == ["birth_name", "birth_date", "document_number", "consent", "user_name"]
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


async def test_an_address_is_changed_and_a_registration_closed(staff: StaffPages) -> None:
    """What a closed one refuses says what helps instead."""
    registration_id, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        refused = await clerk.post(f"{path}/email", {"email": "nem.cim", "document_number": "1"})
        assert wrong_fields(refused) == ["email", "document_kind", "consent"]
        await clerk.post(f"{path}/email", {**SEEN, "email": f"uj.{filled['email']}"})
        done = await clerk.post(f"{path}/megszuntetes", SEEN)
        page = await clerk.get(done.headers["location"])
        assert "The registration is closed" in page.text
        assert "a new registration" in page.text
    assert (await staff.world.audit.snapshot(registration_id)).status is Status.CLOSED


async def test_an_auditor_has_no_page_of_a_desk(staff: StaffPages) -> None:
    async with colleague(staff.url, "auditor-1") as auditor:
        assert (await auditor.get("/pult")).status_code == 403
