"""What a later version changes; older processes go on with it."""

from pathlib import Path

from alembic import op

revision = "9001"
down_revision = max(each.name[:4] for each in Path(__file__).parent.glob("0*.py"))
OLDER_PROCESSES_FAIL = False


def upgrade() -> None:
    op.execute("alter table offices add column telephone text")
