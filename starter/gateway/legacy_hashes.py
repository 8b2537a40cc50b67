"""Password hashes of older systems: argon2, PBKDF2, bcrypt and salted SHA of Keycloak, Django, passlib or LDAP.

What verifying one may cost is bounded when it is taken over, so that no line of a file makes every log-in expensive.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from starter.gateway.keycloak_hashes import phc_of_keycloak

_LONGEST: Final = 2_000
"""Characters; Keycloak's JSON has some 400."""
_MOST_ITERATIONS: Final = 2_000_000
"""Django 6.0 takes 1,200,000; this is about a second of one core."""
_MOST_MEBIBYTES: Final = 256
_MOST_PASSES: Final = 8
_MOST_LANES: Final = 16
"""argon2-cffi takes 64 MiB, 3 passes, 4 lanes; Django 100 MiB, 2, 8."""
_MOST_BCRYPT_ROUNDS: Final = 14
"""A logarithm: about a second of one core; 10 and 12 are usual."""
_BCRYPT_BYTES: Final = 72
"""What bcrypt takes of a password; older systems cut the rest off, the library refuses it."""

_PASSLIB: Final = re.compile(r"\$pbkdf2-(sha256|sha512)\$([1-9][0-9]{0,11})\$([A-Za-z0-9./]{1,256})\$([A-Za-z0-9./]+)")
_DJANGO: Final = re.compile(r"pbkdf2_(sha256)\$([1-9][0-9]{0,11})\$([^$\s]{1,256})\$([A-Za-z0-9+/]+=*)", re.ASCII)
_ARGON2: Final = re.compile(
    r"(?:argon2)?"  # which Django writes before the PHC form
    r"(\$argon2(?:id|i|d)\$v=(?:16|19)\$m=([1-9][0-9]{0,11}),t=([1-9][0-9]{0,11}),p=([1-9][0-9]{0,11})"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86}))"
)
"""Salt of 8 to 64 bytes, hash of 16 to 64: what libargon2 accepts and more than any system uses."""
_BCRYPT: Final = re.compile(
    r"(?:bcrypt\$|(?i:\{CRYPT\}))?"  # which Django and OpenLDAP write before the modular form
    r"(\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21})([./A-Za-z0-9])([./A-Za-z0-9]{30})([./A-Za-z0-9])"
)
_SALTED_SHA: Final = re.compile(r"\{SSHA(256|384|512|)\}([A-Za-z0-9+/]{28,256}={0,2})", re.IGNORECASE | re.ASCII)

_BCRYPT_DIGITS: Final = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SHORTEST_SALT: Final = 4
"""Bytes; what OpenLDAP took for many years."""
_LONG_KEY: Final = 64
"""Bytes: Keycloak derives so many with SHA-256 too, where 32 are usual."""

_verifier: Final = PasswordHasher()
"""Verifies with the parameters in the hash."""


class _LegacyHash(Protocol):
    @property
    def is_affordable(self) -> bool: ...

    def is_right(self, password: str) -> bool: ...


def check_imported_hash(password_hash: str) -> None:
    """Raises `InvalidInput` for a hash of another kind or of too high a cost; never repeats it."""
    found = _parsed(password_hash)
    if found is None:
        raise InvalidInput(field="password_hash", rule=InputRule.HASH)
    if not found.is_affordable:
        raise InvalidInput(
            field="password_hash",
            rule=InputRule.HASH_COST,
            iterations=str(_MOST_ITERATIONS),
            mebibytes=str(_MOST_MEBIBYTES),
            passes=str(_MOST_PASSES),
            lanes=str(_MOST_LANES),
            rounds=str(_MOST_BCRYPT_ROUNDS),
        )


def is_right(password: str, password_hash: str) -> bool:
    """Whether a hash that `check_imported_hash` has passed is of this password; takes as long as the hash says."""
    found = _parsed(password_hash)
    return found is not None and found.is_affordable and found.is_right(password)


@dataclass(frozen=True)
class _Argon2:
    """RFC 9106; `phc` is what libargon2 verifies."""

    memory_kib: int
    passes: int
    lanes: int
    phc: str = field(repr=False)

    @property
    def is_affordable(self) -> bool:
        return self.memory_kib <= _MOST_MEBIBYTES * 1024 and self.passes <= _MOST_PASSES and self.lanes <= _MOST_LANES

    def is_right(self, password: str) -> bool:
        try:
            return _verifier.verify(self.phc, password)
        except (VerificationError, InvalidHashError):
            return False


