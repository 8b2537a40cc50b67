from collections.abc import Iterator

import psutil
import pytest


@pytest.fixture(autouse=True)
def _no_process_is_left_behind() -> Iterator[None]:
    """Whatever was killed and restarted: a test ends its own processes."""
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before
