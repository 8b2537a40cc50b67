"""What the operator of one run decides: `.env`, `secrets/` and `config/`, as docker-compose.yml reads them."""

import os
import re
import sys
from pathlib import Path
from typing import Final

from starter.dev.tokens import ISSUER, published_keys
from tests.stack.commands import run
from tests.stack.images import ROOT

AUDITOR: Final = "auditor@example.hu"

_CHANGES: Final = {
    "UGYFELKAPU_AUDITORS": AUDITOR,
    "UGYFELKAPU_TOKEN_ISSUER": ISSUER,
    "UGYFELKAPU_TOKEN_KEYS": "/etc/ugyfelkapu/token-keys.json",
}
"""Of `.env.example`: an issuer of tokens whose keys only this run has."""

_SECONDS: Final = 60


def write_settings(folder: Path) -> None:
    """Fills the folder as `make secrets` and an operator do."""
    run([sys.executable, "-m", "starter.cli", "secrets", folder / "secrets"], os.environ, seconds=_SECONDS)
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, value in _CHANGES.items():
        text, count = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert count == 1, f".env.example has {name} {count} times"
    (folder / ".env").write_text(text, encoding="utf-8")
    config = folder / "config"
    config.mkdir()
    published_keys(folder).rename(config / "token-keys.json")
    (config / "token-keys.json").chmod(0o644)  # the containers read it as another user
