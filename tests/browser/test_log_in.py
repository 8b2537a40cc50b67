"""S5 as a citizen lives it: wrong password, right one, log out; with the keyboard alone; after an expiry."""

from registration.errors import WrongPassword
from starter.dev.samples import PASSWORD
from tests.support.accessibility import assert_accessible
from tests.support.browsing import Person
from tests.support.page_states import STATES, log_in
from tests.support.site import RunningSite


async def test_a_client_logs_in_after_a_wrong_password_and_logs_out(person: Person, site: RunningSite) -> None:
    """What was typed stays, the password excepted; afterwards Back shows no account any more."""
    _, filled = await site.world.active()
    name = filled["user_name"]
    await log_in(person, name, "nem ez az")
    assert await person.errors() == {"user_name": person.words(WrongPassword.problem.title)}
    assert (await person.value("User name"), await person.value("Password")) == (name, "")
    await assert_accessible(person)

    await person.fill({"Password": PASSWORD})
    await person.press("Log in")
    assert await person.heading() == person.words("My account")
    assert name in await person.text()
    await assert_accessible(person)

    await person.press("Log out")
    assert await person.heading() == person.words("Log in")
    await person.page.go_back()
    await person.page.reload()
    assert await person.heading() == person.words("Log in")
    assert name not in await person.text()


async def test_the_keyboard_alone_is_enough(person: Person, site: RunningSite) -> None:
    _, filled = await site.world.active()
    await person.open("/")
    await person.tab_to("User name")
    await person.page.keyboard.type(filled["user_name"])
    await person.tab_to("Password")
    await person.page.keyboard.type(PASSWORD)
    await person.enter()
    assert await person.heading() == person.words("My account")
    await person.tab_to("Log out")
    await person.enter()
    assert await person.heading() == person.words("Log in")


async def test_a_password_that_has_expired_leads_to_the_request_of_a_code(person: Person, site: RunningSite) -> None:
    await STATES["log-in-expired"].reach(person, site)
    await person.follow("Request a code")
    assert await person.heading() == person.words("Forgotten password")


async def test_an_inactive_account_leads_to_the_list_of_registration_bodies(person: Person, site: RunningSite) -> None:
    await STATES["log-in-inactive"].reach(person, site)
    await person.follow("List of registration bodies")
    assert await person.heading() == person.words("Registration bodies")
