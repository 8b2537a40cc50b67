"""Letters that did not arrive are counted by time."""

from alembic import op

from store.migrations.script import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates the index, unless an operator has made it before (docs/upgrades.md, Migrations)."""
    run_sql("0006_undelivered_letters.sql")


def downgrade() -> None:
    """Drops the index."""
    op.execute("drop index events_undelivered")
