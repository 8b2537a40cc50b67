"""What the codes that confirm a client's requests need."""

from store.migrations.script import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds it."""
    run_sql("0002_confirmation_codes.sql")
