"""What the bench writes by hand is a record like any other: verification finds nothing, so its time means something."""

from audit.verification.run import Pass
from bench.record import write_record
from starter.dev.postgres import PostgresServer
from store.audited import AuditStore
from store.database import opened_pool
from store.migrate import migrate
from tests.store.lives import KEYS


async def test_the_record_that_is_measured_is_whole(server: PostgresServer) -> None:
    url = await server.create_database("measured")
    await migrate(url, KEYS)
    await write_record(url, KEYS, 20)
    async with opened_pool(url, most=2) as pool:
        verification = Pass(AuditStore(pool, KEYS), None, None)
        assert [finding async for finding in verification.everything(lambda _: None)] == []
        assert (verification.verdict.registrations, verification.verdict.events) == (20, 200)
