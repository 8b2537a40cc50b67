"""What assistive technology reads of log-in and registration: `python -m tests.support.accessibility_trees` writes it.

One file for each page and language, of the version that a person of that language uses (tests/support/browsing.py).
"""

import asyncio
import re
from pathlib import Path
from typing import Final

from registration.statuses import Language
from starter.dev.samples import form
from tests.support.browsing import VERSIONS, Person
from tests.support.page_states import STEPS, answer_step, log_in, until_mailed
from tests.support.screenshots import running_sites_alone

_TIME: Final = re.compile(r"\d{4}\. \w+ \d{1,2}\., \d\d:\d\d|\d{1,2} \w+ \d{4}, \d\d:\d\d")
"""A time in words, in either language: until when an address can be corrected depends on when it is read."""

FOLDER: Final = Path(__file__).parents[1] / "browser/accessibility_trees"


async def trees(person: Person) -> dict[str, str]:
    """The trees of one person's way through log-in and registration, by page; the user name must be free."""
    language = person.version.language
    secret = f"a-person-who-listens--{language}"  # the address of the result comes from it
    await person.page.context.add_cookies([{"name": "ugyfelkapu-form", "value": secret, "url": person.origin}])
    filled = form(user_name=f"olvaso.{language}", email=f"olvaso.{language}@example.org")
    found: dict[str, str] = {}

    async def read(name: str) -> None:
        found[name] = _TIME.sub("TIME", await person.page.locator("body").aria_snapshot()) + "\n"

    await person.open("/")
    await read("log-in")
    await log_in(person, "nobody.at.all", "wrong password")
    await read("log-in-wrong")
    await person.open("/regisztracio")
    await read("register")
    await person.follow("Begin the form")
    for number, step in enumerate(STEPS, 1):
        await read(f"register-{number}")
        await person.press("Continue")
        await read(f"register-{number}-wrong")
        await answer_step(person, filled, step)
    await read("register-check")
    await person.press("Send in the registration")
    await until_mailed(person, filled["email"])
    await read("registered")
    return found


def kept(language: Language) -> dict[str, str]:
    """What the files have, by page."""
    return {path.stem: path.read_text(encoding="utf-8") for path in (FOLDER / language).glob("*.yml")}


async def main() -> None:
    """Writes them all anew."""
    async with running_sites_alone() as (site, _):
        for version in VERSIONS:
            folder = FOLDER / version.language
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.glob("*.yml"):
                path.unlink()
            async with site.person(version) as person:
                for name, tree in (await trees(person)).items():
                    (folder / f"{name}.yml").write_text(tree, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
