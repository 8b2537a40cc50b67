"""Whether all processes have the same keys, and which processes there are."""

from store.migrations.script import run_sql

revision = "0013"
down_revision = "0010"


def upgrade() -> None:
    """Creates both tables."""
    run_sql("0013_key_checks.sql")
