"""Journeys with the keyboard alone, in both versions: nothing needs a pointer, and the focus is always seen."""

from collections.abc import Mapping
from typing import Final

import pytest

from starter.dev.samples import PASSWORD, form
from tests.support.browsing import Person
from tests.support.keyboard import Keyboard
from tests.support.page_states import ANOTHER_PASSWORD, WRONG_CODE
from tests.support.site import RunningSite

SENT: Final = "We have sent you a code"


@pytest.fixture
def keyboard(person: Person) -> Keyboard:
    return Keyboard(person)


async def log_in(keyboard: Keyboard, site: RunningSite) -> Mapping[str, str]:
    """An active account whose owner has logged in; its form."""
    _, filled = await site.world.active()
    await keyboard.person.open("/")
    await keyboard.skip()
    await keyboard.type({"User name": filled["user_name"], "Password": PASSWORD})
    await keyboard.person.enter()
    assert await keyboard.person.heading() == keyboard.person.words("My account")
    return filled


async def test_a_registration_from_its_start_to_its_result(person: Person, keyboard: Keyboard) -> None:
    """A refused field is reached from the summary; an answer is changed from the check; letters are in English."""
    filled = form()
    await person.open("/")
    await keyboard.follow("Register")
    await keyboard.follow("Begin the form")
    await keyboard.press("Continue")
    await keyboard.mend("user_name")
    await person.page.keyboard.type(filled["user_name"])
    await person.enter()

    assert await person.heading() == person.words("Your e-mail address")
    await keyboard.type({"E-mail address": filled["email"]})
    await person.page.keyboard.press("Tab")
    assert await keyboard.focused("name") == "language"
    for key in ("ArrowDown", "ArrowUp", "ArrowDown"):
        await person.page.keyboard.press(key)
        await keyboard.assert_focus_is_seen()
    chosen = person.page.locator("input[name=language]:checked")
    letters = await chosen.get_attribute("value")
    await keyboard.press("Continue")

    names = {"Family name": "family_name", "Given names": "given_name", "Name at birth": "birth_name"}
    await keyboard.type({label: filled[name] for label, name in names.items()})
    await keyboard.press("Continue")
    year, month, day = filled["birth_date"].split("-")
    await keyboard.type({"Place of birth": filled["birth_place"], "Year": year, "Month": month, "Day": day})
    await keyboard.type({"Mother’s name at birth": filled["mothers_birth_name"]})
    await person.page.keyboard.press("Shift+Tab")
    assert await keyboard.focused("name") == "birth_day"
    await keyboard.assert_focus_is_seen()
    await keyboard.press("Continue")

    assert await person.heading() == person.words("Check your answers")
    await keyboard.follow(f"{person.words('Change')} : {person.words('Language of our letters')}")
    assert await chosen.get_attribute("value") == letters
    await keyboard.press("Continue")
    await keyboard.press("Send in the registration")
    assert await person.heading() == person.words(SENT)
    await keyboard.skip()
    await keyboard.follow("Enter the code")
    assert await person.heading() == person.words("Enter the code and choose a password")


async def test_a_code_is_entered(person: Person, keyboard: Keyboard, site: RunningSite) -> None:
    """The first time wrong. With scripts the password can be looked at, and is hidden again."""
    _, filled, code = await site.world.registered()
    await person.open("/")
    await keyboard.follow("I have a code")
    await keyboard.type({"User name": filled["user_name"], "Code": WRONG_CODE, "New password": ANOTHER_PASSWORD})
    if person.version.scripts:
        for name, kind in (("Show the password", "text"), ("Hide the password", "password")):
            await keyboard.to(name) if kind == "text" else await keyboard.assert_focus_is_seen()
            await person.page.keyboard.press("Space")
            assert await person.page.locator("#password").get_attribute("type") == kind
    await person.page.keyboard.press("Tab")
    assert await keyboard.focused("name") == "validity_days"
    await person.page.keyboard.press("ArrowDown")
    await keyboard.press("Set the password")

    await keyboard.mend("code")
    await person.page.keyboard.press("ControlOrMeta+a")
    await person.page.keyboard.type(code)
    await keyboard.type({"New password": ANOTHER_PASSWORD})
    await person.enter()
    assert await person.heading() == person.words("Your password is set")
    await keyboard.follow("Log in")
    assert await person.heading() == person.words("Log in")


async def test_a_forgotten_password_brings_a_code(person: Person, keyboard: Keyboard, site: RunningSite) -> None:
    _, filled = await site.world.active()
    await person.open("/")
    await keyboard.follow("Forgotten your password?")
    await keyboard.type({"User name": f"{filled['user_name']}x", "E-mail address": filled["email"]})
    await keyboard.press("Request a code")
    await keyboard.mend("user_name")
    await person.page.keyboard.press("ControlOrMeta+a")
    await person.page.keyboard.type(filled["user_name"])
    await keyboard.press("Request a code")
    assert await person.heading() == person.words(SENT)


async def test_the_address_is_changed(person: Person, keyboard: Keyboard, site: RunningSite) -> None:
    filled, fresh = await log_in(keyboard, site), form()["email"]
    await keyboard.follow(f"{person.words('Change')} : {person.words('E-mail address')}")
    await keyboard.type({"New e-mail address": fresh, "Your password": "nem ez az"})
    await keyboard.press("Send the code")
    await keyboard.mend("password")
    await person.page.keyboard.type(PASSWORD)
    await person.enter()
    assert await person.heading() == person.words("We have sent a code to the new address")
    await keyboard.follow("Enter the code")
    await keyboard.type({"User name": filled["user_name"], "Code": await site.code(fresh)})
    await keyboard.press("Confirm the address")
    assert await person.heading() == person.words("Your e-mail address is changed")


async def test_an_account_is_closed(person: Person, keyboard: Keyboard, site: RunningSite) -> None:
    filled = await log_in(keyboard, site)
    await keyboard.follow("I do not want to have this account any more")
    await keyboard.type({"Your password": PASSWORD})
    await keyboard.press("Send the code")
    assert await person.heading() == person.words(SENT)
    await keyboard.follow("Enter the code")
    await keyboard.type({"User name": filled["user_name"], "Code": await site.code(filled["email"], 2)})
    await keyboard.press("Close the account")
    assert await person.heading() == person.words("Your account is closed")
