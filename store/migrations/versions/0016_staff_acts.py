"""Acts of staff are found by office, kind and time; entries of the access record by their request."""

from store.migrations.script import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Creates the indexes, and the function that reads an event's office."""
    run_sql("0016_staff_acts.sql")
