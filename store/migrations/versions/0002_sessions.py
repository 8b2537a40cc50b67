"""Sessions of browsers, and drafts of forms."""

from alembic import op

from store.migrations.script import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates both tables."""
    run_sql("0002_sessions.sql")


def downgrade() -> None:
    """Drops both: who is logged in logs in again, and what was typed and not sent is gone."""
    op.execute("drop table drafts, sessions")
