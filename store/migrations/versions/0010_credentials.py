"""What a password was proof of: networks that it was typed from; two passwords on their way at once."""

from store.migrations.script import run_sql

revision = "0010"
down_revision = "0009"
OLDER_PROCESSES_FAIL = True


def upgrade() -> None:
    """Adds the networks; several credentials of a registration may be pending."""
    run_sql("0010_credentials.sql")
