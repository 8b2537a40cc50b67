"""How early tables are vacuumed and analysed, and how full the pages of one are, at millions of rows."""

from alembic import op

from store.migrations.script import run_sql

revision = "0008"
down_revision = "0007"

_ANALYSED = "autovacuum_analyze_scale_factor"
_SET = {
    "events, access_entries, letters, client_requests, evidence, used_signatures": (
        "autovacuum_vacuum_insert_threshold, autovacuum_vacuum_insert_scale_factor, autovacuum_freeze_min_age, "
        f"{_ANALYSED}"
    ),
    "registrations, data_keys, persons, emails, codes, credentials, sessions, log_ins, known_browsers, log_in_notices, "
    "desk_pages, staff_sessions, staff_sign_ins, attempts, drafts, access_chains": (
        f"autovacuum_vacuum_scale_factor, {_ANALYSED}"
    ),
    "idempotency_keys": f"fillfactor, autovacuum_vacuum_scale_factor, {_ANALYSED}",
}


def upgrade() -> None:
    """Sets them; nobody who reads or writes waits, and no row is moved."""
    run_sql("0008_vacuuming.sql")


def downgrade() -> None:
    """PostgreSQL's own values again."""
    for tables, parameters in _SET.items():
        for table in tables.split(", "):
            op.execute(f"alter table {table} reset ({parameters})")
