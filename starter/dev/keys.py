"""Keys of the embedded environment: made once, kept in its folder, readable by their owner only."""

import base64
import json
import os
from pathlib import Path

_KEY_BYTES = 32


def development_keys(folder: Path) -> dict[str, str]:
    """Settings by name: `master_keys`, `code_keys`, `index_key`. Not for production: they lie beside the data."""
    kept = folder / "keys.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = {"master_keys": f"dev:{_key()}", "code_keys": f"dev:{_key()}", "index_key": _key()}
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(fresh, file)
    keys: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return keys


def _key() -> str:
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode()
