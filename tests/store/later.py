"""Later versions of the programs, whose migrations exist in a test only, and earlier ones, without the last of ours."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path
from typing import Final

import pytest

from store import revisions
from store.revisions import known_revisions, newest_revision


@dataclass(frozen=True)
class Migration:
    """A revision above those of the product, and what its `upgrade` does, as a line of Python."""

    revision: str
    upgrade: str
    older_processes_fail: bool = False


ADDS_A_COLUMN: Final = Migration("9001", "op.execute('alter table offices add column telephone text')")

_FILE: Final = """
import sqlalchemy
from alembic import context, op
from store.sealing import WrappedKey
revision, down_revision = {revision!r}, {down_revision!r}
OLDER_PROCESSES_FAIL = {older_processes_fail}
def upgrade():
    {upgrade}
"""


@contextmanager
def later_version(*migrations: Migration) -> Iterator[None]:
    """As long as the context lasts, the programs have these migrations, one after the other, behind their own."""
    with _other_migrations() as versions:
        before = newest_revision()
        for each in migrations:
            text = _FILE.format(**vars(each), down_revision=before)
            (versions / f"{each.revision}_later.py").write_text(text, encoding="utf-8")
            before = each.revision
        known_revisions.cache_clear()
        yield


@contextmanager
def earlier_version(revision: str) -> Iterator[None]:
    """As long as the context lasts, the programs have their migrations up to this one."""
    with _other_migrations() as versions:
        for each in versions.glob("[0-9]*"):
            if each.name[:4] > revision:
                each.unlink()
        known_revisions.cache_clear()
        yield


@contextmanager
def _other_migrations() -> Iterator[Path]:
    """The folder of a copy of our migrations, which the programs have instead of their own."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        copy = Path(folder) / "migrations"
        with as_file(revisions.MIGRATIONS) as ours:
            shutil.copytree(ours, copy, ignore=shutil.ignore_patterns("__pycache__"))
        patch.setattr(revisions, "MIGRATIONS", copy)
        try:
            yield copy / "versions"
        finally:
            known_revisions.cache_clear()
