"""Whether somebody has ever been here is found by an index of the access record."""

from alembic import op

from store.migrations.script import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Creates the index, unless an operator has made it before (docs/upgrades.md, Migrations)."""
    run_sql("0007_actors_of_accesses.sql")


def downgrade() -> None:
    """Drops index and function."""
    op.execute("drop index access_entries_actor")
    op.execute("drop function actor_of_access")
