"""A process opens the store on a schema that it can work with, or says in one sentence why not."""

from collections.abc import Callable

import asyncpg
import pytest

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from store.preparation import prepare_database
from store.revisions import newest_revision
from store.trouble import naming_database_trouble
from tests.store.later import ADDS_A_COLUMN, later_version
from tests.store.lives import NOW
from tests.store.rings import settings, sql, starts


async def problem_of(url: str, *, migrating: bool = False) -> CannotStart:
    try:
        if migrating:
            await prepare_database(settings(url), NOW)
        else:
            await starts(settings(url))
    except CannotStart as found:
        return found
    raise AssertionError(url)


async def test_an_empty_database_has_to_be_migrated_first(server: PostgresServer) -> None:
    found = await problem_of(await server.create_database("empty"))
    assert found.problem is StartProblem.NO_SCHEMA
    assert "ugyfelkapu migrate" in str(found)


async def test_an_older_schema_has_to_be_migrated_first(url: str) -> None:
    """The sentence names both versions."""
    older = newest_revision()
    with later_version(ADDS_A_COLUMN):
        found = await problem_of(url)
    assert found.problem is StartProblem.OLD_SCHEMA
    assert older in str(found)
    assert ADDS_A_COLUMN.revision in str(found)


async def test_on_a_newer_schema_processes_go_on_and_a_migration_changes_nothing(
    server: PostgresServer, url: str
) -> None:
    """The documented rule: `migrate` comes first at an upgrade, the older processes go on meanwhile."""
    with later_version(ADDS_A_COLUMN):
        await prepare_database(settings(url), NOW)
    await sql(url, "delete from key_checks where use = 'code'")
    before = await server.dump(url)
    found = await problem_of(url, migrating=True)
    assert found.problem is StartProblem.NEWER_SCHEMA
    assert ADDS_A_COLUMN.revision in str(found)
    assert newest_revision() in str(found)
    assert await server.dump(url) == before
    with later_version(ADDS_A_COLUMN):
        await prepare_database(settings(url), NOW)
    await starts(settings(url))


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
