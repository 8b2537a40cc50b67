"""An issuer of tokens, as an identity provider is one: keys of every kind, and claims to be bent."""

import json
import time
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from starter.gateway.jwt import public_keys, sign

ISSUER = "https://login.example.hu"
AUDIENCE = "ugyfelkapu"


def rsa(kid: str = "rsa", **parameters: Any) -> RSAKey:  # noqa: ANN401  any parameter of a JWK
    return RSAKey.generate_key(2048, _given({"kid": kid, "alg": "RS256"} | parameters))


def ec(kid: str = "ec", **parameters: Any) -> ECKey:  # noqa: ANN401  any parameter of a JWK
    return ECKey.generate_key("P-256", _given({"kid": kid, "alg": "ES256"} | parameters))


def okp(kid: str = "okp", **parameters: Any) -> OKPKey:  # noqa: ANN401  any parameter of a JWK
    return OKPKey.generate_key("Ed25519", _given({"kid": kid, "alg": "EdDSA"} | parameters))


def claims(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  any claim; None takes it away
    """What a portal's token says."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "portal-1", "roles": ["portal"], "iat": now, "exp": now + 60}
    given: dict[str, Any] = _given(claims | changes)
    return given


def token(key: Key, **changes: Any) -> str:  # noqa: ANN401  as claims()
    """A token signed with a key."""
    return sign(claims(**changes), key)


def published(folder: Path, *keys: Key) -> Path:
    """A file with the keys' public halves."""
    file = folder / "keys.json"
    file.write_text(json.dumps(public_keys(list(keys))), encoding="utf-8")
    return file


def _given(values: dict[str, Any]) -> Any:  # noqa: ANN401  claims, or parameters of a JWK
    return {name: value for name, value in values.items() if value is not None}