@dataclass(frozen=True)
class _Pbkdf2:
    """RFC 8018, 5.2."""

    digest: str
    iterations: int
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def is_affordable(self) -> bool:
        blocks = len(self.key) // hashlib.new(self.digest).digest_size
        return self.iterations * blocks <= _MOST_ITERATIONS

    def is_right(self, password: str) -> bool:
        derived = hashlib.pbkdf2_hmac(self.digest, password.encode(), self.salt, self.iterations, len(self.key))
        return hmac.compare_digest(derived, self.key)


@dataclass(frozen=True)
class _Bcrypt:
    """`modular` is `$2b$rounds$salt and key`; `$2a$` and `$2y$` differ in old bugs only, which the library has not."""

    rounds: int
    modular: str = field(repr=False)

    @property
    def is_affordable(self) -> bool:
        return self.rounds <= _MOST_BCRYPT_ROUNDS

    def is_right(self, password: str) -> bool:
        return bcrypt.checkpw(password.encode()[:_BCRYPT_BYTES], self.modular.encode())


@dataclass(frozen=True)
class _SaltedSha:
    """`{SSHA}` of LDAP servers: a digest of the password and the salt, once. Cheap to guess, so gone at the log-in."""

    digest: str
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)
    is_affordable: bool = True

    def is_right(self, password: str) -> bool:
        return hmac.compare_digest(hashlib.new(self.digest, password.encode() + self.salt).digest(), self.key)


def _parsed(password_hash: str) -> _LegacyHash | None:
    if len(password_hash) > _LONGEST:
        return None
    plain = phc_of_keycloak(password_hash) if password_hash.startswith("{") else None
    for pattern, made in _KINDS.items():
        if found := pattern.fullmatch(plain or password_hash):
            return made(found)
    return None


def _argon2(found: re.Match[str]) -> _LegacyHash | None:
    memory, passes, lanes = map(int, found.groups()[1:4])
    if not 8 * lanes <= memory or _from_base64(found[5]) is None or _from_base64(found[6]) is None:
        return None
    return _Argon2(memory, passes, lanes, found[1])


def _passlib(found: re.Match[str]) -> _LegacyHash | None:
    salt, key = (_from_base64(text.replace(".", "+")) for text in found.groups()[2:])
    return _pbkdf2(found, salt, key)


def _django(found: re.Match[str]) -> _LegacyHash | None:
    return _pbkdf2(found, found[3].encode(), _from_base64(found[4].rstrip("=")))


def _pbkdf2(found: re.Match[str], salt: bytes | None, key: bytes | None) -> _LegacyHash | None:
    if salt is None or key is None or len(key) not in {hashlib.new(found[1]).digest_size, _LONG_KEY}:
        return None
    return _Pbkdf2(found[1], int(found[2]), salt, key)


def _bcrypt(found: re.Match[str]) -> _LegacyHash | None:
    """The last digits of salt and key have unused bits, which some writers fill and the library wants to be 0."""
    begin, rounds, last_of_salt, middle, last_of_key = found.groups()
    salt_end = _BCRYPT_DIGITS[_BCRYPT_DIGITS.index(last_of_salt) & ~0b1111]
    key_end = _BCRYPT_DIGITS[_BCRYPT_DIGITS.index(last_of_key) & ~0b11]
    return _Bcrypt(int(rounds), f"{begin}{salt_end}{middle}{key_end}")


def _salted_sha(found: re.Match[str]) -> _LegacyHash | None:
    digest, decoded = f"sha{found[1] or 1}", _from_base64(found[2].rstrip("="))
    size = hashlib.new(digest).digest_size
    if decoded is None or len(decoded) < size + _SHORTEST_SALT:
        return None
    return _SaltedSha(digest, salt=decoded[size:], key=decoded[:size])


_KINDS: Final[dict[re.Pattern[str], Callable[[re.Match[str]], _LegacyHash | None]]] = {
    _ARGON2: _argon2,
    _PASSLIB: _passlib,
    _DJANGO: _django,
    _BCRYPT: _bcrypt,
    _SALTED_SHA: _salted_sha,
}


def _from_base64(unpadded: str) -> bytes | None:
    """`None` for what no encoder writes, such as bits left over: libargon2 would never find such a hash right."""
    try:
        decoded = base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), validate=True)
    except binascii.Error:
        return None
    return decoded if base64.b64encode(decoded).rstrip(b"=") == unpadded.encode() else None
