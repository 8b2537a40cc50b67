"""S6 to S9 as a citizen lives them: forgotten, expired, inactive, and each time back into the account."""

from datetime import timedelta

from registration.errors import RequestACode, VisitABody, WrongPair
from registration.statuses import Status
from starter.dev.samples import EVIDENCE
from starter.pages.refusals import words_of
from starter.translation import translated
from tests.support.browsing import Person
from tests.support.page_states import ANOTHER_PASSWORD, log_in, redeem
from tests.support.site import RunningSite
from tests.workflows.lives import quiet, to_deadline


async def test_a_client_who_forgot_the_password_chooses_another(person: Person, site: RunningSite) -> None:
    registration_id, filled = await site.world.active()
    name, email = filled["user_name"], filled["email"]
    await quiet(site.world, registration_id)
    letters = len(site.world.letters(email))
    await person.open("/")
    await person.follow("Forgotten your password?")
    await person.fill({"User name": f"{name}x", "E-mail address": email})
    await person.press("Request a code")
    assert await person.errors() == {"user_name": translated(words_of(WrongPair()).short, person.version.language)}
    assert (await person.value("User name"), await person.value("E-mail address")) == (f"{name}x", email)
    await quiet(site.world, registration_id)
    assert len(site.world.letters(email)) == letters

    await person.fill({"User name": name})
    await person.press("Request a code")
    assert await person.heading() == person.words("We have sent you a code")
    await person.follow("Enter the code")
    await redeem(person, name, await site.code(email, 2), ANOTHER_PASSWORD)
    assert await person.heading() == person.words("Your password is set")

    await log_in(person, name)  # with the forgotten one
    assert await person.errors()
    await log_in(person, name, ANOTHER_PASSWORD)
    assert await person.heading() == person.words("My account")


async def test_an_expired_password_is_renewed_and_an_inactive_account_reactivated(
    person: Person, site: RunningSite
) -> None:
    """Within 60 days a code is enough; later it takes a visit in person, after which the code comes by itself."""
    world = site.world
    registration_id, filled = await world.active()
    name, email = filled["user_name"], filled["email"]
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await log_in(person, name)
    assert await person.heading() == person.words(RequestACode.problem.title)
    await person.follow("Request a code")
    await person.fill({"User name": name, "E-mail address": email})
    await person.press("Request a code")
    await redeem(person, name, await site.code(email, 2))
    await log_in(person, name)
    assert await person.heading() == person.words("My account")

    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await world.forward(registration_id, timedelta(days=61))
    await world.until(registration_id, Status.INACTIVE)
    await log_in(person, name)
    assert await person.heading() == person.words(VisitABody.problem.title)
    await person.follow("List of registration bodies")
    assert await person.heading() == person.words("Registration bodies")

    await world.desk.reactivate(registration_id, EVIDENCE)
    code = await site.code(email, 3)
    await log_in(person, name)
    await person.follow("Enter the code")
    await redeem(person, name, code, ANOTHER_PASSWORD)
    await log_in(person, name, ANOTHER_PASSWORD)
    assert await person.heading() == person.words("My account")
