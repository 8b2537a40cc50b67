"""How the tests' PostgreSQL is set, and restored."""

import subprocess
from typing import Final

from starter.dev import postgres_package

FAST: Final = {"fsync": "off"}
"""A SIGKILL loses nothing that was written: only a power cut would."""

_RESTORED_SECONDS: Final = 600
"""A dump of a test's database: a second, on a machine with other work much longer."""


def psql(url: str, script: str) -> None:
    """Runs a dump as its owner would."""
    subprocess.run(
        [postgres_package.program("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", url],
        input=script.encode(),
        check=True,
        capture_output=True,
        env=postgres_package.environment(),
        timeout=_RESTORED_SECONDS,
    )
