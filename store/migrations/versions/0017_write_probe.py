"""A row for readiness probes to write."""

from store.migrations.script import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Creates it."""
    run_sql("0017_write_probe.sql")
