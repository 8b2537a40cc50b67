"""Attempts are counted by limits of any kind, in windows that carry their own end."""

from store.migrations.script import run_sql

revision = "0004"
down_revision = "0003"

OLDER_PROCESSES_FAIL = True


def upgrade() -> None:
    """Replaces the table of guesses; a window that is open on the way of an upgrade begins anew."""
    run_sql("0004_attempts.sql")
