"""What a task costs at the desk: keys pressed, characters of the client's data typed, clicks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Locator

from tests.support.browsing import Person


@dataclass
class Effort:
    """A person who works with the keyboard alone, or with the mouse and types data alone; all that they do is counted.

    Names are message ids, as a `Person`'s. `keys` are those that move, choose and send, `characters` the data.
    """

    person: Person
    keys: int = 0
    characters: int = 0
    clicks: int = 0

    async def key(self, *names: str) -> None:
        """Presses keys, one after the other."""
        for name in names:
            await self.person.page.keyboard.press(name)
            self.keys += 1

    async def send(self, name: str = "Enter") -> None:
        """Presses a key, and waits for the page that follows."""
        async with self._page_that_follows():
            await self.key(name)

    async def tab_to(self, name: str) -> None:
        """Tab until the focus is at what has this name."""
        self.keys += await self.person.tab_to(name)

    async def type(self, *fields: str) -> None:
        """Types into the field that has the focus, and into those that follow it; a Tab between two."""
        for number, text in enumerate(fields):
            if number:
                await self.key("Tab")
            await self.person.page.keyboard.type(text)
            self.characters += len(text)

    async def click(self, role: str, name: str) -> None:
        """Clicks a link or a button, and waits for the page that follows."""
        found = self.person.page.get_by_role(role, name=self.person.words(name), exact=True)  # type: ignore[arg-type]  # a role
        await self.click_at(found)

    async def click_at(self, found: Locator) -> None:
        """The same on what was found already."""
        async with self._page_that_follows():
            await found.click()
        self.clicks += 1

    async def type_into(self, label: str, text: str) -> None:
        """Clicks into a field, unless it has the focus, and types."""
        field = self.person.page.get_by_label(self.person.words(label), exact=True)
        if not await field.evaluate("it => it === document.activeElement"):
            await field.click()
            self.clicks += 1
        await self.person.page.keyboard.type(text)
        self.characters += len(text)

    async def choose(self, label: str, value: str) -> None:
        """Opens a list, and clicks one of its options."""
        await self.person.page.get_by_label(self.person.words(label), exact=True).select_option(value)
        self.clicks += 2

    async def tick(self, label: str) -> None:
        """Clicks a box."""
        await self.person.page.get_by_label(self.person.words(label), exact=True).check()
        self.clicks += 1

    @asynccontextmanager
    async def _page_that_follows(self) -> AsyncIterator[None]:
        """Until it has the focus where it wants it: a browser sets it after the load."""
        page = self.person.page
        async with page.expect_event("load"):
            yield
        if await page.locator("[autofocus]").count():
            await page.locator(":focus").wait_for(state="attached")
