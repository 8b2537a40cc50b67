"""A process opens the store on a schema that it can work with, or says in one sentence why not."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from store import migrate as migrations
from store.migrate import breaking_after, migrate, newest_revision
from store.opening import opened_store
from store.preparation import prepare_database
from store.processes import Processes
from store.trouble import naming_database_trouble
from tests.store.lives import KEYS, NOW, Store, another_pool
from tests.store.rings import settings

ROOT: Final = Path(__file__).parents[2]


async def problem_of(url: str, *, migrating: bool = False) -> CannotStart:
    try:
        if migrating:
            await prepare_database(settings(url), NOW)
        else:
            async with opened_store(settings(url), "test"):
                pass
    except CannotStart as found:
        return found
    raise AssertionError(url)


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_an_empty_database_has_to_be_migrated_first(server: PostgresServer) -> None:
    found = await problem_of(await server.create_database("empty"))
    assert found.problem is StartProblem.NO_SCHEMA
    assert "ugyfelkapu migrate" in str(found)


@pytest.mark.parametrize("revision", ["0001", "0007", "0009"])
async def test_an_older_schema_has_to_be_migrated_first(server: PostgresServer, revision: str) -> None:
    """The sentence names both versions."""
    url = await server.create_database(f"old{revision}")
    await migrate(url, KEYS, revision=revision)
    found = await problem_of(url)
    assert found.problem is StartProblem.OLD_SCHEMA
    assert revision in str(found)
    assert newest_revision() in str(found)


async def test_on_a_newer_schema_processes_go_on_and_a_migration_changes_nothing(server: PostgresServer) -> None:
    """The documented rule: `migrate` comes first at an upgrade, the older processes go on meanwhile."""
    url = await server.create_database("newer")
    await prepare_database(settings(url), NOW)
    await execute(url, "update alembic_version set version_num = '9999'; delete from key_checks where use = 'code'")
    before = await server.dump(url)
    found = await problem_of(url, migrating=True)
    assert found.problem is StartProblem.NEWER_SCHEMA
    assert "9999" in str(found)
    assert newest_revision() in str(found)
    assert await server.dump(url) == before
    await execute(url, "update alembic_version set version_num = '" + newest_revision() + "'")  # noqa: S608  our own
    await prepare_database(settings(url), NOW)
    await execute(url, "update alembic_version set version_num = '9999'")
    async with opened_store(settings(url), "test"):
        pass


def test_migrations_that_break_older_processes_say_so() -> None:
    """As docs/operations.md lists them."""
    assert breaking_after(None) == ["0004", "0007", "0008", "0010", "0014", "0015", "0018"]
    assert breaking_after("0008") == ["0010", "0014", "0015", "0018"]
    assert breaking_after("0015") == ["0018"]
    upgrade = (
        (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## Upgrade")[2].partition("\n## ")[0]
    )
    assert re.findall(r"^\| `(\d{4})` \|", upgrade, re.MULTILINE) == breaking_after(None)


async def test_such_a_migration_waits_until_older_processes_have_ended(
    server: PostgresServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is changed before, and the process is named."""
    monkeypatch.setattr(migrations, "newest_revision", lambda: "9998")
    monkeypatch.setattr(migrations, "breaking_after", lambda _: ["9998"])
    url = await server.create_database(await store.pool.fetchval("select current_database()"))
    async with another_pool(server, store) as pool:
        process = Processes(pool, "worker", {})
        async with process.announced():
            with pytest.raises(CannotStart) as found:
                await migrate(url, KEYS)
    assert found.value.problem is StartProblem.OLDER_PROCESSES
    assert "9998" in str(found.value)
    assert "worker " in str(found.value)
    await migrate(url, KEYS)


@pytest.mark.parametrize(
    ("trouble", "problem"),
    [
        (asyncpg.InvalidPasswordError, StartProblem.LOG_IN_REFUSED),
        (asyncpg.InvalidAuthorizationSpecificationError, StartProblem.LOG_IN_REFUSED),
        (asyncpg.InvalidCatalogNameError, StartProblem.NO_SUCH_DATABASE),
        (asyncpg.InsufficientPrivilegeError, StartProblem.NO_RIGHTS),
        (asyncpg.ReadOnlySQLTransactionError, StartProblem.READ_ONLY),
    ],
)
def test_what_postgresql_refuses_with_names_what_to_correct(
    trouble: Callable[[str], Exception], problem: StartProblem
) -> None:
    with pytest.raises(CannotStart) as found, naming_database_trouble():
        raise trouble("user 'secret'")
    assert found.value.problem is problem
    assert "secret" not in str(found.value)


@pytest.mark.parametrize("trouble", [ConnectionRefusedError, TimeoutError, asyncpg.CannotConnectNowError, OSError])
def test_a_postgresql_that_does_not_answer_is_named(trouble: Callable[[str], Exception]) -> None:
    with pytest.raises(Unavailable) as found, naming_database_trouble():
        raise trouble("at 10.0.0.1")
    assert found.value.dependency is Dependency.DATABASE
    assert "10.0.0.1" not in str(found.value.facts)
