"""S1 and S3 as a citizen lives them: the form, the code, the temporary account, the registration body; or the lapse."""

from datetime import date, timedelta

from babel.dates import format_date

from registration.errors import WrongPassword
from registration.statuses import Language, Status
from starter.dev.samples import EVIDENCE, form
from starter.pages.refusals import words_of
from starter.translation import translated
from tests.support.browsing import Person
from tests.support.page_states import begin_registration, log_in, redeem
from tests.support.site import RunningSite
from tests.workflows.lives import to_deadline


async def test_a_client_registers_and_keeps_the_account(person: Person, site: RunningSite) -> None:
    filled = form()
    name, email = filled["user_name"], filled["email"]
    await begin_registration(person, filled)
    assert await person.heading() == person.words("Check your answers")
    shown = await person.text()
    pattern = {Language.HU: "y. MMMM d.", Language.EN: "d MMMM y"}[person.version.language]
    born = format_date(date.fromisoformat(filled["birth_date"]), pattern, locale=person.version.language)
    answers = {**filled, "birth_date": born}
    assert [answer for answer in answers.values() if answer not in shown] == []
    await person.press("Send in the registration")
    assert await person.heading() == person.words("We have sent you a code")
    assert email in await person.text()
    assert name in await person.text()

    await person.follow("Enter the code")
    await redeem(person, name, await site.code(email))
    assert await person.heading() == person.words("Your password is set")
    assert person.words("Your account is temporary") in await person.text()

    await log_in(person, name)
    assert await person.heading() == person.words("My account")
    assert translated(Status.TEMPORARY, person.version.language) in (await person.text()).lower()

    registration_id = await site.world.engine.registration_id(name)
    await site.world.desk.verify_identity(registration_id, EVIDENCE)
    await site.world.until(registration_id, Status.ACTIVE)
    await person.open("/fiok")
    assert translated(Status.ACTIVE, person.version.language) in (await person.text()).lower()


async def test_an_account_that_is_not_verified_lapses_after_30_days(person: Person, site: RunningSite) -> None:
    """Its session ends with it; its user name is free again, so the log-in page knows it no more."""
    registration_id, filled = await site.world.temporary()
    await log_in(person, filled["user_name"])
    await site.world.forward(registration_id, timedelta(days=29))
    await person.open("/fiok")
    assert await person.heading() == person.words("My account")

    await to_deadline(site.world, registration_id, Status.LAPSED)
    await person.open("/fiok")
    assert await person.heading() == person.words("Log in")
    await log_in(person, filled["user_name"])
    assert await person.errors() == {"user_name": translated(words_of(WrongPassword()).short, person.version.language)}
    await person.follow("Register")
    assert await person.heading() == person.words("Register")
