"""Sessions of staff, and sign-ins that have begun."""

from alembic import op

from store.migrations.script import run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Creates both tables."""
    run_sql("0004_staff_sessions.sql")


def downgrade() -> None:
    """Drops both: members of staff sign in again."""
    op.execute("drop table staff_sign_ins, staff_sessions")
