"""Staff sign in at their organisation's provider and out again, in a browser."""

from tests.support.browsing import Person
from tests.support.site import RunningSite
from tests.support.staff_browsing import choose, sign_in


async def test_a_clerk_signs_in_and_out(staff_person: Person) -> None:
    person = staff_person
    await person.open("/")
    assert await person.heading() == person.words("Sign in")
    await person.press("Sign in at my organisation")
    assert await person.heading() == person.words("Who are you?")
    assert await person.page.locator("html").get_attribute("lang") == person.version.language
    await choose(person, "clerk-1")
    assert await person.heading() == person.words("My work")
    assert person.page.url == f"{person.origin}/"
    text = await person.text()
    assert "clerk-1" in text
    assert "Budapest V. kerületi Okmányiroda" in text
    await person.press("Sign out")
    assert await person.heading() == person.words("You have signed out")
    await person.follow("To the sign-in page")
    assert await person.heading() == person.words("Sign in")
    await person.page.go_back()
    await person.open("/")
    assert await person.heading() == person.words("Sign in")


async def test_with_the_keyboard_alone(staff_person: Person) -> None:
    person = staff_person
    await person.open("/")
    await person.tab_to("Sign in at my organisation")
    await person.enter()
    await person.tab_to(f"{person.words('Auditor')} (auditor-1)")
    await person.enter()
    assert await person.heading() == person.words("My work")
    await person.tab_to("Sign out")
    await person.enter()
    assert await person.heading() == person.words("You have signed out")


async def test_a_session_that_has_ended_says_so_once(staff_site: RunningSite, staff_person: Person) -> None:
    person = staff_person
    await sign_in(person, "operator-1")
    await staff_site.world.sql("delete from staff_sessions")
    await person.open("/")
    assert await person.page.get_by_role("status").count() == 1
    await person.open("/")
    assert await person.page.get_by_role("status").count() == 0


async def test_back_at_the_provider_and_again_is_no_dead_end(staff_person: Person) -> None:
    """Whoever goes back and chooses again sends an answer that was taken; the page leads to a new sign-in."""
    person = staff_person
    await sign_in(person, "clerk-1")
    await person.page.go_back()
    await choose(person, "clerk-2")
    assert await person.heading() == person.words("Sign-in not completed")
    await person.follow("To the sign-in page")
    assert await person.heading() == person.words("My work")
