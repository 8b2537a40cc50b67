"""The desk, its access record, approved extensions, and what search and audit need."""

from store.migrations.script import run_sql

revision = "0007"
down_revision = "0006"

OLDER_PROCESSES_FAIL = True


def upgrade() -> None:
    """Makes the tables."""
    run_sql("0007_desk_and_record.sql")
