"""One-time codes (principle 6): derived, never stored, compared in constant time. 80 bits in Crockford's base32."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from registration.statuses import Purpose
from registration.typed_text import plain_separators, without_unseen

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS: Final = 80
_SYMBOLS: Final = 16
_GROUP: Final = 4
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
_MOST_TYPED: Final = 1_000
"""Code points that are looked at: a paragraph of a letter with the code in it."""
_QUOTED: Final = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
"""What mail programs put before each line that they quote."""
_PASSAGES: Final = (
    re.compile(r"\w+(?:-\w+)*"),
    re.compile(r"\w+(?: ?- ?\w+)*"),
)
"""How a code is written: in one piece, or with hyphens between its groups, where lines may be broken."""
_SPACED: Final = re.compile(r"\w+(?:[ .-]+\w+)*")
"""Symbols and words, with nothing else between them."""
_SEPARATORS: Final = re.compile(r"[ .-]+")
_ARE_SYMBOLS: Final = re.compile(r"[0-9A-TV-Z]+", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class CodeSeed:
    """What a code is derived from, with the key that `kid` names; the nonce is 16 random bytes."""

    registration_id: str
    purpose: Purpose
    sequence: int
    kid: str
    nonce: bytes


def derive(seed: CodeSeed, key: bytes) -> str:
    """The code as printed in the letter: `XXXX-XXXX-XXXX-XXXX`."""
    text = f"{seed.purpose}|{seed.registration_id}|{seed.sequence}|".encode() + seed.nonce
    number = int.from_bytes(hmac.digest(key, text, "sha256")[: _BITS // 8])
    symbols = "".join(_ALPHABET[number >> shift & 31] for shift in range(_BITS - 5, -1, -5))
    return "-".join(symbols[start : start + _GROUP] for start in range(0, len(symbols), _GROUP))


def matches(typed: str, seed: CodeSeed, key: bytes) -> bool:
    """Whether what a person typed or pasted is this code, by `symbols_of`."""
    return hmac.compare_digest(symbols_of(typed).encode(), symbols_of(derive(seed, key)).encode())


def symbols_of(typed: str) -> str:
    """The 16 symbols of the one code in what was typed or pasted; empty where there is none, or more than one.

    Case does not matter, `O` is 0, `I` and `L` are 1. What no font shows counts for nothing, nor do the marks of quoted
    lines; white space, full stops, underscores and dashes of every kind may part the symbols. Words around the code are
    left alone: they never lend it a symbol. Where only spaces part both the words and the symbols, what reads as a code
    in two ways is none.
    """
    lines = without_unseen(unicodedata.normalize("NFKC", typed[:_MOST_TYPED])[:_MOST_TYPED])
    text = plain_separators(_QUOTED.sub("", lines).replace("_", "-"))
    for passage in _PASSAGES:
        if found := [run for run in map(_joined, passage.findall(text)) if _is_code(run)]:
            break
    else:
        found = [run for words in _SPACED.findall(text) for run in _codes_in(_SEPARATORS.split(words))]
    return found[0].upper().translate(_READ_AS) if len(found) == 1 else ""


def _codes_in(parts: list[str]) -> list[str]:
    """The codes that neighbouring parts of a passage make, each as its symbols."""
    runs = (run for first in range(len(parts)) for run in accumulate(parts[first : first + _SYMBOLS]))
    return [run for run in runs if _is_code(run)]


def _is_code(run: str) -> bool:
    return len(run) == _SYMBOLS and _ARE_SYMBOLS.fullmatch(run) is not None


def _joined(run: str) -> str:
    return _SEPARATORS.sub("", run)
