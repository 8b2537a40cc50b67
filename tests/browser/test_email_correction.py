"""Wrong address? As a citizen lives it: corrected in the browser that registered, by whoever knows the user name."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from registration.errors import CorrectedTooOften, TooLateToCorrect, WrongCode
from registration.event_kinds import EventKind
from registration.input_rules import InputRule
from registration.sentences import Sentence
from registration.statuses import Language
from starter.dev.samples import form
from starter.pages.refusals import words_of
from starter.translation import translated
from tests.support.accessibility import assert_accessible
from tests.support.browsing import HUNGARIAN, Person
from tests.support.forms import post, sent_form
from tests.support.page_states import (
    begin_registration,
    correct_email,
    let_draft_idle,
    redeem,
    registered_with_a_typing_error,
    request_code,
    until_mailed,
)
from tests.support.signing import signed_document
from tests.support.site import RunningSite
from tests.support.uploading import PAGE as SIGNED
from tests.support.uploading import upload
from tests.workflows.lives import quiet

SENT = "We have sent you a code"
FORM = "Correct the e-mail address"
OVER = "The e-mail address cannot be corrected here"
ENTERED = "The code is no longer needed"
SEE_OTHER, CONFLICT, NOT_FOUND = 303, 409, 404


def left(person: Person, number: int) -> str:
    """What a page says of the corrections that are left, whatever the time in it."""
    return person.words("You can correct it until {when}. Corrections left: {left}.", when="", left=number).partition(
        ". "
    )[2]


async def test_the_code_comes_to_the_right_address_and_the_old_one_is_refused(
    person: Person, site: RunningSite
) -> None:
    filled = await registered_with_a_typing_error(person)
    name, wrong, right = filled["user_name"], filled["email"], filled["right"]
    assert await person.heading() == person.words(FORM)
    assert wrong in await person.text()
    old = await site.code(wrong)
    await correct_email(person, right)
    assert await person.heading() == person.words(SENT)
    shown = await person.text()
    assert right in shown
    assert wrong not in shown.replace(right, "")
    assert name in shown
    assert left(person, 2) in shown

    new = await site.code(right)
    await redeem(person, name, old)
    assert await person.errors() == {"code": translated(words_of(WrongCode()).short, person.version.language)}
    await request_code(person, name, right)
    assert await person.heading() == person.words(SENT)
    assert await site.code(right, 2) == new
    await redeem(person, name, new)
    assert await person.heading() == person.words("Your password is set")

    registration_id = await site.world.engine.registration_id(name)
    await quiet(site.world, registration_id)
    assert len(site.world.letters(wrong)) == 1


async def test_what_is_typed_wrong_is_said_and_kept(person: Person, site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    await site.code(filled["email"])
    for typed, rule in (
        ("", InputRule.REQUIRED),
        ("none", InputRule.EMAIL),
        (filled["email"], InputRule.PRESENT_ADDRESS),
    ):
        await correct_email(person, typed)
        said = Sentence("{field}: {rule}.", {"field": Sentence("E-mail address"), "rule": Sentence(rule)})
        assert await person.errors() == {"email": translated(said, person.version.language)}
        assert await person.value("E-mail address") == typed
        await assert_accessible(person)
    assert len(site.world.letters(filled["email"])) == 1


async def test_after_three_the_page_says_so_with_what_helps(person: Person, site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    address, content = await sent_form(person, "Send a new code")
    for number in (1, 2, 3):
        await correct_email(person, f"{number}.{filled['right']}")
        if number == 1:
            assert left(person, 2) in await person.text()
        if number < 3:
            await person.follow("Wrong address?")
            assert await person.heading() == person.words(FORM)
    said = translated(CorrectedTooOften(times="3").sentence, person.version.language)
    assert said in await person.text()
    assert await person.page.get_by_role("link", name=person.words("Wrong address?")).count() == 0
    result = urlsplit(person.page.url).path
    await person.open(f"{result}/email")
    assert await person.heading() == person.words(OVER)
    assert said in await person.text()

    late = await post(person, (address, {**content, "email": f"4.{filled['right']}"}))
    assert late.status == CONFLICT
    assert translated(CorrectedTooOften(times="3").sentence, Language.HU) in await late.text()
    await redeem(person, filled["user_name"], await site.code(f"3.{filled['right']}"))
    assert await person.heading() == person.words("Your password is set")


async def test_after_24_hours_the_page_says_so(person: Person, site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    await site.code(filled["email"])
    await site.world.forward(await site.world.engine.registration_id(filled["user_name"]), timedelta(hours=24))
    await correct_email(person, filled["right"])
    assert await person.heading() == person.words(OVER)
    assert translated(TooLateToCorrect(hours="24").sentence, person.version.language) in await person.text()
    assert site.world.letters(filled["right"]) == []


async def test_once_the_code_is_entered_no_page_waits_for_it(person: Person, site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    page = urlsplit(person.page.url).path
    form_before = await sent_form(person, "Send a new code")
    await redeem(person, filled["user_name"], await site.code(filled["email"]))
    for path in (page, page.removesuffix("/email")):
        await person.open(path)
        assert await person.heading() == person.words(ENTERED)
    address, content = form_before
    late = await post(person, (address, {**content, "email": filled["right"]}))
    assert late.status == CONFLICT
    assert translated(Sentence(ENTERED), Language.HU) in await late.text()


async def test_a_double_click_corrects_once(person: Person, site: RunningSite) -> None:
    filled = await registered_with_a_typing_error(person)
    await site.code(filled["email"])
    await person.fill({"E-mail address": filled["right"]})
    sent = await sent_form(person, "Send a new code")
    answers = await asyncio.gather(post(person, sent), post(person, sent))
    assert [answer.status for answer in answers] == [SEE_OTHER] * 2
    (led_to,) = {answer.headers["location"] for answer in answers}
    assert (await post(person, sent)).headers["location"] == led_to, "with Back, later"
    await person.open(led_to)
    assert left(person, 2) in await person.text()
    registration_id = await site.world.engine.registration_id(filled["user_name"])
    await quiet(site.world, registration_id)
    assert len(site.world.letters(filled["right"])) == 1
    rows = await site.world.sql("select kind from events where registration_id = $1", registration_id)
    assert [row["kind"] for row in rows].count(EventKind.EMAIL_CORRECTED) == 1


async def test_another_browser_cannot(person: Person, site: RunningSite) -> None:
    """Not with the address of the page, nor with the form that it has shown, whatever its own cookie is."""
    filled = await registered_with_a_typing_error(person)
    await site.code(filled["email"])
    await person.fill({"E-mail address": filled["right"]})
    address, content = await sent_form(person, "Send a new code")
    async with site.person(HUNGARIAN) as stranger:
        answer = await stranger.open(urlsplit(address).path)
        assert answer.status == NOT_FOUND
        assert await stranger.heading() == stranger.words(OVER)
        await begin_registration(stranger, form())
        _, own = await sent_form(stranger, "Send in the registration")
        forged = await post(stranger, (address, {**content, "form_token": own["form_token"]}))
        assert forged.status == NOT_FOUND
    await quiet(site.world, await site.world.engine.registration_id(filled["user_name"]))
    assert site.world.letters(filled["right"]) == []


async def test_after_15_idle_minutes_whoever_corrects_knows_the_user_name(person: Person, site: RunningSite) -> None:
    """Two people at one computer. Afterwards the corrected address is the one that opens what was typed."""
    filled = await registered_with_a_typing_error(person)
    await site.code(filled["email"])
    await let_draft_idle(person, site)
    await person.page.reload()
    content = await person.page.content()
    assert [answer for answer in (filled["email"], filled["user_name"]) if answer in content] == []
    await person.fill({"User name": "valaki.mas"})
    await correct_email(person, filled["right"])
    assert set(await person.errors()) == {"user_name"}
    assert await person.value("E-mail address") == filled["right"]
    assert site.world.letters(filled["right"]) == []

    await person.fill({"User name": f" {filled['user_name'].upper()} "})
    await correct_email(person, filled["right"])
    assert await person.heading() == person.words(SENT)
    assert filled["right"] in await person.text()
    await site.code(filled["right"])
    result = urlsplit(person.page.url).path

    await let_draft_idle(person, site)
    await person.open("/regisztracio/folytatas")
    await person.fill({"E-mail address": filled["right"]})
    await person.press("Continue")
    assert urlsplit(person.page.url).path == result
    assert filled["right"] in await person.text()


async def test_a_signed_registration_is_corrected_with_its_user_name(person: Person, site: RunningSite) -> None:
    """The browser need not have seen the form: the page shows the address that it goes to masked."""
    filled = form(language=person.version.language)
    document, signature = await signed_document(site.world, filled)
    await person.open(SIGNED)
    await upload(person, document, signature)
    assert await person.heading() == person.words(SENT)
    assert filled["email"] not in await person.text()
    old = await site.code(filled["email"])
    await until_mailed(person, filled["email"])
    await person.follow("Wrong address?")
    await assert_accessible(person)
    await person.fill({"User name": filled["user_name"]})
    await correct_email(person, right := f"jo.{filled['email']}")
    assert await person.heading() == person.words(SENT)
    assert "jo…@" in await person.text()
    assert left(person, 2) in await person.text()
    new = await site.code(right)
    await redeem(person, filled["user_name"], old)
    assert set(await person.errors()) == {"code"}
    await redeem(person, filled["user_name"], new)
    assert await person.heading() == person.words("Your password is set")
