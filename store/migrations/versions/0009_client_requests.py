"""Requests of clients: what the record's events are held against."""

from store.migrations.script import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Creates their table."""
    run_sql("0009_client_requests.sql")
