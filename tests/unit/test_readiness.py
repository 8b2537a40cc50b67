"""A process is ready on its own schema and on every later one: `migrate` comes first at an upgrade."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from starter.gateway.health import HealthGateway
from store.migrate import newest_revision


class Reader:
    """Reads a revision."""

    def __init__(self, revision: str | None) -> None:
        self._revision = revision

    async def revision(self) -> str | None:
        return self._revision


class Writer:
    """Writes, and says how often."""

    def __init__(self) -> None:
        self.writes: list[datetime] = []

    async def prove_writable(self, now: datetime) -> None:
        self.writes.append(now)


class Service:
    """A Temporal that is there."""

    async def check_health(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("revision", "migrated"),
    [(None, False), ("0001", False), (newest_revision(), True), ("0999", True)],
)
async def test_it_needs_its_own_revision_or_a_later_one(revision: str | None, migrated: bool) -> None:
    writer = Writer()
    gateway: Any = SimpleNamespace(
        reader=Reader(revision), writer=writer, client=SimpleNamespace(service_client=Service())
    )
    health = HealthGateway(gateway)
    for _ in range(3):
        readiness = await health.readiness()
        assert (readiness.migrated, readiness.writable, readiness.is_ready) == (migrated, migrated, migrated)
    assert len(writer.writes) == int(migrated)


def test_revisions_are_numbers_of_four_digits() -> None:
    newest = newest_revision()
    assert newest is not None
    assert (len(newest), newest.isdecimal()) == (4, True)
