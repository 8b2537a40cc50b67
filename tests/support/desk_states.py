"""Every page of a desk, in every state that looks different, and the way there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from registration.statuses import Status
from starter.dev.samples import EVIDENCE, form
from tests.support.browsing import Person
from tests.support.page_states import PageState, Way
from tests.support.site import RunningSite
from tests.support.staff_browsing import sign_in

DOCUMENT: Final = "BA1234567"


async def find(person: Person, filled: Mapping[str, Any]) -> None:
    """Searches for a user name as the clerk who is signed in."""
    await person.open("/pult")
    await person.fill({"User name": filled["user_name"]})
    await person.press("Search")


async def open_found(person: Person) -> None:
    """Opens the first that was found."""
    button = person.page.get_by_role("row").nth(1).get_by_role("button")
    async with person.page.expect_event("load"):
        await button.click()


async def type_person(person: Person, filled: Mapping[str, Any]) -> None:
    """Types the natural identity data of a form."""
    year, month, day = str(filled["birth_date"]).split("-")
    await person.fill(
        {
            "Name at birth": filled["birth_name"],
            "Year": year,
            "Month": month,
            "Day": day,
            "Mother’s name at birth": filled["mothers_birth_name"],
        }
    )


async def compared(person: Person, filled: Mapping[str, Any]) -> None:
    """The page of a client who was found, and matches."""
    await find(person, filled)
    await open_found(person)
    await type_person(person, filled)
    await person.press("Compare")


async def show_document(person: Person) -> None:
    """Fills in what the clerk saw, unless the page knows it from this visit."""
    if not await person.value("Document"):
        await person.page.get_by_label(person.words("Document"), exact=True).select_option("PASSPORT")
        await person.fill({"Number of the document": DOCUMENT})
    await person.page.get_by_label(person.words("The client has signed the consent"), exact=True).check()


async def inactive(site: RunningSite, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
    """A registration that a clerk can reactivate: its id and form."""
    registration_id, filled = await site.world.active(**changes)
    await site.world.forward(registration_id, timedelta(days=2 * 366))
    await site.world.until(registration_id, Status.PASSWORD_EXPIRED)
    await site.world.forward(registration_id, timedelta(days=61))
    await site.world.until(registration_id, Status.INACTIVE)
    return registration_id, filled


def _at(path: str, who: str = "clerk-1") -> Way:
    async def open_it(person: Person, _site: RunningSite) -> None:
        await sign_in(person, who)
        await person.open(path)

    return open_it


async def _refused_search(person: Person, _site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await person.open("/pult")
    await person.fill({"User name": "valaki.más", "E-mail address": "valaki@example.org"})
    await person.press("Search")


async def _results(person: Person, site: RunningSite) -> None:
    _, filled = await site.world.active()
    await sign_in(person, "clerk-1")
    await find(person, filled)


async def _nothing_found(person: Person, _site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await find(person, {"user_name": "nincs.ilyen"})


async def _client(person: Person, site: RunningSite) -> dict[str, Any]:
    _, filled = await site.world.active()
    await sign_in(person, "clerk-1")
    await find(person, filled)
    await open_found(person)
    return filled


async def _no_match(person: Person, site: RunningSite) -> None:
    filled = await _client(person, site)
    await type_person(person, filled | {"mothers_birth_name": "Másik Éva"})
    await person.press("Compare")


async def _matched(person: Person, site: RunningSite) -> None:
    filled = await _client(person, site)
    await type_person(person, filled)
    await person.press("Compare")


async def _inactive_client(person: Person, site: RunningSite) -> None:
    _, filled = await inactive(site)
    await sign_in(person, "clerk-1")
    await compared(person, filled)


async def _supervised(person: Person, site: RunningSite) -> None:
    _, filled = await site.world.active()
    await sign_in(person, "supervisor-1")
    await find(person, filled)
    await open_found(person)


def _act(title: str) -> Way:
    async def go_there(person: Person, site: RunningSite) -> None:
        await _matched(person, site)
        await person.follow(title)

    return go_there


async def _refused_act(person: Person, site: RunningSite) -> None:
    await _act("Disclose the data")(person, site)
    await person.press("Disclose the data")


async def _refused_language(person: Person, site: RunningSite) -> None:
    await _act("Change the language of the letters")(person, site)
    await show_document(person)
    await person.press("Change the language of the letters")


async def _reactivated(person: Person, site: RunningSite) -> None:
    await _inactive_client(person, site)
    await person.follow("Reactivate")
    await show_document(person)
    await person.press("Reactivate")


def _disclosed(title: str) -> Way:
    async def go_there(person: Person, site: RunningSite) -> None:
        await _act(title)(person, site)
        await person.fill({"Who receives the data": "Teszt Elek"})
        await show_document(person)
        await person.press(title)

    return go_there


async def _letters(person: Person, site: RunningSite) -> None:
    await _matched(person, site)
    await person.follow("Letters")


async def _refused_registration(person: Person, _site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await person.open("/pult/uj")
    await person.press("Open the registration")


async def open_registration(person: Person, filled: Mapping[str, Any]) -> None:
    """Fills in the form at a desk, and sends it."""
    await person.open("/pult/uj")
    await type_person(person, filled)
    await person.fill(
        {
            "Family name": filled["family_name"],
            "Given names": filled["given_name"],
            "Place of birth": filled["birth_place"],
            "User name": filled["user_name"],
            "E-mail address": filled["email"],
        }
    )
    await show_document(person)
    await person.press("Open the registration")


async def _registered(person: Person, _site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await open_registration(person, form())


async def _evidence(person: Person, site: RunningSite) -> None:
    registration_id, filled = await site.world.temporary()
    await site.world.desk.verify_identity(registration_id, EVIDENCE)
    await sign_in(person, "supervisor-1")
    await find(person, filled)
    await open_found(person)
    async with person.page.expect_event("load"):
        await person.page.locator("a[href*=bizonyitek]").click()


async def _ended_visit(person: Person, site: RunningSite) -> None:
    await _matched(person, site)
    await site.world.sql("delete from desk_pages")
    await person.page.reload()


async def _meanwhile(person: Person, site: RunningSite) -> None:
    filled = await _client(person, site)
    await site.world.desk.change_email(filled["user_name"], form()["email"], EVIDENCE)
    await person.page.reload()


async def _sent_in_an_ended_visit(person: Person, site: RunningSite) -> None:
    await _act("Change the e-mail address")(person, site)
    await site.world.sql("delete from desk_pages")
    await person.press("Change the e-mail address")


DESK_STATES: Final[Mapping[str, PageState]] = {
    "desk-search": PageState("Find a registration", _at("/pult")),
    "desk-search-refused": PageState("Find a registration", _refused_search, is_refused=True),
    "desk-results": PageState("What was found", _results),
    "desk-results-none": PageState("What was found", _nothing_found),
    "desk-client": PageState("Client at the desk", _client),
    "desk-client-no-match": PageState("Client at the desk", _no_match, is_refused=True),
    "desk-client-matched": PageState("Client at the desk", _matched),
    "desk-client-inactive": PageState("Client at the desk", _inactive_client),
    "desk-client-supervisor": PageState("Client at the desk", _supervised),
    "desk-client-reactivated": PageState("Client at the desk", _reactivated),
    "desk-client-meanwhile": PageState("Client at the desk", _meanwhile),
    "desk-act": PageState("Change the e-mail address", _act("Change the e-mail address")),
    "desk-language": PageState("Change the language of the letters", _act("Change the language of the letters")),
    "desk-language-refused": PageState("Change the language of the letters", _refused_language, is_refused=True),
    "desk-act-refused": PageState("Disclose the data", _refused_act, is_refused=True),
    "desk-data": PageState("Disclosed data", _disclosed("Disclose the data")),
    "desk-receipt": PageState("Registration receipt", _disclosed("Print the receipt")),
    "desk-letters": PageState("Letters", _letters),
    "desk-register": PageState("Open a registration", _at("/pult/uj")),
    "desk-register-refused": PageState("Open a registration", _refused_registration, is_refused=True),
    "desk-registered": PageState("Print the receipt", _registered),
    "desk-record": PageState("The access record of my office", _at("/pult/naplo", "supervisor-1")),
    "desk-evidence": PageState("What was seen at an act in person", _evidence),
    "desk-visit-ended": PageState("Visit ended", _ended_visit),
    "desk-visit-ended-form": PageState("Visit ended", _sent_in_an_ended_visit),
    "desk-not-allowed": PageState("Not allowed", _at("/pult", "auditor-1")),
}
