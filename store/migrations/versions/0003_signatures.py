"""A signature opens one registration only."""

from store.migrations.script import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates the table that remembers them."""
    run_sql("0003_signatures.sql")
