"""Settings that are complete and right."""

import base64

KEY = base64.b64encode(bytes(32)).decode()
GOOD = {
    "database_url": "postgresql://store.example/ugyfelkapu",
    "smtp_url": "smtp://mail.example:25",
    "master_keys": f"m2:{KEY},m1:{KEY}",
    "code_keys": f"c1:{KEY}",
    "index_key": KEY,
}
