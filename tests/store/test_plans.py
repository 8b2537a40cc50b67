"""How PostgreSQL finds rows: with ten million registrations a scan of a whole table takes minutes."""

import re
from typing import Final

import pytest

from store.database import queries
from tests.store.lives import Store

WHOLE: Final = {
    "access_chains_in_order",
    "access_entries_in_order",
    "access_heads",
    "count_by_status",
    "count_registrations",
    "every_answer",
}
"""A verification and a checkpoint read the whole access record, and all kept answers; statistics count everything."""

QUERIES: Final = sorted(
    name for name in queries.available_queries if not name.endswith("_cursor") and name not in WHOLE
)
JOBS: Final = WHOLE | {
    "count_data_keys",
    "median_to_activation",
    "newest_extensions",
    "number_of_registrations",
    "registration_heads",
}
"""All that read a big table whole, those too that an index may serve where it has all that is counted. A page of bulk
extensions counts the accounts of its twenty lists."""

SMALL: Final = {
    *("policies", "alembic_version", "extensions", "disabled_staff", "offices", "processes", "key_checks"),
    *("seal_keys", "write_probe"),
}
"""A row for each policy, office and bulk extension there has ever been, for each who is disabled, for each key and
running process, and single rows."""


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
