"""Which named queries read a big table whole, and which tables are small."""

from typing import Final

from store.database import queries

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
