"""S4 as a citizen lives it: the form is filled in, downloaded, signed, uploaded; the code makes the account final."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from registration import errors, signature_errors
from registration.signer_rules import SignerRule
from registration.statuses import Status
from starter.dev.authority import Signatory, SigningCredential
from starter.dev.samples import another_address
from starter.dev.samples import form as sample
from starter.dev.signing import sign_cades, sign_pades
from starter.gateway.signatures import SignatureChannel
from starter.pages.citizen.signed_advice import ADVICE
from starter.pages.refusals import words_of
from starter.translation import translated
from tests.support.accessibility import assert_accessible
from tests.support.browsing import Person, Version
from tests.support.page_states import begin_registration, log_in, redeem
from tests.support.signing import certified, signed_document
from tests.support.site import RunningSite, running_site
from tests.support.uploading import PAGE, UPLOAD, upload

PDF = "Download as a PDF"
JSON = "Download as JSON, for programs that sign any file"
TITLE = "Register with an e-signature"
SENT = "We have sent you a code"
LARGEST = 262_144
UNAVAILABLE = 503


async def downloaded(person: Person, link: str) -> bytes:
    """The file behind a link, as a browser saves it."""
    async with person.page.expect_download() as begun:
        await person.page.get_by_role("link", name=person.words(link), exact=True).click()
    saved = await (await begun.value).path()
    return await asyncio.to_thread(saved.read_bytes)


@pytest.mark.parametrize("pdf", [True, False], ids=["PAdES", "CAdES"])
async def test_a_form_that_is_signed_becomes_a_final_account(person: Person, site: RunningSite, pdf: bool) -> None:
    """The code comes to the address in the form; redeemed, it makes the account active at once."""
    filled = sample(language=person.version.language)
    await begin_registration(person, filled)
    await person.follow("Sign the form electronically instead")
    assert await person.heading() == person.words(TITLE)
    await assert_accessible(person)
    form = await downloaded(person, PDF if pdf else JSON)
    credential = certified(site.world)
    if pdf:
        document, signature = await asyncio.to_thread(sign_pades, form, credential), None
    else:
        assert json.loads(form) == filled
        document, signature = form, await asyncio.to_thread(sign_cades, form, credential, datetime.now(UTC))
    await upload(person, document, signature)
    assert await person.heading() == person.words(SENT)
    await assert_accessible(person)

    await redeem(person, filled["user_name"], await site.code(filled["email"]))
    assert await person.heading() == person.words("Your password is set")
    await log_in(person, filled["user_name"])
    assert await person.heading() == person.words("My account")
    assert f"{translated(Status.ACTIVE, person.version.language).capitalize()}, " in await person.text()


async def test_a_signed_form_needs_no_questions_on_this_computer(person: Person, site: RunningSite) -> None:
    """Who has signed elsewhere, or days ago, begins with the upload; sent twice, it acts once."""
    filled = sample()
    document, signature = await signed_document(site.world, filled)
    await person.open("/regisztracio")
    await person.follow(TITLE)
    assert await person.page.get_by_role("link", name=person.words(PDF)).count() == 0
    await assert_accessible(person)
    await upload(person, document, signature)
    assert await person.heading() == person.words(SENT)
    await person.page.reload()
    assert await person.heading() == person.words(SENT)


async def test_the_same_upload_acts_once(person: Person, site: RunningSite) -> None:
    """The same browser is shown the same result; another one, that the form was sent in already."""
    filled = sample()
    document, signature = await signed_document(site.world, filled)
    await person.open(PAGE)
    await upload(person, document, signature)
    result = person.page.url
    await person.open(PAGE)
    await upload(person, document, signature)
    assert (await person.heading(), person.page.url) == (person.words(SENT), result)

    async with site.person(person.version) as elsewhere:
        await elsewhere.open(PAGE)
        await upload(elsewhere, document, signature)
        await refused(elsewhere, signature_errors.SignatureUsed())
    await site.code(filled["email"])
    assert len(site.world.letters(filled["email"])) == 1


async def test_another_signature_does_not_get_the_same_user_name(person: Person, site: RunningSite) -> None:
    filled = sample()
    await person.open(PAGE)
    await upload(person, *await signed_document(site.world, filled))
    await person.open(PAGE)
    await upload(person, *await signed_document(site.world, filled))
    await refused(person, errors.UserNameTaken())


async def test_a_signature_opens_one_registration_only(person: Person, site: RunningSite) -> None:
    """Also once the first one has lapsed and the user name is free again."""
    filled = sample()
    document, signature = await signed_document(site.world, filled)
    registration_id = await site.world.portal.register_signed(document, signature, client_address=another_address())
    await site.code(filled["email"])
    await site.world.forward(registration_id, timedelta(days=31))
    await site.world.until(registration_id, Status.LAPSED)
    await person.open(PAGE)
    await upload(person, document, signature)
    await refused(person, signature_errors.SignatureUsed())


async def refused(person: Person, refusal: errors.UgyfelkapuError) -> None:
    """The page says why, what to do next, and how to choose another file."""
    is_of_signature = isinstance(refusal, signature_errors.SignatureRefused)
    said = refusal.sentence if is_of_signature else words_of(refusal).short
    assert await person.errors() == {"document": translated(said, person.version.language)}
    assert await person.heading() == person.words(TITLE)
    assert person.words(ADVICE[type(refusal)]) in await person.text()
    await assert_accessible(person)


async def test_a_signature_that_does_not_count_is_refused_in_words(person: Person, site: RunningSite) -> None:
    """Nothing is sent, and what was typed is still there."""
    filled = sample(language=person.version.language)
    await begin_registration(person, filled)
    await person.open(PAGE)
    form = await downloaded(person, JSON)

    async def signed_by(credential: SigningCredential) -> bytes:
        return await asyncio.to_thread(sign_cades, form, credential, datetime.now(UTC))

    await upload(person, form, await signed_by(certified(site.world, "simple")))
    await refused(person, signature_errors.SimpleSignature())

    other = Signatory("Teszt", "Elemér", date(1980, 2, 29))
    await upload(person, form, await signed_by(certified(site.world, person=other)))
    await refused(person, signature_errors.WrongSigner(rule=SignerRule.GIVEN_NAME))

    own = await signed_by(certified(site.world))
    await upload(person, form.replace(b"Minta", b"Mintha"), own)
    await refused(person, signature_errors.SignatureBroken())

    await upload(person, form)
    await refused(person, signature_errors.SignatureUnreadable())

    await upload(person, bytes(LARGEST + 1), own)
    await refused(person, signature_errors.SignedFormTooLarge(most=str(LARGEST)))

    assert site.world.letters(filled["email"]) == []
    await person.follow("Check or change your answers")
    assert filled["mothers_birth_name"] in await person.text()
    await person.open(PAGE)
    await upload(person, form, own)
    assert await person.heading() == person.words(SENT)


async def test_a_form_that_breaks_a_rule_is_refused_with_the_name_of_the_field(
    person: Person, site: RunningSite
) -> None:
    document, signature = await signed_document(site.world, sample(email="none"))
    await person.open(PAGE)
    await upload(person, document, signature)
    ((name, said),) = (await person.errors()).items()
    assert name == "document"
    assert said.startswith(person.words("E-mail address") + ": ")


async def test_without_a_file_the_page_asks_for_one(person: Person, site: RunningSite) -> None:
    await person.open(PAGE)
    await person.press(UPLOAD)
    assert await person.errors() == {"document": f"{person.words('Signed form')}: {person.words('must be given')}."}
    await assert_accessible(person)


async def test_an_upload_beyond_all_bounds_ends_at_a_page_that_says_so(person: Person, site: RunningSite) -> None:
    await person.open(PAGE)
    await upload(person, bytes(3 * 1024 * 1024))
    assert await person.heading() == person.words("Too much was sent")


async def test_the_downloads_need_all_answers(person: Person, site: RunningSite) -> None:
    for file in ("urlap.pdf", "urlap.json"):
        await person.open(f"{PAGE}/{file}")
        assert await person.heading() == person.words(TITLE)


async def test_where_no_authority_is_trusted_the_way_is_not_offered(site: RunningSite, version: Version) -> None:
    """An address that somebody has kept leads to the ways that are open."""
    without_trust = replace(site.world.engine, signatures=SignatureChannel(None, None))
    async with (
        running_site(replace(site.world, engine=without_trust), site.browser) as another,
        another.person(version) as person,
    ):
        await begin_registration(person, sample())
        assert await person.heading() == person.words("Check your answers")
        assert PAGE not in await person.page.content()
        await person.open("/regisztracio")
        assert PAGE not in await person.page.content()
        for path in (f"{PAGE}/urlap.pdf", f"{PAGE}/urlap.json", PAGE):
            assert (await person.open(path)).status == UNAVAILABLE
            assert await person.heading() == person.words("Registering with an e-signature is not possible here")
        await assert_accessible(person)
        await person.follow("Register")
        assert await person.heading() == person.words("Register")


def test_every_refusal_of_a_signature_has_an_advice() -> None:
    assert set(signature_errors.SignatureRefused.__subclasses__()) <= set(ADVICE)
