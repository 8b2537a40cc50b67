"""What pages of a desk are about."""

from alembic import op

from store.migrations.script import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates the table."""
    run_sql("0005_desk_pages.sql")


def downgrade() -> None:
    """Drops it: desks begin their searches and visits again."""
    op.execute("drop table desk_pages")
