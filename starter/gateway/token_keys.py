"""The keys that callers' tokens are signed with: a JWKS address, or a file with PEM or a JWKS."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.addresses import is_web, token_keys
from settings.operator_files import problem_of, read_file
from settings.setting_rules import BrokenRule, SettingRule, SettingsError
from starter.gateway.issuer_requests import IssuerUnreachable, fetched
from starter.gateway.jwt import algorithms_of

_log = structlog.get_logger()

_FRESH_SECONDS: Final = 600
"""A key that its issuer has withdrawn is believed for so long, or until the issuer can be asked again."""

_AGAIN_SECONDS: Final = 30
"""Tokens with unknown keys make us ask the issuer no more often than this."""

_RETRY_SECONDS: Final = 5
"""The same as long as no key was ever received: no call succeeds until then."""

_UNREADABLE: Final = (OSError, ValueError, JoseError, UnsupportedAlgorithm)

_MOST_BYTES: Final = 1_000_000
"""A set of some hundred keys."""

_KINDS: Final = {"RSA", "EC", "OKP"}
_PEM: Final = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


class TokenKeys:
    """Keeps the keys for ten minutes, and looks again at most every 30 seconds when it meets an unknown `kid`."""

    def __init__(
        self,
        location: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        dependency: Dependency = Dependency.TOKEN_KEYS,
    ) -> None:
        """`location` is a URL or a path; `clock` counts seconds; `dependency` is what the issuer is to us.

        Raises `SettingsError` where it is neither.
        """
        try:
            self.location = token_keys(location)
        except BrokenRule as broken:
            raise SettingsError("token_keys", broken) from None
        self._clock = clock
        self._dependency = dependency
        self._lock = asyncio.Lock()
        self._keys: list[Key] = []
        self._looked_at: float | None = None

    async def load(self) -> None:
        """Reads the keys before the first token comes. Raises `SettingsError` where a file is no set of keys."""
        if not is_web(self.location):
            try:
                self._keys = await self._read()
            except _UNREADABLE as trouble:
                broken = BrokenRule(SettingRule.TOKEN_KEYS_UNREADABLE, reason=problem_of(trouble))
                raise SettingsError("token_keys", broken) from None
            self._looked_at = self._clock()

    async def known(self) -> bool:
        """Whether any key is to be had; until one was, this looks again, at most every 5 seconds."""
        if not self._keys:
            await self._look_again(_RETRY_SECONDS)
        return bool(self._keys)

    async def in_force(self) -> list[Key]:
        """All keys: another list whenever they were read again."""
        if self._age() > _FRESH_SECONDS:
            await self._look_again(_FRESH_SECONDS)
        return self._keys

    async def candidates(self, kid: str | None) -> list[Key]:
        """The keys that may have signed a token. Raises `Unavailable` where none was ever to be had.

        Those with the token's `kid`; else those that have none, as keys in PEM. A token without a `kid` may be of any.
        """
        await self.in_force()
        if not (found := self._matching(kid)):
            await self._look_again(_AGAIN_SECONDS if self._keys else _RETRY_SECONDS)
            found = self._matching(kid)
        if not self._keys:
            raise Unavailable(self._dependency)
        return found

    def _matching(self, kid: str | None) -> list[Key]:
        if kid is None:
            return self._keys
        return [key for key in self._keys if key.kid == kid] or [key for key in self._keys if key.kid is None]

    def _age(self) -> float:
        return float("inf") if self._looked_at is None else self._clock() - self._looked_at

    async def _look_again(self, oldest: float) -> None:
        async with self._lock:
            if self._age() <= oldest:  # another request has just looked
                return
            try:
                self._keys = await self._read()
            except IssuerUnreachable as trouble:
                self._warn(trouble.reason)
            except _UNREADABLE as trouble:
                self._warn(type(trouble).__name__)
            self._looked_at = self._clock()

    def _warn(self, reason: str) -> None:
        _log.error("token_keys_unavailable", setting=self._dependency.setting({}), reason=reason)

    async def _read(self) -> list[Key]:
        if is_web(self.location):
            return _keys_in(await fetched(self.location))
        return _keys_in(await asyncio.to_thread(read_file, Path(self.location), _MOST_BYTES))


def _keys_in(content: bytes) -> list[Key]:
    """The public keys that may verify a signature; a set may hold others. Raises `ValueError`, `JoseError`."""
    keys: list[Key | None] = [_of_pem(pem) for pem in _PEM.findall(content)] or [
        _of_jwk(jwk) for jwk in _listed(json.loads(content))
    ]
    usable = [key for key in keys if key and algorithms_of(key) and key.get("use", "sig") == "sig"]
    if not usable:
        raise BrokenRule(SettingRule.TOKEN_KEYS)
    return usable


def _of_pem(pem: bytes) -> Key:
    public = load_pem_public_key(pem)
    if isinstance(public, RSAPublicKey):
        return RSAKey.import_key(pem)
    return ECKey.import_key(pem) if isinstance(public, EllipticCurvePublicKey) else OKPKey.import_key(pem)


def _listed(key_set: object) -> list[Any]:
    listed = key_set.get("keys") if isinstance(key_set, dict) else None
    return listed if isinstance(listed, list) else []


def _of_jwk(jwk: object) -> Key | None:
    """`None` for a kind of key that is not for us: a set may hold keys of the future (RFC 7517, section 5)."""
    if not isinstance(jwk, dict) or jwk.get("kty") not in _KINDS:
        return None
    try:
        return JWKRegistry.import_key(jwk)
    except (JoseError, ValueError, TypeError):
        return None
