"""The two ways to one installation: the command line, as a process of its own, and the API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starter.dev.installation import World, private_folder
from tests.acceptance.command_line import CommandLine, Outcome
from tests.support.accounts import variables_of
from tests.support.api import Api, api_on
from tests.support.servers import SharedServers
from tests.workflows.lives import choosy_world

SEEN: Final = (
    "--document-kind",
    "PASSPORT",
    "--document-number",
    "BA1234567",
    "--consent",
    "--recipient",
    "Teszt Elek",
)
"""What a clerk saw, as options."""


@dataclass(frozen=True)
class Ways:
    """An installation, its API, and a terminal in a folder; the terminal is clerk-7's of 1051 and operator-1's."""

    world: World
    api: Api
    folder: Path
    places: asyncio.Semaphore

    async def command(self, *arguments: str, stdin: str = "", **variables: str) -> Outcome:
        """Runs `ugyfelkapu` with these arguments, while the world's worker works."""
        line = CommandLine(self.folder, variables_of(self.world) | self._folders() | _CLERK | variables)
        async with self.places:
            return await asyncio.to_thread(line, *arguments, stdin=stdin)

    def _folders(self) -> dict[str, str]:
        settings = self.world.settings
        return {
            "UGYFELKAPU_CHECKPOINT_FOLDER": str(settings.checkpoint_folder),
            "UGYFELKAPU_ARCHIVE_FOLDER": str(settings.archive_folder),
        }


_AT_ONCE: Final = 2
"""Commands at once: each takes a second of a core to begin, and must end within a minute on a busy machine."""

_CLERK: Final = {"UGYFELKAPU_CLERK": "clerk-7", "UGYFELKAPU_OFFICE": "1051"}


@asynccontextmanager
async def both_ways(servers: SharedServers) -> AsyncIterator[Ways]:
    """Both on an installation of their own, whose inbox refuses addresses that begin with `refused`."""
    with private_folder() as folder:
        async with choosy_world(servers) as (world, _), api_on(world) as api:
            yield Ways(world, api, folder, asyncio.Semaphore(_AT_ONCE))
