"""A clerk serves clients in a browser: every act on a real registration, also with the keyboard alone."""

from registration.statuses import Status
from starter.dev.samples import form
from tests.support.browsing import Person
from tests.support.desk_states import compared, find, inactive, open_found, open_registration, show_document
from tests.support.site import RunningSite
from tests.support.staff_browsing import sign_in


async def is_focused(person: Person, words: str) -> bool:
    """Whether what says these words has the focus."""
    return person.words(words) in await person.page.locator(":focus").inner_text()


async def test_a_client_opens_an_account_in_person_and_goes_home_with_a_receipt(
    staff_person: Person, staff_site: RunningSite
) -> None:
    """S2; the receipt is the client's user name and address, character for character."""
    person, filled = staff_person, form()
    await sign_in(person, "clerk-1")
    await open_registration(person, filled)
    assert await person.heading() == person.words("Print the receipt")
    assert await is_focused(person, "The registration is open: its code goes out by e-mail.")
    assert await person.value("Who receives the data") == f"{filled['family_name']} {filled['given_name']}"
    await staff_site.world.code(filled["email"])
    await show_document(person)
    await person.press("Print the receipt")
    assert await is_focused(person, "Registration receipt")
    text = await person.text()
    assert filled["user_name"] in text
    assert filled["email"] in text
    assert filled["user_name"] not in person.page.url + await person.page.title()


async def test_an_inactive_account_is_reactivated_with_a_new_address(
    staff_person: Person, staff_site: RunningSite
) -> None:
    """S9: the code goes to the new address; the result has the focus."""
    person = staff_person
    registration_id, filled = await inactive(staff_site)
    await sign_in(person, "clerk-1")
    await compared(person, filled)
    await person.follow("Reactivate")
    await person.fill({"New e-mail address, if the registered one is dead": f"uj.{filled['email']}"})
    await show_document(person)
    await person.press("Reactivate")
    assert await is_focused(person, "The account is reactivated: its code goes out by e-mail")
    assert await staff_site.code(f"uj.{filled['email']}")
    assert (await staff_site.world.audit.snapshot(registration_id)).status is Status.AWAITING_REACTIVATION


async def test_identity_data_receipt_address_and_closure_in_one_visit(
    staff_person: Person, staff_site: RunningSite
) -> None:
    """S3, S8: the second form knows the document of the first; each act has evidence of its own."""
    person = staff_person
    registration_id, filled = await staff_site.world.temporary()
    await sign_in(person, "clerk-1")
    await compared(person, filled)
    await person.follow("Verify the identity")
    await show_document(person)
    await person.press("Verify the identity")
    assert await is_focused(person, "The identity is verified")
    await person.follow("Disclose the data")
    assert await person.value("Number of the document") == "BA1234567"
    await person.fill({"Who receives the data": "Teszt Elek"})
    await show_document(person)
    await person.press("Disclose the data")
    assert filled["mothers_birth_name"] in await person.text()
    await person.follow("Back to the client")
    await person.follow("Change the e-mail address")
    await person.fill({"New e-mail address": f"uj.{filled['email']}"})
    await show_document(person)
    await person.press("Change the e-mail address")
    assert await is_focused(person, "The e-mail address is changed")
    await person.follow("Close the registration")
    await show_document(person)
    await person.press("Close the registration")
    assert await is_focused(person, "The registration is closed")
    events = await staff_site.world.audit.events(registration_id)
    acts = [event for event in events if event.actor.id == "clerk-1"]
    assert [event.kind for event in acts] == [
        *("IDENTITY_VERIFIED", "DATA_DISCLOSED", "EMAIL_CHANGED", "REGISTRATION_CLOSED")
    ]
    assert len({event.evidence.id for event in acts if event.evidence}) == len(acts)


