"""Sessions of browsers, and drafts of forms."""

from store.migrations.script import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates both tables."""
    run_sql("0002_sessions.sql")
