"""Writes pictures of every page and state to build/screenshots/, and the three of README to docs/pictures/."""

import argparse
import asyncio
import base64
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from registration.statuses import Language, Status
from starter.dev.installation import World, private_folder
from starter.pages.timeline import timeline_page
from tests.support.browsing import ENGLISH, VERSIONS, Person, Version, running_chromium
from tests.support.desk_states import DESK_STATES
from tests.support.installation import installation_on
from tests.support.page_states import STATES, PageState, Way
from tests.support.servers import postgres_server, shared_servers
from tests.support.site import RunningSite, running_site
from tests.support.staff import running_staff_site
from tests.support.staff_states import STAFF_STATES
from worker import running_workers

ALL: Final = Path("build/screenshots")
OF_README: Final = Path("docs/pictures")
MOST_BYTES: Final = 150_000
"""Of README's pictures together: whoever opens it on a slow line waits for them."""

_QUALITY: Final = 80
_README: Final = replace(ENGLISH, name="readme", width=1000, height=700, colours="light", is_phone=False)


async def main() -> None:
    """Writes them all, or those whose names match; exits with 1 where a page could not be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="?", default="", help="a regular expression; pictures of other states are kept")
    wanted = re.compile(parser.parse_args().names)
    async with running_sites_alone() as (site, staff_site):
        failed = [
            f"{version.name}/{name}"
            for version in VERSIONS
            for at, states in ((site, STATES), (staff_site, {**STAFF_STATES, **DESK_STATES}))
            for name, state in states.items()
            if wanted.search(name) and not await _pictured(at, version, name, state)
        ]
        if not wanted.pattern:
            await _picture_for_readme(site)
    if failed:
        sys.exit(f"No picture of: {', '.join(failed)}")


async def _pictured(site: RunningSite, version: Version, name: str, state: PageState) -> bool:
    path = ALL / version.name / f"{name}.png"
    path.unlink(missing_ok=True)
    try:
        async with site.person(version) as person:
            await state.reach(person, site)
            await person.page.screenshot(path=path, full_page=True)
    except Exception as failure:  # noqa: BLE001  the other pictures are made all the same
        print(f"{path}: {failure}", file=sys.stderr)  # noqa: T201  a program's output
        return False
    print(path)  # noqa: T201  a program's output
    return True


async def _picture_for_readme(site: RunningSite) -> None:
    OF_README.mkdir(parents=True, exist_ok=True)
    for name, way in _PICTURES.items():
        async with site.person(_README) as person:
            await way(person, site)
            (OF_README / f"{name}.webp").write_bytes(await _compressed(person))
    size = sum(path.stat().st_size for path in OF_README.iterdir())
    if size > MOST_BYTES:
        sys.exit(f"{OF_README} has {size} bytes, and should have {MOST_BYTES} at most")


async def _compressed(person: Person) -> bytes:
    """WebP, which Playwright's own screenshots are not: a third of the size."""
    session = await person.page.context.new_cdp_session(person.page)
    shot = await session.send(
        "Page.captureScreenshot", {"format": "webp", "quality": _QUALITY, "captureBeyondViewport": False}
    )
    return base64.b64decode(shot["data"])


async def _life(person: Person, site: RunningSite) -> None:
    """Some years of a life, as an auditor reads them: a page that needs no server."""
    life = await site.world.audit.timeline(await _lived(site.world))
    await person.page.set_content(timeline_page(life, Language.EN))


async def _lived(world: World) -> str:
    """A registration whose password expired and was renewed; its id."""
    registration_id, filled = await world.active()
    await world.forward(registration_id, timedelta(days=_MORE_THAN_TWO_YEARS))
    await world.until(registration_id, Status.PASSWORD_EXPIRED)
    letters = len(world.letters(filled["email"]))
    await world.request_code(filled)
    await world.redeem(filled, await world.code(filled["email"], letters + 1))
    await world.until(registration_id, Status.ACTIVE)
    return registration_id


_MORE_THAN_TWO_YEARS: Final = 2 * 366
_PICTURES: Final[Mapping[str, Way]] = {
    "log-in": STATES["log-in"].reach,
    "account": STATES["account"].reach,
    "life": _life,
}


@asynccontextmanager
async def running_sites_alone() -> AsyncIterator[tuple[RunningSite, RunningSite]]:
    """The pages for citizens, and those for staff, with servers and a browser for them alone."""
    async with AsyncExitStack() as stack:
        postgres = await stack.enter_async_context(postgres_server(stack.enter_context(private_folder())))
        servers = await stack.enter_async_context(shared_servers(postgres))
        _, world = await stack.enter_async_context(installation_on(servers))
        await stack.enter_async_context(running_workers(world.client, world.settings))
        browser = await stack.enter_async_context(running_chromium())
        yield (
            await stack.enter_async_context(running_site(world, browser)),
            await stack.enter_async_context(running_staff_site(world, browser)),
        )


if __name__ == "__main__":
    asyncio.run(main())
