"""One run over one database: written, audited, served, kept, migrated."""

import os
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from bench.record.auditing import AuditOfRecord, measure_audit_of_record
from bench.record.keeping import measure_keeping
from bench.record.migrating import MeasuredMigration, measure_migrations
from bench.record.serving import MeasuredWork, measure_serving
from bench.record.writing import write_record
from bench.system import System
from starter.dev.samples import PASSWORD
from store.keys import key_ring

POSTGRES: Final = {"max_wal_size": "8GB"}
"""Otherwise PostgreSQL writes whole pages again and again while millions of rows come by COPY. All else is default."""


@dataclass(frozen=True)
class RecordRates:
    """How long so many registrations took to write, in seconds, how much they take, in MB; and what was measured."""

    registrations: int
    written_s: float
    database_mb: float
    served: list[MeasuredWork]
    kept: list[MeasuredWork]
    migrated: list[MeasuredMigration]
    audit: AuditOfRecord


async def measure_record(system: System, registrations: int) -> RecordRates:
    """Writes straight into PostgreSQL, then measures what people ask of it."""
    world, began = system.world, perf_counter()
    some = await write_record(
        world.addresses.database,
        key_ring(world.settings),
        registrations,
        processes=len(os.sched_getaffinity(0)),
        password_hash=await world.engine.passwords.hash(PASSWORD),
    )
    written = perf_counter() - began
    [(size,)] = await world.sql("select pg_database_size(current_database())")
    audit = await measure_audit_of_record(system, registrations, some)
    served = await measure_serving(system, registrations, some)
    kept, migrated = await measure_keeping(system), await measure_migrations(system)
    return RecordRates(registrations, written, size / 2**20, served, kept, migrated, audit)
