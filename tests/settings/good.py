"""Settings that are complete and right."""

import base64
from collections.abc import Mapping

KEY = base64.b64encode(bytes(32)).decode()
GOOD = {
    "database_url": "postgresql://store.example/ugyfelkapu",
    "smtp_url": "smtp://mail.example:25",
    "master_keys": f"m2:{KEY},m1:{KEY}",
    "code_keys": f"c1:{KEY}",
    "index_key": KEY,
}


def ring(keys: Mapping[str, bytes]) -> str:
    """Keys by id, as a setting writes them."""
    return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in keys.items())