async def test_a_client_is_found_compared_and_verified_with_the_keyboard_alone(
    staff_person: Person, staff_site: RunningSite
) -> None:
    """By the data of a document: who is found in this way is compared at once."""
    person = staff_person
    registration_id, filled = await staff_site.world.temporary(mothers_birth_name="Billentyű Bea")
    keys = person.page.keyboard
    await sign_in(person, "clerk-1")
    await person.open("/pult")
    for name in ("User name", "E-mail address", "Name at birth"):
        await person.tab_to(name)
    for typed in (filled["birth_name"], *str(filled["birth_date"]).split("-"), filled["mothers_birth_name"]):
        await keys.type(typed)
        await keys.press("Tab")
    await person.enter()
    assert await person.heading() == person.words("What was found")
    await person.enter()
    assert await person.heading() == person.words("Client at the desk")
    assert await is_focused(person, "Verify the identity")
    await person.enter()
    assert await person.page.locator(":focus").get_attribute("name") == "document_kind"
    await keys.press("ArrowDown")  # the identity card
    await keys.press("Tab")
    await keys.type("123456AB")
    await keys.press("Tab")
    await keys.press("Space")
    await person.enter()
    assert await is_focused(person, "The identity is verified")
    assert (await staff_site.world.audit.snapshot(registration_id)).status is Status.ACTIVE


async def test_the_language_of_letters_is_changed_with_the_keyboard_alone(
    staff_person: Person, staff_site: RunningSite
) -> None:
    """The choice has the focus first; the result has it afterwards."""
    person = staff_person
    registration_id, filled = await staff_site.world.active()
    await sign_in(person, "clerk-1")
    await compared(person, filled)
    await person.tab_to("Change the language of the letters")
    await person.enter()
    assert await person.page.locator(":focus").get_attribute("name") == "language"
    await person.page.keyboard.press("ArrowDown")  # English
    await person.page.keyboard.press("Tab")
    await person.page.keyboard.press("ArrowDown")  # the identity card
    await person.page.keyboard.press("Tab")
    await person.page.keyboard.type("123456AB")
    await person.page.keyboard.press("Tab")
    await person.page.keyboard.press("Space")
    await person.enter()
    assert await is_focused(person, "The language of the letters is changed")
    event = (await staff_site.world.audit.events(registration_id))[-1]
    assert (event.kind, event.language) == ("LANGUAGE_CHANGED", "en")


async def test_every_key_of_the_sheet_leads_where_it_says(staff_person: Person, staff_site: RunningSite) -> None:
    """A temporary account has as many acts as there can be at once."""
    person = staff_person
    _, filled = await staff_site.world.temporary()
    await sign_in(person, "clerk-1")
    await compared(person, filled)
    await person.page.get_by_text(person.words("Keys"), exact=True).click()
    assert await person.page.locator("kbd").all_inner_texts() == ["0", "1", "6", "8", "9"]
    acts = await person.page.locator(".acts a").all_inner_texts()
    assert len(acts) == len("123456")
    for number, title in enumerate(acts, 1):
        assert await after_key(person, number) == title
        assert await after_key(person, 9) == person.words("Client at the desk")
    assert await after_key(person, 8) == person.words("Letters")
    assert await after_key(person, 9) == person.words("Client at the desk")
    assert await after_key(person, 0) == person.words("Find a registration")


async def after_key(person: Person, key: int) -> str:
    """The heading of the page that Alt and a key lead to; Playwright's own keyboard does not say which key it was."""
    keyboard = await person.page.context.new_cdp_session(person.page)
    alt, digit = 1, str(key)
    pressed = {"key": digit, "code": f"Digit{key}", "windowsVirtualKeyCode": ord(digit), "modifiers": alt}
    async with person.page.expect_event("load"):
        await keyboard.send(
            "Input.dispatchKeyEvent", {"type": "keyDown", **pressed, "text": digit, "unmodifiedText": digit}
        )
    await keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})
    return await person.heading()


async def test_letters_are_listed_on_a_page_of_their_own(staff_person: Person, staff_site: RunningSite) -> None:
    person = staff_person
    _, filled = await staff_site.world.active()
    await sign_in(person, "clerk-1")
    await find(person, filled)
    await open_found(person)
    await person.follow("Letters")
    assert await person.page.get_by_role("row").count() > 1
    await person.follow("Back to the client")
    assert await person.heading() == person.words("Client at the desk")
