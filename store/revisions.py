"""Which revision of the schema a database has, and which this version needs; known without Alembic.

Alembic and SQLAlchemy are a third of what every process would import at its start; only `store.migrate` needs them.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import asyncpg

from store.database import queries

if TYPE_CHECKING:
    from store.processes import Connection

MIGRATIONS: Final = files("store.migrations")
"""Alembic's folder: `env.py`, and the migrations in `versions/`, whose names begin with their revisions."""


@cache
def known_revisions() -> tuple[str, ...]:
    """All that this version knows, oldest first: four digits, so their order is that of text."""
    names = (file.name for file in (MIGRATIONS / "versions").iterdir())
    return tuple(sorted(name.partition("_")[0] for name in names if name.endswith(".py") and name[0].isdigit()))


def newest_revision() -> str:
    """The revision that a migrated database has."""
    return known_revisions()[-1]


async def revision_of(connection: "Connection") -> str | None:
    """The last migration that ran; `None` in a database that was never prepared."""
    try:
        revision: str | None = await queries.find_revision(connection)
    except asyncpg.UndefinedTableError:
        return None
    return revision
