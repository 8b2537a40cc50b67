"""How PostgreSQL finds rows: with ten million registrations a scan of a whole table takes minutes."""

import re

import pytest

from store.database import queries
from tests.store.lives import Store
from tests.store.query_kinds import QUERIES, SMALL


@pytest.mark.parametrize("name", QUERIES)
async def test_every_query_finds_its_rows_by_an_index(store: Store, name: str) -> None:
    """Where an index fits, PostgreSQL uses it once whole scans are forbidden; whatever the arguments are."""
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan")
        sql = getattr(queries, name).sql
        places = len((await connection.prepare(sql)).get_parameters())
        await connection.execute(f"prepare looked_at as {sql}")
        arguments = f"({', '.join(['null'] * places)})" if places else ""
        plan = "\n".join(row[0] for row in await connection.fetch(f"explain execute looked_at{arguments}"))
        await connection.execute("deallocate looked_at")
    assert set(re.findall(r"Seq Scan on (\w+)", plan)) <= SMALL, plan
