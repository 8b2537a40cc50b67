import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import none_left_behind


@pytest.fixture
def directory() -> Iterator[Path]:
    """A new directory with what breaks careless commands in its name.

    Not `tmp_path`: run as root, PostgreSQL is another user, and pytest keeps that user out of its directories.
    """
    made = Path(tempfile.mkdtemp(prefix="ügyfélkapu ő $x'")) / "a b"
    yield made
    shutil.rmtree(made.parent)


@pytest.fixture(autouse=True)
def _no_process_is_left_behind() -> Iterator[None]:
    with none_left_behind():
        yield
