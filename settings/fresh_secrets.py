"""A folder with the secrets of `docker-compose.yml`, one in each file: made where they are missing, never exchanged."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from settings.keys import KEY_BYTES, public_ring
from settings.setting_rules import BrokenRule, SettingsError


def fresh_key() -> str:
    """Base64 of 32 random bytes."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _password() -> str:
    """Part of an address: letters and digits only."""
    return secrets.token_hex(24)


_Known = Callable[[str], str]
_MADE: Final[Mapping[str, Callable[[_Known], str]]] = {
    "postgres_password": lambda _: _password(),
    "temporal_database_password": lambda _: _password(),
    "database_password": lambda _: _password(),
    "database_url": lambda known: f"postgresql://ugyfelkapu:{known('database_password')}@postgresql:5432/ugyfelkapu",
    "smtp_url": lambda _: "smtp://mail:1025",
    "master_keys": lambda _: f"m1:{fresh_key()}",
    "code_keys": lambda _: f"c1:{fresh_key()}",
    "index_key": lambda _: fresh_key(),
    "search_keys": lambda _: f"p1:{fresh_key()}",
    "assertion_keys": lambda _: f"a1:{fresh_key()}",
    "staff_keys": lambda _: f"s1:{fresh_key()}",
    "staff_client_secret": lambda _: _password(),
    "checkpoint_keys": lambda _: f"k1:{fresh_key()}",
    "checkpoint_public_keys": lambda known: _public(known("checkpoint_keys")),
}
"""By file; a later one may be derived from one before it."""

FILES: Final = tuple(_MADE)


def fill(folder: Path) -> tuple[str, ...]:
    """Makes the files that are missing, and says which.

    The folder is its owner's alone; the files in it can be read by every user, for a container reads them as another
    one. Raises `OSError`, `SettingsError` where what is there cannot be derived from.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)

    def known(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8").rstrip("\r\n")

    missing = [name for name in FILES if not os.path.lexists(folder / name)]
    for name in missing:
        text = _MADE[name](known)
        with (folder / name).open("x", encoding="utf-8") as file:
            file.write(f"{text}\n")
        (folder / name).chmod(0o444)
    return tuple(missing)


def _public(ring: str) -> str:
    try:
        return public_ring(ring)
    except BrokenRule as broken:
        raise SettingsError("checkpoint_keys", broken) from None
