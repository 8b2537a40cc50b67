"""JSON Web Tokens, signed with asymmetric keys only: for callers' tokens and for log-in assertions."""

from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

_ALGORITHMS: Final[Mapping[str, tuple[str, ...]]] = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
    "Ed25519": ("EdDSA", "Ed25519"),
}
"""What a key of a kind or curve may sign with; no `none`, no HMAC. Anything else is no key of ours."""


class TokenRefused(Exception):
    """A token that is none, or whose signature or claims are not what they must be.

    `reason` is for the log: it quotes nothing of the token.
    """

    def __init__(self, reason: str) -> None:
        """`reason` such as `bad_signature`, `expired_token exp`."""
        super().__init__(reason)
        self.reason = reason


class _Registry(JWSRegistry):
    """Knows the name `EdDSA` without a warning: RFC 9864 prefers `Ed25519`, identity providers still say `EdDSA`."""

    def get_alg(self, name: str) -> Any:  # noqa: ANN401  its type has no public name
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


def sign(claims: Mapping[str, Any], key: Key) -> str:
    """A token signed with a private key that names its `alg`, and its `kid` if it has one."""
    algorithm = str(key.alg)
    header = {"alg": algorithm} | ({"kid": str(key.kid)} if key.kid else {})
    return jwt.encode(header, dict(claims), key, registry=_Registry(algorithms=[algorithm]))


def key_id(token: str) -> str | None:
    """The `kid` that a token names, before anything of it is believed. Raises `TokenRefused`."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except Exception as failure:  # noqa: BLE001  parsers raise anything at hostile input, as of deep nesting
        raise TokenRefused(_reason(failure)) from None
    return kid if isinstance(kid, str) else None


def verify(token: str, key: Key, claims: jwt.JWTClaimsRegistry) -> dict[str, Any]:
    """The claims of a token that this key has signed. Raises `TokenRefused`.

    A key that names its `alg` verifies that one only; other keys what their kind and curve allow.
    """
    registry = _Registry(algorithms=algorithms_of(key), strict_check_header=False)
    try:
        key.check_use("sig")
        decoded = jwt.decode(token, key, registry=registry)
        claims.validate(decoded.claims)
    except Exception as failure:  # noqa: BLE001  as in `key_id`
        raise TokenRefused(_reason(failure)) from None
    return decoded.claims


def _reason(failure: Exception) -> str:
    """Joserfc's own word for what is wrong, and the claim that it is about: one of those that we ask for."""
    if not isinstance(failure, JoseError):
        return "unreadable"
    return f"{failure.error} {getattr(failure, 'claim', '')}".strip()


def algorithms_of(key: Key) -> tuple[str, ...]:
    """What may be verified with a key; nothing for a symmetric one."""
    match key:
        case RSAKey():
            possible = _ALGORITHMS["RSA"]
        case ECKey() | OKPKey():
            possible = _ALGORITHMS.get(str(key.get("crv")), ())
        case _:
            possible = ()
    return possible if key.alg is None else tuple(name for name in possible if name == key.alg)


def signing_key(kid: str, seed: bytes) -> OKPKey:
    """The Ed25519 private key of a 32-byte seed."""
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed), {"kid": kid, "alg": "EdDSA", "use": "sig"})


def public_keys(keys: list[Key]) -> dict[str, Any]:
    """The JSON Web Key Set with the public halves."""
    return dict(KeySet(keys).as_dict(private=False))
