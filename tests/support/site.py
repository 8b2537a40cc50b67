"""The pages for citizens on a world's servers, and people who open them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Browser

from starter.dev.installation import SOON_SECONDS, World
from starter.dev.letters import NoCode, code_in
from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.pages.server import running_pages
from tests.support.browsing import Person, Version, person_at

TRUSTED_PROXIES: Final = f"{LOOPBACK}/32"
"""The browsers of the tests are trusted to name an address, so that each person has their own limits."""

_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True)
class RunningSite:
    """The pages at `url`, on the servers of `world`."""

    world: World
    url: str
    browser: Browser

    def person(
        self,
        version: Version,
        **options: Any,  # noqa: ANN401  as person_at()
    ) -> AbstractAsyncContextManager[Person]:
        """Somebody who has not opened it yet."""
        return person_at(self.browser, self.url, version, **options)

    async def code(self, address: str, number: int = 1) -> str:
        """Waits for the `number`th letter with a code (from 1) to an address, and reads it. Raises `TimeoutError`."""
        async with asyncio.timeout(SOON_SECONDS):
            while len(codes := self._codes(address)) < number:  # noqa: ASYNC110  a mail folder sends no event
                await asyncio.sleep(_POLL_SECONDS)
        return codes[number - 1]

    def _codes(self, address: str) -> list[str]:
        codes = []
        for letter in self.world.letters(address):
            with suppress(NoCode):
                codes.append(code_in(letter))
        return codes


@asynccontextmanager
async def running_site(world: World, browser: Browser) -> AsyncIterator[RunningSite]:
    """A process of pages on a free port, which citizens know as the site's address."""
    ports = ReservedPorts(1)
    address = f"{LOOPBACK}:{ports.numbers[0]}"
    changed = {"portal_url": f"http://{address}", "trusted_proxies": TRUSTED_PROXIES}
    settings = world.settings.model_copy(update=changed)
    async with running_pages(settings, world.engine, address) as url:
        yield RunningSite(world, url, browser)
