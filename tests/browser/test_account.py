"""My account as a citizen lives it: change the password and the address, look back, download, close; what ends it."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest

from registration.errors import WrongPassword
from registration.operations import Operation
from registration.statuses import Language, Status
from starter.dev.installation import SOON_SECONDS
from starter.dev.samples import EVIDENCE, PASSWORD, form
from starter.gateway import CitizenGateway, DeskGateway, log_ins
from starter.translation import translated
from tests.support.accessibility import assert_accessible
from tests.support.browsing import Person
from tests.support.installation import eventually
from tests.support.page_states import ANOTHER_PASSWORD, log_in, logged_in
from tests.support.site import RunningSite

CLERK: Final = "clerk-of-the-browser"
ENDED: Final = (
    "Your session has ended: nothing was done for {minutes} minutes, the password was changed or has expired, or you "
    "logged out elsewhere. Log in again."
)

PENDING_EMAIL: Final = (
    "You asked for another e-mail address. We have sent a code to the new address, valid until {when}. Until you enter "
    "it, the present address stays."
)


async def is_logged_out(person: Person) -> None:
    """The log-in page, which says why."""
    assert await person.heading() == person.words("Log in")
    assert person.words(ENDED, minutes=15) in await person.text()


async def test_a_new_password_keeps_this_browser_logged_in_and_ends_all_others(
    person: Person, site: RunningSite
) -> None:
    """S7. The old password is typed wrong first; the form can be left without anything done."""
    _, filled = await logged_in(person, site)
    async with site.person(person.version) as elsewhere:
        await log_in(elsewhere, filled["user_name"])
        await person.open("/fiok/jelszo")
        await person.follow("Cancel")
        await person.open("/fiok/jelszo")
        await person.fill({"Present password": "nem ez az", "New password": ANOTHER_PASSWORD})
        await person.press("Change the password")
        assert await person.errors() == {"present_password": person.words("Wrong password")}
        await person.fill({"Present password": PASSWORD, "New password": ANOTHER_PASSWORD})
        await person.press("Change the password")
        assert await person.heading() == person.words("Your password is changed")
        await person.follow("To my account")
        assert await person.heading() == person.words("My account")
        await person.page.reload()
        assert await person.heading() == person.words("My account")

        await elsewhere.page.reload()
        await is_logged_out(elsewhere)
        await log_in(elsewhere, filled["user_name"])
        assert await elsewhere.errors()
        await elsewhere.fill({"Password": ANOTHER_PASSWORD})
        await elsewhere.press("Log in")
        await person.page.reload()
        await person.press("Log out everywhere else")
        assert await person.page.get_by_role("button", name=person.words("Log out everywhere else")).count() == 0
        await elsewhere.page.reload()
        await is_logged_out(elsewhere)


async def test_a_log_in_by_another_browser_is_listed_and_a_letter_asks_whether_it_was_the_client(
    person: Person, site: RunningSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third browser on the same day is listed, too, without a letter; so is a portal."""
    monkeypatch.setattr(log_ins, "now", lambda: datetime.now(UTC) - timedelta(minutes=1))  # to be sent at once
    _, filled = await logged_in(person, site)
    assert len(await listed(person)) == 1
    subject = "Új böngészőből léptek be az Ön Ügyfélkapujába"

    def letters() -> list[EmailMessage]:
        return [letter for letter in site.world.letters(filled["email"]) if letter["Subject"] == subject]

    async def is_sent() -> bool:
        return len(letters()) == 1

    for _ in range(2):
        async with site.person(person.version) as elsewhere:
            await log_in(elsewhere, filled["user_name"])
            await elsewhere.press("Log out")
            await log_in(elsewhere, filled["user_name"])
        await site.world.operations.reconcile()
        await eventually(is_sent, within_seconds=SOON_SECONDS)
    portal = CitizenGateway(site.world.engine, "adóbevallás-<1>")
    for through in (portal, site.world.citizen):
        await through.authenticate(filled["user_name"], PASSWORD, client_address="192.0.2.7")
    await site.world.operations.reconcile()

    (letter,) = letters()
    (path,) = re.findall(r"https?://[^/]+(/\S+)", letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    await person.open("/fiok")
    lines = await listed(person)
    named = person.words("through the portal {portal}", portal="adóbevallás-<1>")
    assert [person.words("through a portal") in line for line in lines] == [True, *[False] * 6]
    assert [named in line for line in lines] == [False, True, *[False] * 5]
    assert ["Chrome" in line for line in lines] == [False, False, *[True] * 5]
    assert "192.0.*.*" in lines[0]
    await person.open(path)
    assert await person.heading() == person.words("Change the password")


async def listed(person: Person) -> list[str]:
    """The lines under "Last log-ins"."""
    heading = person.page.get_by_role("heading", name=person.words("Last log-ins"))
    return await heading.locator("xpath=following-sibling::ul[1]").get_by_role("listitem").all_inner_texts()


async def test_an_address_is_another_once_its_code_is_entered(person: Person, site: RunningSite) -> None:
    """And the old one gets to know. Without the password nothing is sent."""
    _, filled = await logged_in(person, site)
    fresh = f"uj.{form()['email']}"
    await person.open("/fiok/email")
    await person.fill({"New e-mail address": fresh, "Your password": "nem ez az"})
    await person.press("Send the code")
    assert await person.errors() == {"password": person.words("Wrong password")}
    assert await person.value("New e-mail address") == fresh
    await person.fill({"Your password": PASSWORD})
    await person.press("Send the code")
    assert await person.heading() == person.words("We have sent a code to the new address")
    await person.follow("To my account")
    assert f"{filled['email'][:2]}…@example.org" in await person.text()
    assert person.words(PENDING_EMAIL, when="|").split("|")[1] in await person.text()

    await person.page.locator("a[href='/kod/uj-cim']").click()
    await person.fill({"User name": filled["user_name"], "Code": await site.code(fresh)})
    await person.press("Confirm the address")
    assert await person.heading() == person.words("Your e-mail address is changed")
    await person.open("/fiok")
    assert "uj…@example.org" in await person.text()
    assert not await person.page.locator("a[href='/kod/uj-cim']").count()
    await person.open("/fiok/elet")
    assert person.words("The e-mail address was changed.") in await person.text()
    assert fresh not in await person.text()


async def test_letters_come_in_the_other_language_once_it_is_chosen(person: Person, site: RunningSite) -> None:
    """Without a password; the language that letters come in already is no change. Pages keep their own."""
    _, filled = await logged_in(person, site)
    await person.page.locator("a[href='/fiok/nyelv']").click()
    await person.follow("Cancel")
    assert f"{person.words('Language of our letters')} {_named(person, Language.HU)}" in await person.text()

    await person.open("/fiok/nyelv")
    await person.press("Change the language")
    rule = person.words("we write to you in this language already")
    assert await person.errors() == {"language": f"{person.words('Language of our letters')}: {rule}."}
    await person.page.get_by_label("English", exact=True).check()
    await person.press("Change the language")
    assert await person.heading() == person.words("The language of our letters is changed")
    await person.page.reload()
    assert await person.heading() == person.words("The language of our letters is changed")
    await person.follow("To my account")
    assert await person.page.locator("html").get_attribute("lang") == person.version.language
    assert f"{person.words('Language of our letters')} {_named(person, Language.EN)}" in await person.text()

    letters = len(site.world.letters(filled["email"]))
    await person.open("/fiok/jelszo")
    await person.fill({"Present password": PASSWORD, "New password": ANOTHER_PASSWORD})
    await person.press("Change the password")
    letter = await site.world.letter(filled["email"], letters + 1)
    assert (letter["Content-Language"], letter["Subject"]) == ("en", "Your Ügyfélkapu password has been changed")

    await person.open("/fiok/elet")
    changed = person.words("The language of the letters was changed: {language}.", language=Language.EN)
    assert changed in await person.text()


def _named(person: Person, language: Language) -> str:
    """A language, as the account shows it."""
    return translated(language, person.version.language).capitalize()


async def test_a_closed_account_lets_nobody_in(person: Person, site: RunningSite) -> None:
    """S9. Only the code closes it, and until then all can be left as it is."""
    _, filled = await logged_in(person, site)
    await person.open("/fiok/megszuntetes")
    await person.follow("Cancel")
    await person.follow("I do not want to have this account any more")
    await person.fill({"Your password": PASSWORD})
    await person.press("Send the code")
    assert await person.heading() == person.words("We have sent you a code")
    await person.follow("To my account")
    assert await person.heading() == person.words("My account")

    await person.open("/kod/megszuntetes")
    await person.fill({"User name": filled["user_name"], "Code": await site.code(filled["email"], 2)})
    await person.press("Close the account")
    assert await person.heading() == person.words("Your account is closed")
    await person.open("/fiok")
    await is_logged_out(person)
    await log_in(person, filled["user_name"])
    assert await person.errors() == {"user_name": person.words(WrongPassword.problem.title)}


async def test_a_client_sees_which_office_looked_and_takes_their_data_away(
    person: Person, site: RunningSite, tmp_path: Path
) -> None:
    """Of an account with a second page of life; the clerk is nowhere."""
    registration_id, filled = await logged_in(person, site)
    desk = DeskGateway(site.world.engine, CLERK, "1051")
    await desk.look(registration_id)
    for _ in range(20):
        await desk.disclose(registration_id, EVIDENCE)
    office = {each.code: each.name for each in await site.world.engine.offices.every()}["1051"]

    await person.open("/fiok")
    await person.follow("Who looked at my data")
    looks = [
        item.split("\n") for item in await person.page.get_by_role("main").get_by_role("listitem").all_inner_texts()
    ]
    often = " (" + person.words("{times} times", times=20) + ")"
    done = ((Operation.DESK_VERIFY_IDENTITY, ""), (Operation.DESK_LOOK, ""), (Operation.DESK_DISCLOSE, often))
    assert [(look[0].partition(" · ")[2], look[-1]) for look in looks] == [
        (office, _begun(translated(operation, person.version.language)) + times) for operation, times in done
    ]
    await assert_accessible(person)

    await person.open("/fiok/elet")
    await person.follow("Older")
    assert person.words("You entered the code and chose a password.") in await person.text()
    assert "2 / 2" in await person.text()
    await assert_accessible(person)

    await person.open("/fiok")
    await person.follow("Download my data")
    await person.fill({"Your password": "nem ez az"})
    await person.press("Download")
    assert await person.errors()
    await assert_accessible(person)
    await person.fill({"Your password": PASSWORD})
    async with person.page.expect_download() as started:
        await person.page.get_by_role("button", name=person.words("Download"), exact=True).click()
    download = await started.value
    # Chromium calls a navigation that becomes a download aborted.
    assert person.findings.lines == [f"failed: {site.url}/fiok/adataim net::ERR_ABORTED"]
    person.findings.lines.clear()
    assert download.suggested_filename == "ugyfelkapu.json"
    file = tmp_path / "data.json"
    await download.save_as(file)
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert data["form"]["mothers_birth_name"] == filled["mothers_birth_name"]
    assert data["life"][1]["happened"] == person.words("You entered the code and chose a password.")
    assert CLERK not in file.read_text(encoding="utf-8") + await person.text()


async def test_a_password_that_expires_meanwhile_ends_the_session(person: Person, site: RunningSite) -> None:
    registration_id, filled = await logged_in(person, site)
    await site.world.forward(registration_id, timedelta(days=2 * 366))
    await site.world.until(registration_id, Status.PASSWORD_EXPIRED)
    await person.follow("What happened to my account")
    await is_logged_out(person)
    await log_in(person, filled["user_name"])
    await person.follow("Request a code")
    assert await person.heading() == person.words("Forgotten password")


def _begun(words: str) -> str:
    return words[0].upper() + words[1:]
