"""A record with checkpoints and, in many places of it, damage of many kinds: for verifications that share it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
from temporalio.testing import ActivityEnvironment

from activities.checkpoint import CheckpointActivities
from activities.letters.transport import MailSettings, MailTransport
from audit.verification.checkpoints import Witness
from bench.record import write_record
from registration.checkpoint import CheckpointOrder
from settings.settings import Settings
from starter.dev.postgres import PostgresServer
from store.accesses import AccessStore
from store.checkpoints import CheckpointFolder
from store.database import opened_pool
from store.heads import HeadReader
from store.keys import key_ring, signing_keys
from store.preparation import prepare_database
from tests.store.rings import settings, sql

REGISTRATIONS: Final = 60
GONE: Final = (0, 9, 10, *range(30, 42), 58, 59)
"""First and last, both sides of a boundary between parts of ten, and more than a whole part."""

ALTERED: Final = {
    5: "update events set body = replace(body, 'CITIZEN', 'CLERK') where registration_id = $1 and sequence = 3",
    19: "update events set hash = repeat('a', 64) where registration_id = $1 and sequence = 10",
    20: "delete from events where registration_id = $1 and sequence = 1",
    25: "delete from events where registration_id = $1 and sequence = 10",
    29: "delete from evidence where registration_id = $1",
    42: "update registrations set status = 'INACTIVE' where id = $1",
    45: "delete from persons where registration_id = $1",
    50: "update emails set address_index = 'x' where registration_id = $1",
    55: "update events set body = 'nothing' where registration_id = $1 and sequence = 4",
}
"""By the registration's place."""

_BESIDES: Final = (
    "delete from access_entries where office = 'office-7'",
    "delete from access_chains where office = 'office-7'",
    "update access_entries set body = 'nothing' where office = 'office-8' and sequence = 1",
    "delete from offices where code = 'office-9'",
)
"""What belongs to no registration."""

_TABLES: Final = (
    *("evidence", "client_requests", "events", "emails", "persons", "data_keys", "credentials", "codes", "letters"),
    *("sessions", "log_ins", "known_browsers", "log_in_notices"),
)


@dataclass(frozen=True)
class Record:
    """A database, its checkpoints, and the ids that it had, in order."""

    settings: Settings
    folder: CheckpointFolder
    ids: Sequence[str]

    @property
    def url(self) -> str:
        return self.settings.database_url.get_secret_value()

    def witness(self) -> Witness:
        """The checkpoints, read from the beginning."""
        return Witness(self.folder)


async def written(server: PostgresServer, name: str, folder: Path, registrations: int = REGISTRATIONS) -> Record:
    """A whole record with two checkpoints, the second of which knows every chain."""
    made = settings(await server.create_database(name), folder=folder)
    record = Record(made, CheckpointFolder(folder, signing_keys(made)), [])
    await prepare_database(made, datetime.now(UTC))
    await _checkpointed(record, "before")
    await write_record(record.url, key_ring(made), registrations)
    await _checkpointed(record, "after")
    rows = await sql(record.url, "select id from registrations order by id")
    return Record(made, record.folder, [str(row["id"]) for row in rows])


async def damaged(record: Record) -> None:
    """Does all of it, by the owner of the database."""
    owner = await asyncpg.connect(record.url)
    try:
        await owner.execute("alter table access_entries disable trigger all")
        for place in GONE:
            for table in _TABLES:
                await owner.execute(f"delete from {table} where registration_id = $1", record.ids[place])  # noqa: S608
            await owner.execute("delete from registrations where id = $1", record.ids[place])
        for place, statement in ALTERED.items():
            await owner.execute(statement, record.ids[place])
        for statement in _BESIDES:
            await owner.execute(statement)
    finally:
        await owner.close()


async def _checkpointed(record: Record, request_id: str) -> None:
    transport = MailTransport(MailSettings("smtp://127.0.0.1:1", "sender@example.org"))
    keys = signing_keys(record.settings)
    async with opened_pool(record.url, most=2) as pool:
        activities = CheckpointActivities(
            HeadReader(pool), AccessStore(pool), record.folder, transport, keys=keys, sender="", auditors=()
        )
        order = CheckpointOrder(datetime.now(UTC), request_id)
        await ActivityEnvironment().run(activities.write_checkpoint, order)
    await transport.close()
