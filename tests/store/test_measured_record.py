"""What the bench writes by hand is a record like any other: verification finds nothing, so its time means something."""

import pytest

from audit.verification.run import Pass
from bench.record import write_record
from bench.record.people import address, person
from bench.record.rows import COLUMNS
from registration.limits import Subject
from registration.searching import SearchForm
from starter.dev.postgres import PostgresServer
from store.attempts import Attempts
from store.audited import AuditStore
from store.database import opened_pool
from store.log_in_rows import Claim
from store.migrate import migrate
from store.search import SearchStore
from store.statistics import StatisticsStore
from tests.store.lives import KEYS, NOW, Store


@pytest.mark.parametrize("processes", [1, 2])
async def test_the_record_that_is_measured_is_whole(server: PostgresServer, processes: int) -> None:
    url = await server.create_database(f"measured{processes}")
    await migrate(url, KEYS)
    await write_record(url, KEYS, 60, processes=processes)
    async with opened_pool(url, most=2) as pool:
        verification = Pass(AuditStore(pool, KEYS), None, None)
        assert [finding async for finding in verification.everything(lambda _: None)] == []
        assert (verification.verdict.registrations, verification.verdict.events) == (60, 600)
        empty = [table for table in COLUMNS if not await pool.fetchval(f"select exists (select from {table})")]  # noqa: S608  our own names
        assert empty == []
        assert await StatisticsStore(pool).undelivered(None, None) == {"CODE_PASSWORD": 1}


async def test_who_was_written_is_found_and_more_can_be_written(server: PostgresServer) -> None:
    """By each criterion, as many as there are; the next registration gets the next receipt."""
    url = await server.create_database("found")
    await migrate(url, KEYS)
    await write_record(url, KEYS, 60)
    async with opened_pool(url, most=2) as pool:
        store, who = Store(pool, KEYS), person(50)
        identity = {"birth_name": who.birth_name, "birth_date": who.birth_date}
        identity |= {"mothers_birth_name": who.mothers_birth_name}
        found = [
            [row.receipt_number for row in await SearchStore(pool, KEYS).search(SearchForm(**form), number, most=10)]
            for form, number in (
                ({}, 51),
                ({"user_name": who.user_name}, None),
                ({"email": address(50)}, None),
                (identity, None),
            )
        ]
        assert [sorted(numbers) for numbers in found] == [[51], [51], [51, 52], [51, 52]]
        claim = Claim(who.user_name, Subject("192.0.2.7"))
        assert store.reader.account(await Attempts(pool, KEYS).count_claim(claim, [], NOW)).password
        state = await store.submitted()
        submission = await store.reader.submission(state.registration_id)
        assert submission is not None
        assert submission.receipt_number == 61
