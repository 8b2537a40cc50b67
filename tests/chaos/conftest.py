from collections.abc import Iterator

import pytest

from tests.support.processes import none_left_behind


@pytest.fixture(autouse=True)
def _no_process_is_left_behind() -> Iterator[None]:
    """Whatever was killed and restarted."""
    with none_left_behind():
        yield
