"""A process is ready on its own schema and on every later one: `migrate` comes first at an upgrade."""

from datetime import timedelta
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


class Service:
    """A Temporal that has the namespace."""

    async def describe_namespace(self, _request: object, *, timeout: timedelta) -> None:  # noqa: ASYNC109  the SDK's
        assert timeout


@pytest.mark.parametrize(
    ("revision", "migrated"),
    [(None, False), ("0001", False), (newest_revision(), True), ("0999", True)],
)
async def test_it_needs_its_own_revision_or_a_later_one(revision: str | None, migrated: bool) -> None:
    client = SimpleNamespace(namespace="ugyfelkapu", workflow_service=Service())
    gateway: Any = SimpleNamespace(reader=Reader(revision), client=client)
    readiness = await HealthGateway(gateway).readiness()
    assert (readiness.migrated, readiness.is_ready) == (migrated, migrated)


def test_revisions_are_numbers_of_four_digits() -> None:
    newest = newest_revision()
    assert newest is not None
    assert (len(newest), newest.isdecimal()) == (4, True)
