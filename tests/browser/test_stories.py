"""S2, S8 and S9 end to end: a clerk and a client, each with a browser of their own, and the letters between them."""

from datetime import timedelta

from registration.errors import RequestACode, VisitABody, WrongPair
from registration.statuses import Status
from starter.dev.samples import form
from starter.pages.refusals import words_of
from starter.translation import translated
from tests.support.browsing import Person
from tests.support.desk_states import compared, open_found, open_registration, show_document, type_person
from tests.support.page_states import ANOTHER_PASSWORD, log_in, redeem, request_code
from tests.support.site import RunningSite
from tests.support.staff_browsing import sign_in
from tests.workflows.lives import to_deadline


async def in_the_receipt(clerk: Person, label: str) -> str:
    """What the printed receipt says behind a label."""
    row = clerk.page.locator("dl.facts > div").filter(has=clerk.page.get_by_text(clerk.words(label), exact=True))
    return (await row.locator("dd").inner_text()).strip()


async def test_s2_an_account_is_opened_in_person_and_used_at_home(
    person: Person, staff_person: Person, site: RunningSite
) -> None:
    """With the receipt in hand and the code of the letter; the identity was checked, so that the account is final."""
    clerk, filled = staff_person, form()
    await sign_in(clerk, "clerk-1")
    await open_registration(clerk, filled)
    await show_document(clerk)
    await clerk.press("Print the receipt")
    user_name = await in_the_receipt(clerk, "User name")
    assert (user_name, await in_the_receipt(clerk, "E-mail address")) == (filled["user_name"], filled["email"])

    await log_in(person, user_name)
    assert await person.errors(), "there is no password yet"
    await person.follow("I have a code")
    await redeem(person, user_name, await site.code(filled["email"]))
    assert await person.heading() == person.words("Your password is set")
    await log_in(person, user_name)
    assert await person.heading() == person.words("My account")
    registration_id = await site.world.engine.registration_id(user_name)
    assert (await site.world.until(registration_id, Status.ACTIVE)).status is Status.ACTIVE


async def test_s8_a_client_without_a_receipt_gets_the_user_name_at_a_desk_and_a_code_with_it(
    person: Person, staff_person: Person, site: RunningSite
) -> None:
    """The account was opened online, 20 days ago; the clerk finds it by the document, and the person matches."""
    clerk = staff_person
    registration_id, filled = await site.world.temporary(mothers_birth_name=f"Nyugta {form()['user_name']}")
    await site.world.forward(registration_id, timedelta(days=20))
    await person.open("/")
    await person.follow("Forgotten your password?")
    await person.fill({"User name": f"{filled['user_name']}x", "E-mail address": filled["email"]})
    await person.press("Request a code")
    advice = words_of(WrongPair()).advice
    assert advice
    assert set(await person.errors()) == {"user_name"}
    assert translated(advice, person.version.language) in await person.text()

    await sign_in(clerk, "clerk-2")
    await clerk.open("/pult")
    await type_person(clerk, filled)
    await clerk.press("Search")
    await open_found(clerk)
    await clerk.follow("Print the receipt")
    await clerk.fill({"Who receives the data": f"{filled['family_name']} {filled['given_name']}"})
    await show_document(clerk)
    await clerk.press("Print the receipt")
    user_name, email = [await in_the_receipt(clerk, label) for label in ("User name", "E-mail address")]

    await request_code(person, user_name, email)
    assert await person.heading() == person.words("We have sent you a code")
    await person.follow("Enter the code")
    await redeem(person, user_name, await site.code(email, 2), ANOTHER_PASSWORD)
    await log_in(person, user_name, ANOTHER_PASSWORD)
    assert await person.heading() == person.words("My account")
    disclosed = [event for event in await site.world.audit.events(registration_id) if event.kind == "DATA_DISCLOSED"]
    assert [event.actor.id for event in disclosed] == ["clerk-2"]


async def test_s9_an_account_that_became_inactive_is_reactivated_at_a_desk_and_the_code_comes_by_itself(
    person: Person, staff_person: Person, site: RunningSite
) -> None:
    """Within 60 days of the expiry a code is enough; later the desk helps, also where the address is dead."""
    clerk, world = staff_person, site.world
    registration_id, filled = await world.active()
    name, fresh = filled["user_name"], form()["email"]
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await log_in(person, name)
    assert await person.heading() == person.words(RequestACode.problem.title)
    await to_deadline(world, registration_id, Status.INACTIVE)
    await request_code(person, name, filled["email"])
    assert await person.heading() == person.words(VisitABody.problem.title)
    await log_in(person, name)
    assert await person.heading() == person.words(VisitABody.problem.title)
    await person.follow("List of registration bodies")
    assert await person.heading() == person.words("Registration bodies")

    await sign_in(clerk, "clerk-1")
    await compared(clerk, filled)
    await clerk.follow("Reactivate")
    await clerk.fill({"New e-mail address, if the registered one is dead": fresh})
    await show_document(clerk)
    await clerk.press("Reactivate")
    assert translated(Status.AWAITING_REACTIVATION, clerk.version.language) in await clerk.text()

    code = await site.code(fresh)
    await world.forward(registration_id, timedelta(days=29))
    await person.open("/")
    await person.follow("I have a code")
    await redeem(person, name, code, ANOTHER_PASSWORD)
    await log_in(person, name, ANOTHER_PASSWORD)
    assert await person.heading() == person.words("My account")
    assert (await world.until(registration_id, Status.ACTIVE)).status is Status.ACTIVE
