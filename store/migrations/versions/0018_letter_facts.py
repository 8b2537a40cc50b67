"""What a letter is, and why it did not arrive, are columns of their own."""

from store.migrations.script import run_sql

revision = "0018"
down_revision = "0017"
OLDER_PROCESSES_FAIL = True


def upgrade() -> None:
    """Makes the table anew: the seal of an older row is over an id that had to be taken apart."""
    run_sql("0018_letter_facts.sql")
