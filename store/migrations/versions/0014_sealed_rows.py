"""Rows that decide something are sealed; the access record has what administrative acts have put in place.

What is there is taken as it is, and from now on cannot change unseen.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from alembic import context

from registration.access import NO_OFFICE, PREPARATION, AccessEntry
from registration.administration import Content, ListContent
from registration.operations import Administered
from registration.record import GENESIS
from store.migrations.script import run_async, run_sql
from store.sealing import KeyRing
from store.seals import SEAL_KEY, seal_over

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record]

revision = "0014"
down_revision = "0013"
OLDER_PROCESSES_FAIL = True

_BATCH: Final = 1000

_SEALED: Final = {
    "registrations": (("id",), ("id", "channel", "office", "opened_by", "submitted_at", "receipt_number")),
    "credentials": (("id",), ("id", "registration_id", "kind", "message")),
    "letters": (
        ("registration_id", "letter_id"),
        ("registration_id", "letter_id", "message_id", "outcome", "at"),
    ),
    "used_signatures": (("mark",), ("mark", "registration_id")),
    "idempotency": (("key",), ("key", "fingerprint", "request_id", "answer")),
}
"""The key of each table, and the columns that its seal is over."""

_ADMINISTERED: Final = {
    Administered.POLICY: "select * from policies order by version",
    Administered.OFFICE: "select * from offices order by code",
    Administered.STAFF: "select * from disabled_staff order by id",
    Administered.EXTENSION: "select * from extensions order by id",
    Administered.APPROVAL: "select * from extensions where approved_by is not null order by id",
}


def upgrade() -> None:
    """Seals what is there, and enters it."""
    keys: KeyRing = context.config.attributes["keys"]
    run_sql("0014_sealed_rows.sql")
    key, wrapped = keys.new_key(SEAL_KEY)

    async def seal_and_enter(connection: "Connection") -> None:
        await connection.execute(
            "insert into seal_keys values ('rows', $1, $2)", wrapped.master_key_id, wrapped.wrapped
        )
        for table, (names, columns) in _SEALED.items():
            await _seal(connection, key, table, names, columns)
        await _enter(connection, [content async for content in _contents(connection)])

    run_async(seal_and_enter)


async def _seal(
    connection: "Connection", key: bytes, table: str, names: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    """A batch at a time: the cursor does not meet what has been written since it began."""
    only = "message is not null" if table == "credentials" else "true"
    where = " and ".join(f"{name} = ${place}" for place, name in enumerate(names, start=2))
    cursor = connection.cursor(f"select * from {table} where {only}", prefetch=_BATCH)  # noqa: S608  names of this file
    update, batch = f"update {table} set seal = $1 where {where}", list[tuple[Any, ...]]()  # noqa: S608  as above
    async for row in cursor:
        batch.append((seal_over(key, table, [row[column] for column in columns]), *(row[name] for name in names)))
        if len(batch) == _BATCH:
            await connection.executemany(update, batch)
            batch.clear()
    await connection.executemany(update, batch)


async def _contents(connection: "Connection") -> AsyncIterator[Content]:
    for about, select in _ADMINISTERED.items():
        for row in await connection.fetch(select):
            yield Content.of(about, dict(row))
    for extension in await connection.fetch("select id from extensions where listed_at is not null order by id"):
        fixed = ListContent(str(extension["id"]))
        items = "select * from extension_items where extension_id = $1 order by registration_id"
        async for row in connection.cursor(items, extension["id"], prefetch=_BATCH):
            fixed.add(dict(row))
        yield fixed.content()


async def _enter(connection: "Connection", contents: list[Content]) -> None:
    now = datetime.now(UTC)
    chain = await connection.fetchrow(
        "insert into access_chains (office, day, entries, head) values ($1, $2, 0, $3) "
        "on conflict (office, day) do update set entries = access_chains.entries returning entries, head",
        *(NO_OFFICE, now.date(), GENESIS),
    )
    if chain is None or not contents:
        return
    count, head = chain["entries"], chain["head"]
    for content in contents:
        access = replace(PREPARATION, content=content)
        entry = AccessEntry(NO_OFFICE, now.date(), count + 1, now, access, head)
        await connection.execute(
            "insert into access_entries (office, day, sequence, previous_hash, hash, body) "
            "values ($1, $2, $3, $4, $5, $6)",
            *(NO_OFFICE, entry.day, entry.sequence, head, entry.hash(), entry.canonical()),
        )
        count, head = entry.sequence, entry.hash()
    await connection.execute(
        "update access_chains set entries = $3, head = $4 where office = $1 and day = $2",
        *(NO_OFFICE, now.date(), count, head),
    )
