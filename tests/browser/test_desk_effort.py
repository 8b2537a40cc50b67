"""What the five commonest tasks of a desk cost, from `My work` to the result: with the keyboard alone, and by mouse."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import pytest

from starter.dev.samples import form
from tests.support.browsing import Person
from tests.support.desk_states import inactive
from tests.support.effort import Effort
from tests.support.site import RunningSite
from tests.support.staff_browsing import sign_in

DOCUMENT: Final = "123456AB"
DOCUMENT_KIND: Final = "IDENTITY_CARD"
CONSENT: Final = "The client has signed the consent"
PERSON: Final = ("Name at birth", "Year", "Month", "Day", "Mother’s name at birth")

Client = Callable[..., Awaitable[tuple[str, dict[str, Any]]]]
"""Brings a client, given the site and fields of the form: the registration's id and form."""


@dataclass(frozen=True)
class Task:
    """An act for a client who is found by a document.

    `typed` is the data that the act asks for besides, by its label; empty where it may be left out. It takes at most
    `keys` presses that move, choose and send with the keyboard alone; at most `clicks` with the mouse.
    """

    title: str
    client: Client
    keys: int
    clicks: int
    typed: Mapping[str, str]
    result: str


TASKS: Final = (
    Task(
        "Verify the identity",
        lambda site, **typed: site.world.temporary(**typed),
        21,
        14,
        {},
        "The identity is verified",
    ),
    Task(
        "Reactivate",
        inactive,
        22,
        14,
        {"New e-mail address, if the registered one is dead": ""},
        "The account is reactivated: its code goes out by e-mail",
    ),
    Task(
        "Print the receipt",
        lambda site, **typed: site.world.active(**typed),
        22,
        14,
        {"Who receives the data": "Teszt Elek"},
        "Registration receipt",
    ),
    Task(
        "Change the e-mail address",
        lambda site, **typed: site.world.active(**typed),
        24,
        14,
        {"New e-mail address": "teszt.elek@example.org"},
        "The e-mail address is changed",
    ),
)
OPEN_KEYS: Final = 28
OPEN_CLICKS: Final = 17
"""Of a registration that is opened in person, with its printed receipt."""


def identity(filled: Mapping[str, Any]) -> tuple[str, ...]:
    """The natural identity data, in the order of the fields."""
    return (filled["birth_name"], *str(filled["birth_date"]).split("-"), filled["mothers_birth_name"])


async def is_done(person: Person, result: str) -> None:
    """The result has the focus."""
    assert person.words(result) in await person.page.locator(":focus").inner_text()


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.title)
async def test_an_act_with_the_keyboard_alone(staff_person: Person, staff_site: RunningSite, task: Task) -> None:
    _, filled = await task.client(staff_site, mothers_birth_name=f"Billentyű {uuid4().hex[:12]}")
    await sign_in(staff_person, "clerk-1")
    hand = Effort(staff_person)
    await hand.tab_to("Find a registration")
    await hand.send()
    await hand.key("Tab", "Tab", "Tab")
    await hand.type(*identity(filled))
    await hand.send()
    await hand.send()  # the first that was found
    if not await has_focus(staff_person, task.title):
        await hand.tab_to(task.title)
    await hand.send()
    for text in task.typed.values():
        await hand.type(text)
        await hand.key("Tab")
    await hand.key("ArrowDown", "Tab")
    await hand.type(DOCUMENT)
    await hand.key("Tab", "Space")
    await hand.send()
    await is_done(staff_person, task.result)
    assert hand.keys <= task.keys


async def has_focus(person: Person, name: str) -> bool:
    return person.words(name) == (await person.page.locator(":focus").inner_text()).strip()


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.title)
async def test_an_act_by_mouse(staff_person: Person, staff_site: RunningSite, task: Task) -> None:
    _, filled = await task.client(staff_site, mothers_birth_name=f"Billentyű {uuid4().hex[:12]}")
    await sign_in(staff_person, "clerk-1")
    hand = Effort(staff_person)
    await hand.click("link", "Find a registration")
    for label, text in zip(PERSON, identity(filled), strict=True):
        await hand.type_into(label, text)
    await hand.click("button", "Search")
    await hand.click_at(staff_person.page.get_by_role("row").nth(1).get_by_role("button"))
    await hand.click("link", task.title)
    for label, text in task.typed.items():
        if text:
            await hand.type_into(label, text)
    await saw_the_document(hand)
    await hand.click("button", task.title)
    await is_done(staff_person, task.result)
    assert hand.clicks <= task.clicks


async def saw_the_document(hand: Effort) -> None:
    """What every act asks for, by mouse."""
    await hand.choose("Document", DOCUMENT_KIND)
    await hand.type_into("Number of the document", DOCUMENT)
    await hand.tick(CONSENT)


async def test_an_account_is_opened_in_person_with_the_keyboard_alone(staff_person: Person) -> None:
    filled, hand = form(), Effort(staff_person)
    await sign_in(staff_person, "clerk-1")
    await hand.tab_to("Open a registration")
    await hand.send()
    name, *born, mother = identity(filled)
    await hand.type(filled["family_name"], filled["given_name"], name, filled["birth_place"], *born, mother)
    await hand.key("Tab", "ArrowDown", "Tab")
    await hand.type(DOCUMENT)
    await hand.key("Tab", "Space", "Tab")
    await hand.type(filled["user_name"], filled["email"])
    await hand.send()
    assert await staff_person.heading() == staff_person.words("Print the receipt")
    await hand.tab_to(CONSENT)
    await hand.key("Space")
    await hand.send()
    await is_done(staff_person, "Registration receipt")
    assert hand.keys <= OPEN_KEYS


async def test_an_account_is_opened_in_person_by_mouse(staff_person: Person) -> None:
    filled, hand = form(), Effort(staff_person)
    await sign_in(staff_person, "clerk-1")
    await hand.click("link", "Open a registration")
    labels = ("Family name", "Given names", "Name at birth", "Place of birth", *PERSON[1:])
    name, *rest = identity(filled)
    texts = (filled["family_name"], filled["given_name"], name, filled["birth_place"], *rest)
    for label, text in zip(labels, texts, strict=True):
        await hand.type_into(label, text)
    await saw_the_document(hand)
    await hand.type_into("User name", filled["user_name"])
    await hand.type_into("E-mail address", filled["email"])
    await hand.click("button", "Open the registration")
    await hand.tick(CONSENT)
    await hand.click("button", "Print the receipt")
    await is_done(staff_person, "Registration receipt")
    assert hand.clicks <= OPEN_CLICKS
