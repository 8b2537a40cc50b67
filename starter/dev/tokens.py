"""The embedded environment's own issuer of tokens: a key pair in its folder, and tokens signed with it."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from joserfc.jwk import OKPKey

from starter.gateway.jwt import public_keys, sign, signing_key

ISSUER: Final = "ugyfelkapu dev"
_AUDIENCE: Final = "ugyfelkapu"
_PRIVATE: Final = "token-key"
_PUBLIC: Final = "token-keys.json"
_KEY_BYTES: Final = 32


def token(
    folder: Path, *roles: str, caller: str, office: str | None = None, valid: timedelta = timedelta(hours=8)
) -> str:
    """A token for the API of the environment in `folder`; `caller` is the opaque id of a portal or a person."""
    claims = {
        "iss": ISSUER,
        "aud": _AUDIENCE,
        "sub": caller,
        "roles": roles,
        "iat": int(time.time()),
        "exp": int(time.time() + valid.total_seconds()),
    }
    return sign(claims | ({"office": office} if office else {}), _key(folder))


def published_keys(folder: Path) -> Path:
    """The file with the public key, as the setting `UGYFELKAPU_TOKEN_KEYS` wants it."""
    published = folder / _PUBLIC
    text = json.dumps(public_keys([_key(folder)]))
    if not published.exists() or published.read_text(encoding="utf-8") != text:
        published.write_text(text, encoding="utf-8")
    return published.resolve()


def _key(folder: Path) -> OKPKey:
    kept = folder / _PRIVATE
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
    return signing_key("dev", kept.read_bytes())
