"""Sealed personal data (principle 5): AES-256-GCM, a key for each registration, wrapped by a master key with an id."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registration.dependencies import Dependency
from registration.errors import Unavailable
from store.indexes import SearchIndex

_log = structlog.get_logger()

_NONCE_BYTES = 12


@dataclass(frozen=True)
class WrappedKey:
    """A registration's key as it is stored; `master_key_id` says which master key opens it."""

    master_key_id: str
    wrapped: bytes


@dataclass(frozen=True)
class KeyRing:
    """The keys of an installation, by id; the first master key and the first code key are the ones in use.

    `search_ring` finds persons; empty, the index key does, which makes all other keyed hashes in any case. Master and
    index keys have 32 bytes; keys never appear in `repr`. `retired_code_keys` have left the ring for good: nothing that
    can still be redeemed needs them.
    """

    master_keys: Mapping[str, bytes] = field(repr=False)
    code_keys: Mapping[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    search_ring: tuple[SearchIndex, ...] = field(default=(), repr=False)
    retired_code_keys: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def code_kid(self) -> str:
        """The id of the code key in use; empty where this process has none, as that of the pages for staff."""
        return next(iter(self.code_keys), "")

    def code_key(self, kid: str) -> bytes:
        """A code key. Raises `Unavailable`, with a line in the log, where the ring lacks it."""
        return _key(self.code_keys, kid, "UGYFELKAPU_CODE_KEYS")

    def code_key_to_compare(self, kid: str) -> bytes:
        """The same; for one that was retired the one in use, under which an old code is simply wrong."""
        return self.code_key(self.code_kid if kid in self.retired_code_keys - self.code_keys.keys() else kid)

    @property
    def master_kid(self) -> str:
        """The id of the master key in use."""
        return next(iter(self.master_keys))

    def new_key(self, registration_id: str) -> tuple[bytes, WrappedKey]:
        """A fresh data key, and its wrapped form, which opens for this registration only."""
        key = AESGCM.generate_key(256)
        return key, self._wrapped(key, registration_id)

    def rewrap(self, wrapped: WrappedKey, registration_id: str) -> WrappedKey:
        """The same data key under the master key in use. Raises as `unwrap`."""
        return self._wrapped(self.unwrap(wrapped, registration_id), registration_id)

    def unwrap(self, wrapped: WrappedKey, registration_id: str) -> bytes:
        """The data key. Raises `Unavailable`, with a line in the log, where the ring lacks the master key."""
        key = _key(self.master_keys, wrapped.master_key_id, "UGYFELKAPU_MASTER_KEYS")
        return unseal(key, wrapped.wrapped, registration_id)

    def _wrapped(self, key: bytes, registration_id: str) -> WrappedKey:
        kid = self.master_kid
        return WrappedKey(kid, seal(self.master_keys[kid], key, registration_id))

    @cached_property
    def search_indexes(self) -> tuple[SearchIndex, ...]:
        """All that may have made a stored index: the first makes new ones, all find."""
        return self.search_ring or (SearchIndex("index_key", self.index_key),)

    @property
    def search_index(self) -> SearchIndex:
        """The search index in use."""
        return self.search_indexes[0]

    def user_name_index(self, user_name: str) -> bytes:
        """The blind index that a user name is stored by."""
        return self.search_index.user_name(user_name)

    def user_name_indexes(self, user_name: str) -> list[bytes]:
        """All blind indexes that a user name may be stored by; the one in use comes first."""
        return [index.user_name(user_name) for index in self.search_indexes]

    def address_index(self, address: str) -> bytes:
        """The blind index that an e-mail address is stored by."""
        return self.search_index.address(address)

    def address_indexes(self, address: str) -> list[bytes]:
        """All blind indexes that an e-mail address may be stored by."""
        return [index.address(address) for index in self.search_indexes]

    def identity_index(self, birth_name: str, birth_date: date, mothers_birth_name: str) -> bytes:
        """The blind index that a person's natural identity data is stored by."""
        return self.search_index.identity(birth_name, birth_date, mothers_birth_name)

    def identity_indexes(self, birth_name: str, birth_date: date, mothers_birth_name: str) -> list[bytes]:
        """All blind indexes that a person's natural identity data may be stored by."""
        return [index.identity(birth_name, birth_date, mothers_birth_name) for index in self.search_indexes]

    def blind(self, use: str, text: str) -> bytes:
        """A keyed hash of `text` for one use: HMAC-SHA-256."""
        return hmac.digest(self.index_key, f"{use}|{text}".encode(errors="replace"), "sha256")


def _key(ring: Mapping[str, bytes], key_id: str, setting: str) -> bytes:
    key = ring.get(key_id)
    if key is None:
        _log.error("key_missing", setting=setting, key=key_id)
        raise Unavailable(Dependency.KEY, setting=setting, key=key_id)
    return key


def part(registration_id: str, part_id: str) -> str:
    """The context of what is one among several sealed parts of a registration: it opens at its own place only."""
    return f"{registration_id}|{part_id}"


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Nonce and ciphertext; `context` must be the same to open it."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """The plain bytes. Raises `cryptography.exceptions.InvalidTag` for another key, context or content."""
    if len(sealed) < _NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())


def commitment(plain: bytes, salt: bytes) -> str:
    """What an event says of its evidence: SHA-256 over salt and content, 64 hexadecimal digits."""
    return hashlib.sha256(salt + plain).hexdigest()
