"""Whether somebody has ever been here is found by an index of the access record."""

from store.migrations.script import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Creates the index, unless an operator has made it before (docs/operations.md, Upgrade)."""
    run_sql("0007_actors_of_accesses.sql")
