"""A person who has a keyboard alone: Tab, Shift+Tab, Enter, Space, arrows; they see where they are on every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.support.browsing import Person

_LEAST_OUTLINE_PIXELS: Final = 2
"""WCAG 2.2, 2.4.13."""

_SEEN: Final = """it => {
    const style = getComputedStyle(it), box = it.getClientRects()[0]; // the first line of a link
    return {
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        above: it.contains(document.elementFromPoint(
            Math.max(0, box.left + Math.min(box.width, innerWidth) / 2),
            Math.min(innerHeight - 1, Math.max(0, box.top + box.height / 2)))),
    };
}"""


@dataclass(frozen=True)
class Keyboard:
    """Names are message ids, as a `Person`'s."""

    person: Person

    async def to(self, name: str) -> None:
        """Tab until the focus is at what has this name. AssertionError where it is not seen there, or never comes."""
        await self.person.tab_to(name)
        await self.assert_focus_is_seen()

    async def type(self, fields: Mapping[str, str]) -> None:
        """Types into the fields with these labels, which the Tab key comes to in this order; over what is there."""
        for label, text in fields.items():
            await self.to(label)
            await self.person.page.keyboard.press("ControlOrMeta+a")
            await self.person.page.keyboard.type(text)

    async def follow(self, name: str) -> None:
        """Enter on a link or a button, and the page that follows."""
        await self.to(name)
        await self.person.enter()

    async def press(self, button: str) -> None:
        """Space on a button, and the page that follows."""
        await self.to(button)
        async with self.person.page.expect_event("load"):
            await self.person.page.keyboard.press("Space")

    async def mend(self, wrong: str) -> None:
        """From the error summary to the field `wrong` (the name of an input).

        The summary has the focus where there are scripts; else its link is the first after the way to the content.
        """
        (sentence,) = [said for name, said in (await self.person.errors()).items() if name == wrong]
        if not self.person.version.scripts:
            await self.skip()
        await self.to(sentence)
        await self.person.page.keyboard.press("Enter")
        assert await self.focused("name") == wrong
        await self.assert_focus_is_seen()

    async def skip(self) -> None:
        """The first Tab of a page comes to the link that leads past the head of the site."""
        await self.person.page.keyboard.press("Tab")
        assert await self.focused("href") == "#main"
        await self.assert_focus_is_seen()
        await self.person.page.keyboard.press("Enter")
        assert await self.focused("id") == "main"

    async def focused(self, attribute: str) -> str | None:
        """An attribute of what has the focus."""
        return await self.person.page.locator(":focus").get_attribute(attribute)

    async def assert_focus_is_seen(self) -> None:
        """AssertionError where what has the focus is not on the screen, or not marked."""
        found: dict[str, Any] = await self.person.page.locator(":focus").evaluate(_SEEN)
        assert found["inside"], found
        assert found["above"], "it is covered"
        assert found["outline"] >= _LEAST_OUTLINE_PIXELS, found
