"""One-time codes (principle 6): derived, never stored, compared in constant time. 80 bits in Crockford's base32."""

import hmac
from dataclasses import dataclass
from typing import Final

from registration.statuses import Purpose

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS: Final = 80
_GROUP: Final = 4
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


@dataclass(frozen=True)
class CodeSeed:
    """What a code is derived from, with the key that `kid` names; the nonce is 16 random bytes."""

    registration_id: str
    purpose: Purpose
    sequence: int
    kid: str
    nonce: bytes


def derive(seed: CodeSeed, key: bytes) -> str:
    """The code as it stands in the letter: `XXXX-XXXX-XXXX-XXXX`."""
    text = f"{seed.purpose}|{seed.registration_id}|{seed.sequence}|".encode() + seed.nonce
    number = int.from_bytes(hmac.digest(key, text, "sha256")[: _BITS // 8])
    symbols = "".join(_ALPHABET[number >> shift & 31] for shift in range(_BITS - 5, -1, -5))
    return "-".join(symbols[start : start + _GROUP] for start in range(0, len(symbols), _GROUP))


def matches(typed: str, seed: CodeSeed, key: bytes) -> bool:
    """Whether what a person typed is this code; case, spaces and hyphens do not matter, `O` is 0, `I` and `L` are 1."""
    return hmac.compare_digest(_plain(typed), _plain(derive(seed, key)))


def _plain(code: str) -> bytes:
    return code.upper().translate(_READ_AS).encode(errors="replace")
