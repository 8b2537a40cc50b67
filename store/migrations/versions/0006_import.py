"""Imported passwords: credentials that no message brought."""

from store.migrations.script import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Lets a credential stand without a message."""
    run_sql("0006_import.sql")
