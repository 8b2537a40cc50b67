"""A process is ready on its own schema and on every later one: `migrate` comes first at an upgrade."""

import asyncio
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

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

    def __init__(self, *, seals: bool = True) -> None:
        self.writes: list[datetime] = []
        self._seals = seals

    async def prove_writable(self, now: datetime) -> None:
        await asyncio.sleep(0)
        self.writes.append(now)

    async def has_seal_key(self) -> bool:
        return self._seals


class Service:
    """A Temporal that has the namespace, or answers with an error."""

    def __init__(self, answer: RPCStatusCode | None = None) -> None:
        self._answer = answer

    async def describe_namespace(self, _request: object, *, timeout: timedelta) -> None:  # noqa: ASYNC109  the SDK's
        assert timeout
        if self._answer is not None:
            raise RPCError("no", self._answer, b"")


@pytest.mark.parametrize(
    ("revision", "migrated"),
    [(None, False), ("0001", False), (newest_revision(), True), ("0999", True)],
)
async def test_it_needs_its_own_revision_or_a_later_one(revision: str | None, migrated: bool) -> None:
    writer = Writer()
    client = SimpleNamespace(namespace="ugyfelkapu", workflow_service=Service())
    engine: Any = SimpleNamespace(reader=Reader(revision), writer=writer, client=client)
    health = HealthGateway(engine)
    for readiness in await asyncio.gather(*(health.readiness() for _ in range(3))):
        assert (readiness.migrated, readiness.writable, readiness.is_ready) == (migrated, migrated, migrated)
    assert len(writer.writes) == int(migrated)


def test_revisions_are_numbers_of_four_digits() -> None:
    newest = newest_revision()
    assert newest is not None
    assert (len(newest), newest.isdecimal()) == (4, True)


@pytest.mark.parametrize(
    "answer", [RPCStatusCode.NOT_FOUND, RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAVAILABLE]
)
async def test_it_needs_its_namespace_in_temporal(answer: RPCStatusCode) -> None:
    """A server that answers is not enough: nobody would do the work of a namespace that does not exist."""
    client = SimpleNamespace(namespace="nope", workflow_service=Service(answer))
    engine: Any = SimpleNamespace(reader=Reader(newest_revision()), writer=Writer(), client=client)
    readiness = await HealthGateway(engine).readiness()
    assert (readiness.temporal, readiness.is_ready) == (False, False)


async def test_it_needs_the_key_of_the_seals() -> None:
    """Without it every registration is refused: no load balancer should send one here."""
    client = SimpleNamespace(namespace="ugyfelkapu", workflow_service=Service())
    engine: Any = SimpleNamespace(reader=Reader(newest_revision()), writer=Writer(seals=False), client=client)
    readiness = await HealthGateway(engine).readiness()
    assert (readiness.writable, readiness.seal_key, readiness.is_ready) == (True, False, False)
