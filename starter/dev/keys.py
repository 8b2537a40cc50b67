"""Keys of the embedded environment: made once, kept in its folder, readable by their owner only."""

import json
import os
from pathlib import Path
from typing import Final

from settings.fresh_secrets import fresh_key
from starter.dev.tokens import ISSUER, published_keys

_KEPT: Final = "keys.json"
_RINGS: Final = ("master_keys", "code_keys", "assertion_keys", "checkpoint_keys", "staff_keys")
_SINGLE: Final = ("index_key", "staff_client_secret")


STAFF_CLIENT_ID: Final = "ugyfelkapu-staff"
"""What the provider of the sample staff calls the pages for staff."""


def development_keys(folder: Path) -> dict[str, str]:
    """Settings by name: the keys, who may call the API, and the client at the provider of the sample staff.

    Not for production: they are stored beside the data.
    """
    kept = folder / _KEPT
    keys: dict[str, str] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    wanted = {name: f"dev:{fresh_key()}" for name in _RINGS} | {name: fresh_key() for name in _SINGLE}
    if not wanted.keys() <= keys.keys():
        folder.mkdir(parents=True, exist_ok=True)
        keys = wanted | keys
        fresh = kept.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(keys, file)
        fresh.replace(kept)
    return keys | {
        "token_issuer": ISSUER,
        "token_keys": str(published_keys(folder)),
        "staff_client_id": STAFF_CLIENT_ID,
    }
