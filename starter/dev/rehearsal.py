"""The rehearsal: servers of its own, three lives in skipped time, and a comparison at the end (`ugyfelkapu demo`)."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from registration.sentences import N_
from registration.statuses import Language, Status
from starter.dev.environment import embedded_servers
from starter.dev.installation import private_folder, world_on
from starter.dev.letters import NoCode
from starter.dev.rehearsal_chapters import in_person, never_redeemed, online
from starter.dev.rehearsal_life import Life
from starter.dev.rehearsal_stage import LifeEnd, RehearsalFailed, Stage, Watcher, demand
from starter.dev.rehearsal_words import RehearsalLine

LONGEST_SECONDS: Final = 60
"""What a rehearsal may take, servers included."""

_STATUS_SQL: Final = "select status from registrations where id = $1"


async def rehearse(examples: Path, watcher: Watcher, language: Language) -> list[LifeEnd]:
    """Plays the three lives and returns how they ended. Raises `RehearsalFailed` unless all happened as it must.

    The letters are in `language`.

    To be run in a process of its own: the variables that name the user's own servers are taken out of its environment.
    """
    try:
        async with asyncio.timeout(LONGEST_SECONDS), _stage(examples, watcher, language) as stage:
            first = await online(stage)
            second = await in_person(stage)
            lapsed, again = await never_redeemed(stage)
            watcher.working(RehearsalLine.COMPARING)
            return [
                await _ending(stage, N_("1 online"), first, Status.ACTIVE),
                await _ending(stage, N_("2 in person"), second, Status.ACTIVE),
                await _ending(stage, N_("3 never redeemed"), lapsed, Status.LAPSED),
                await _ending(stage, N_("3 same name"), again, Status.AWAITING_ACTIVATION),
            ]
    except TimeoutError:
        raise RehearsalFailed("something took far too long") from None
    except NoCode as letter:
        raise RehearsalFailed(f"a code letter has no code: {letter}") from None


async def _ending(stage: Stage, name: str, life: Life, due: Status) -> LifeEnd:
    """Asks PostgreSQL in plain SQL, and Temporal by its query; neither through the other."""
    (row,) = await stage.world.sql(_STATUS_SQL, life.registration_id)
    stored = Status(row["status"])
    running = await life.described()
    demand(stored is due, f"{name} should have ended as {due}, and PostgreSQL says {stored}")
    demand(running.status is stored, f"{name} is {stored} in PostgreSQL and {running.status} in Temporal")
    return LifeEnd(name, life.registration_id, stored, running, await life.record_holds(), life.letters)


@asynccontextmanager
async def _stage(examples: Path, watcher: Watcher, language: Language) -> AsyncIterator[Stage]:
    with _own_environment() as folder:
        watcher.working(RehearsalLine.STARTING)
        async with embedded_servers(folder, ui=False) as addresses, world_on(addresses, folder) as world:
            yield Stage(world, examples, watcher, language)
            watcher.working(RehearsalLine.STOPPING)


@contextmanager
def _own_environment() -> Iterator[Path]:
    """A folder that is gone afterwards; nothing of the user's own installation is used or touched."""
    for name in [name for name in os.environ if name.startswith(("UGYFELKAPU_", "TEMPORAL_"))]:
        del os.environ[name]
    os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull  # else a profile of the user's own could add TLS or a key
    with private_folder("ugyfelkapu demo ") as folder:
        log = logging.FileHandler(folder / "demo.log")
        logging.getLogger().addHandler(log)
        try:
            yield folder
        finally:
            logging.getLogger().removeHandler(log)
            log.close()
