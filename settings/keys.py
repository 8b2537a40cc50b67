"""Keys as settings write them."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from settings.foldings import FOLDINGS
from settings.setting_rules import BrokenRule, SettingRule

KEY_BYTES: Final = 32
_KEY_ID: Final = re.compile(r"[0-9A-Za-z._-]{1,32}")
"""Ids appear in logs and messages; the limit is too short for a key that was put in the wrong place."""


def parse_keys(ring: SecretStr | str) -> dict[str, bytes]:
    """The keys of a ring by id, in order. Raises `BrokenRule`, which names no key."""
    keys: dict[str, bytes] = {}
    for entry in (ring if isinstance(ring, str) else ring.get_secret_value()).split(","):
        kid, separator, key = entry.strip().partition(":")
        if not separator or not _KEY_ID.fullmatch(kid) or kid in keys:
            raise BrokenRule(SettingRule.KEYS)
        keys[kid] = parse_key(key)
    return keys


class SearchKey(NamedTuple):
    """An entry of the ring that persons are found by: its id, its key, and the number of its folding."""

    name: str
    key: bytes
    folding: int


def parse_search_keys(ring: SecretStr | str) -> tuple[SearchKey, ...]:
    """The entries `id:base64` or `id:base64:folding`, in order; without a number it is 1. Raises `BrokenRule`.

    No two have the same id, and no two the same key and folding.
    """
    entries = (ring if isinstance(ring, str) else ring.get_secret_value()).split(",")
    found: dict[str, SearchKey] = {}
    for name, separator, rest in (entry.strip().partition(":") for entry in entries):
        key, _, folding = rest.partition(":")
        number = int(folding or "1") if (folding or "1").isdecimal() else 0
        if not separator or not _KEY_ID.fullmatch(name) or name in found or number not in FOLDINGS:
            raise BrokenRule(SettingRule.SEARCH_KEYS, most=max(FOLDINGS))
        entry = SearchKey(name, parse_key(key), number)
        if any(entry[1:] == other[1:] for other in found.values()):
            raise BrokenRule(SettingRule.SEARCH_KEYS, most=max(FOLDINGS))
        found[name] = entry
    return tuple(found.values())


def parse_key(text: str) -> bytes:
    """A key. Raises `BrokenRule` unless it is base64 of 32 bytes."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BrokenRule(SettingRule.KEY, count=KEY_BYTES)
    return key


def public_keys(seeds: Mapping[str, bytes]) -> dict[str, bytes]:
    """The public keys of Ed25519 seeds, by id: 32 bytes each."""
    return {
        kid: Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() for kid, seed in seeds.items()
    }


def public_ring(ring: str) -> str:
    """The public keys of a ring of seeds, as a setting writes them. Raises `BrokenRule`."""
    keys = public_keys(parse_keys(ring))
    return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in keys.items())
