"""A process is ready on its own schema and on every later one: `migrate` comes first at an upgrade."""

import asyncio
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from starter.gateway.health import ReadinessCheck
from store.revisions import newest_revision


class Reader:
    """Reads a revision."""

    def __init__(self, revision: str | None) -> None:
        self._revision = revision

    async def revision(self) -> str | None:
        return self._revision


class Writer:
    """Writes, and says how often."""

    def __init__(self, *, seals: bool = True) -> None:
        self.writes: list[datetime] = []
        self._seals = seals

    async def prove_writable(self, now: datetime) -> None:
        await asyncio.sleep(0)
        self.writes.append(now)

    async def has_seal_key(self) -> bool:
        return self._seals


@pytest.mark.parametrize(
    ("revision", "migrated"),
    [(None, False), ("0000", False), (newest_revision(), True), ("0999", True)],
)
async def test_it_needs_its_own_revision_or_a_later_one(revision: str | None, migrated: bool) -> None:
    writer = Writer()
    engine: Any = SimpleNamespace(reader=Reader(revision), writer=writer)
    health = ReadinessCheck(engine)
    for readiness in await asyncio.gather(*(health.readiness() for _ in range(3))):
        assert (readiness.migrated, readiness.writable, readiness.is_ready) == (migrated, migrated, migrated)
    assert len(writer.writes) == int(migrated)


def test_revisions_are_numbers_of_four_digits() -> None:
    newest = newest_revision()
    assert newest is not None
    assert (len(newest), newest.isdecimal()) == (4, True)


async def test_it_needs_the_key_of_the_seals() -> None:
    """Without it every registration is refused: no load balancer should send one here."""
    engine: Any = SimpleNamespace(reader=Reader(newest_revision()), writer=Writer(seals=False))
    readiness = await ReadinessCheck(engine).readiness()
    assert (readiness.writable, readiness.seal_key, readiness.is_ready) == (True, False, False)
