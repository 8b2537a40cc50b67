"""How the tests' PostgreSQL is set."""

from typing import Final

FAST: Final = {"fsync": "off"}
"""A SIGKILL loses nothing that was written: only a power cut would."""
