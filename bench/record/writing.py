"""Writes whole registrations straight into PostgreSQL by COPY, in several processes: most of the work is sealing."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

import asyncpg

from bench.record.lives import Pattern
from bench.record.rows import CHAIN_COLUMNS, COLUMNS, LifeRows
from registration.access import PREPARATION
from registration.offices import Body, Office
from registration.policy import Policy
from store.database import opened_pool
from store.offices import OfficeStore
from store.reader import Reader
from store.sealing import KeyRing
from store.seals import RowSeals
from store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH: Final = 2_000
_OFFICES: Final = 200
_DAYS: Final = 60
"""On so many days the registrations were opened."""
_DAYS_AGO: Final = timedelta(days=30)
"""The last of them. Older than what a pass of reconciliation compares with Temporal, where they have no workflows."""
_PREPARED_BEFORE: Final = timedelta(days=_DAYS + 1)
"""Policy and offices are older than the lives, and their entries in no chain of the lives' days."""
_LOSES_A_LETTER: Final = 50
"""One in so many registrations."""
NO_PASSWORD: Final = "$argon2id$"  # noqa: S105  in the place of a hash: nothing logs in with it
_SAMPLES: Final = 100
"""Ids of so many registrations are returned of each batch."""


@dataclass(frozen=True)
class _Share:
    """What one process writes: the registrations whose numbers leave `place` when they are divided by `of`."""

    database: str
    keys: KeyRing = field(repr=False)
    seal_key: bytes = field(repr=False)
    password_hash: str = field(repr=False)
    now: datetime
    registrations: int
    place: int
    of: int

    def batches(self) -> "Iterator[range]":
        """The numbers, oldest registrations first."""
        for first in range(self.place, self.registrations, _BATCH * self.of):
            yield range(first, min(first + _BATCH * self.of, self.registrations), self.of)

    def day_of(self, number: int) -> int:
        """On which of the days the registration was opened."""
        return number * _DAYS // self.registrations


async def write_record(
    database: str, keys: KeyRing, registrations: int, *, processes: int = 1, password_hash: str = NO_PASSWORD
) -> list[str]:
    """Writes into a prepared database without registrations, and returns the ids of some of them.

    Each has ten events and all that belongs to them. Foreign keys are not checked: `audit verify` proves the record.
    """
    now = datetime.now(UTC)
    prepared = now - _DAYS_AGO - _PREPARED_BEFORE
    async with opened_pool(database, most=1) as pool:
        if await Reader(pool, keys).policy() is None:
            await Writer(pool, keys).adopt_policy(Policy(), prepared)
        offices = [Office(name, Body.OKMANYIRODA, "A", "B", open=True) for name in _office_names()]
        await OfficeStore(pool).put(offices, PREPARATION, prepared)
        seal_key = await RowSeals(pool, keys).key()
    shares = [
        _Share(database, keys, seal_key, password_hash, now, registrations, place, processes)
        for place in range(processes)
    ]
    if processes == 1:
        some = [await _write(share) for share in shares]
    else:
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool_of_processes:
            some = await asyncio.gather(*(loop.run_in_executor(pool_of_processes, _written, each) for each in shares))
    connection = await asyncpg.connect(database)
    try:
        following = registrations + 1
        await connection.execute(f"alter table registrations alter column receipt_number restart with {following}")
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return [one for share in some for one in share]


def _written(share: _Share) -> list[str]:
    return asyncio.run(_write(share))


async def _write(share: _Share) -> list[str]:
    patterns = [
        [Pattern(_noon(share.now - _DAYS_AGO - timedelta(days=day)), loses_a_letter=loses) for loses in (False, True)]
        for day in reversed(range(_DAYS))
    ]
    made = LifeRows(
        share.keys, share.seal_key, share.password_hash, _office_names()[share.place :: share.of], share.now
    )
    connection, some = await asyncpg.connect(share.database), list[str]()
    try:
        await connection.execute("set session_replication_role = replica")  # checks no foreign keys
        for numbers in share.batches():
            lives = [made.of(patterns[share.day_of(number)][loses_a_letter(number)], number) for number in numbers]
            some += [str(life["registrations"][0][0]) for life in lives[:_SAMPLES]]
            for table, columns in COLUMNS.items():
                rows = [row for life in lives for row in life[table]]
                await connection.copy_records_to_table(table, records=rows, columns=columns)
        await connection.copy_records_to_table("access_chains", records=made.chains, columns=CHAIN_COLUMNS)
    finally:
        await connection.close()
    return some


def loses_a_letter(number: int) -> bool:
    """Whether a letter of the registration does not arrive."""
    return number % _LOSES_A_LETTER == _LOSES_A_LETTER // 2


def _office_names() -> list[str]:
    return [f"office-{number}" for number in range(_OFFICES)]


def _noon(moment: datetime) -> datetime:
    return moment.replace(hour=12, minute=0, second=0, microsecond=0)
