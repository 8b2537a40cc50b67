"""Letters that did not arrive are counted by time."""

from store.migrations.script import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates the index, unless an operator has made it before (docs/operations.md, Upgrade)."""
    run_sql("0006_undelivered_letters.sql")
