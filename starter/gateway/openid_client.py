"""What the provider knows us by: our client id, and the key or the secret that proves it."""

import json
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from settings.operator_files import problem_of, read_file
from settings.setting_rules import BrokenRule, SettingRule, SettingsError
from settings.settings import Settings, required
from starter.gateway.jwt import algorithms_of

_KEY: Final = "staff_client_key"
_MOST_BYTES: Final = 65_536
"""One key."""


@dataclass(frozen=True)
class OpenIdClient:
    """Our registration at a provider, with a private key that names its `alg`, or with a secret."""

    issuer: str
    id: str
    key: Key | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """That of the settings. Raises `SettingsError`."""
        issuer, client_id = required(settings, "staff_issuer"), required(settings, "staff_client_id")
        file, secret = settings.staff_client_key, settings.staff_client_secret
        if (file is None) is (secret is None):
            raise SettingsError(_KEY, BrokenRule(SettingRule.CLIENT_AUTHENTICATION))
        return cls(
            issuer,
            client_id,
            None if file is None else _key_in(file),
            None if secret is None else secret.get_secret_value(),
        )


def _key_in(file: Path) -> Key:
    try:
        return _private_key(read_file(file, _MOST_BYTES))
    except (OSError, ValueError, TypeError, JoseError, UnsupportedAlgorithm, SecurityWarning) as trouble:
        broken = BrokenRule(SettingRule.CLIENT_KEY, reason=problem_of(trouble))
        raise SettingsError(_KEY, broken) from None


def _private_key(content: bytes) -> Key:
    """The private key in PEM or a JWK; its `alg` is the one it names, or else the first that its kind allows."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SecurityWarning)  # of an RSA key below 2048 bits (RFC 7518, section 3.3)
        key = _of_pem(content) if content.lstrip().startswith(b"-----") else JWKRegistry.import_key(json.loads(content))
    possible = algorithms_of(key)
    if not key.is_private or not possible:
        raise ValueError("key")
    return JWKRegistry.import_key({**key.as_dict(private=True), "alg": possible[0]})


def _of_pem(content: bytes) -> Key:
    private = load_pem_private_key(content, password=None)
    if isinstance(private, RSAPrivateKey):
        return RSAKey.import_key(content)
    return ECKey.import_key(content) if isinstance(private, EllipticCurvePrivateKey) else OKPKey.import_key(content)
