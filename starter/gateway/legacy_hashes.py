"""Password hashes of older systems: argon2 with any parameters, and PBKDF2 as passlib and Django write it.

What verifying one may cost is bounded when it is taken over, so that no line of a file makes every log-in expensive.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registration.errors import InvalidInput
from registration.input_rules import InputRule

_MOST_ITERATIONS: Final = 2_000_000
"""Django 6.0 takes 1,200,000; this is about a second of one core."""
_MOST_MEBIBYTES: Final = 256
_MOST_PASSES: Final = 8
_MOST_LANES: Final = 16
"""argon2-cffi takes 64 MiB, 3 passes, 4 lanes; Django 100 MiB, 2, 8."""

_PASSLIB: Final = re.compile(r"\$pbkdf2-(sha256|sha512)\$([1-9][0-9]{0,11})\$([A-Za-z0-9./]{1,256})\$([A-Za-z0-9./]+)")
_DJANGO: Final = re.compile(r"pbkdf2_(sha256)\$([1-9][0-9]{0,11})\$([^$\s]{1,256})\$([A-Za-z0-9+/]+=*)", re.ASCII)
_ARGON2: Final = re.compile(
    r"\$argon2(?:id|i|d)\$v=(?:16|19)\$m=([1-9][0-9]{0,11}),t=([1-9][0-9]{0,11}),p=([1-9][0-9]{0,11})"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})"
)
"""Salt of 8 to 64 bytes, hash of 16 to 64: what libargon2 accepts and more than anybody uses."""

_verifier: Final = PasswordHasher()
"""Verifies with the parameters that stand in the hash."""


def check_imported_hash(password_hash: str) -> None:
    """Raises `InvalidInput` for a hash of another kind or of too high a cost; never repeats it."""
    argon2 = _ARGON2.fullmatch(password_hash)
    if argon2:
        memory, passes, lanes = map(int, argon2.groups()[:3])
        if not 8 * lanes <= memory or _from_base64(argon2[4]) is None or _from_base64(argon2[5]) is None:
            raise InvalidInput(field="password_hash", rule=InputRule.HASH)
        affordable = memory <= _MOST_MEBIBYTES * 1024 and passes <= _MOST_PASSES and lanes <= _MOST_LANES
    else:
        pbkdf2 = _pbkdf2(password_hash)
        if pbkdf2 is None:
            raise InvalidInput(field="password_hash", rule=InputRule.HASH)
        affordable = pbkdf2.iterations <= _MOST_ITERATIONS
    if not affordable:
        raise InvalidInput(
            field="password_hash",
            rule=InputRule.HASH_COST,
            iterations=str(_MOST_ITERATIONS),
            mebibytes=str(_MOST_MEBIBYTES),
            passes=str(_MOST_PASSES),
            lanes=str(_MOST_LANES),
        )


def is_right(password: str, password_hash: str) -> bool:
    """Whether a hash that `check_imported_hash` has passed is of this password; takes as long as the hash says."""
    pbkdf2 = _pbkdf2(password_hash)
    if pbkdf2:
        return pbkdf2.is_right(password)
    try:
        return _verifier.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@dataclass(frozen=True)
class _Pbkdf2:
    """RFC 8018, 5.2."""

    digest: str
    iterations: int
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)

    def is_right(self, password: str) -> bool:
        derived = hashlib.pbkdf2_hmac(self.digest, password.encode(), self.salt, self.iterations)
        return hmac.compare_digest(derived, self.key)


def _pbkdf2(password_hash: str) -> _Pbkdf2 | None:
    if found := _PASSLIB.fullmatch(password_hash):
        salt, key = (_from_base64(text.replace(".", "+")) for text in found.groups()[2:])
    elif found := _DJANGO.fullmatch(password_hash):
        salt, key = found[3].encode(), _from_base64(found[4].rstrip("="))
    else:
        return None
    if salt is None or key is None or len(key) != hashlib.new(found[1]).digest_size:
        return None
    return _Pbkdf2(found[1], int(found[2]), salt, key)


def _from_base64(unpadded: str) -> bytes | None:
    """`None` for what no encoder writes, such as bits left over: libargon2 would never find such a hash right."""
    try:
        decoded = base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), validate=True)
    except binascii.Error:
        return None
    return decoded if base64.b64encode(decoded).rstrip(b"=") == unpadded.encode() else None
