"""Past log-ins, known browsers, and notices of log-ins."""

from store.migrations.script import run_sql

revision = "0003"
down_revision = "0002"
RESTORE_INSTEAD = True


def upgrade() -> None:
    """Creates the tables."""
    run_sql("0003_log_ins.sql")
