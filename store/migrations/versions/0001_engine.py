"""The engine's tables."""

from store.migrations.script import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates them."""
    run_sql("0001_engine.sql")
