"""The keys that the settings describe, by use: one row for each use, from which all else is derived."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from settings.keys import parse_key, parse_keys, parse_search_keys, public_keys
from settings.setting_rules import BrokenRule, SettingRule, SettingsError, variable_of
from settings.settings import Settings
from store.checkpoint_signing import SigningKeys, VerificationKeys
from store.checkpoints import CheckpointFolder
from store.indexes import SearchIndex
from store.sealing import KeyRing


@dataclass(frozen=True)
class KeyUse:
    """What keys are for; `field` is their setting. A single key without an id of its own has the use's name."""

    name: str
    field: str
    single: bool = False

    @property
    def setting(self) -> str:
        """The environment variable."""
        return variable_of(self.field)

    def check(self, key_id: str, key: bytes) -> bytes:
        """What is stored to compare a key by: HMAC-SHA-256 under the key itself.

        Not a plain hash: it cannot be made for another use or id without the key, and it differs from all other HMACs.
        """
        return hmac.digest(key, f"key check|{self.name}|{key_id}".encode(), "sha256")

    def ring(self, settings: Settings) -> dict[str, bytes]:
        """The keys by id, the first in use; none where the setting is not given."""
        given = getattr(settings, self.field)
        if not given:
            return {}
        return {self.name: parse_key(given.get_secret_value())} if self.single else parse_keys(given)


MASTER: Final = KeyUse("master", "master_keys")
CODE: Final = KeyUse("code", "code_keys")
INDEX: Final = KeyUse("index", "index_key", single=True)
ASSERTION: Final = KeyUse("assertion", "assertion_keys")
CHECKPOINT: Final = KeyUse("checkpoint", "checkpoint_keys")
STAFF: Final = KeyUse("staff", "staff_keys")

SEARCH: Final = KeyUse("search", "search_keys")
"""Each is known by its mark, which says key and folding, whatever the operator calls it."""

KEY_USES: Final = (MASTER, CODE, INDEX, ASSERTION, CHECKPOINT, STAFF)

Keys = Mapping[KeyUse, Mapping[str, bytes]]


def keys_of(settings: Settings) -> Keys:
    """Every key of this process, by use and id; a use whose setting is not given is left out."""
    rings = {use: use.ring(settings) for use in KEY_USES}
    rings[SEARCH] = {index.mark.hex(): index.key for index in search_indexes(settings)}
    return {use: ring for use, ring in rings.items() if ring}


def key_ids(settings: Settings) -> dict[str, list[str]]:
    """The ids of the keys of this process by use, as it announces them; also of checkpoints that it only verifies."""
    ids = {use.name: list(ring) for use, ring in keys_of(settings).items()}
    verified = list(verification_keys(settings))
    return ids | ({CHECKPOINT.name: verified} if verified else {})


def search_indexes(settings: Settings) -> tuple[SearchIndex, ...]:
    """What persons are found by, the first in use; without a setting of its own it is the index key."""
    if settings.search_keys:
        return tuple(SearchIndex(*entry) for entry in parse_search_keys(settings.search_keys))
    return (SearchIndex("index_key", parse_key(settings.index_key.get_secret_value())),)


def key_ring(settings: Settings) -> KeyRing:
    """The keys that seal, derive and index."""
    return KeyRing(
        master_keys=MASTER.ring(settings),
        code_keys=CODE.ring(settings),
        index_key=INDEX.ring(settings)[INDEX.name],
        search_ring=search_indexes(settings),
    )


def checkpoint_folder(settings: Settings) -> CheckpointFolder | None:
    """The folder of checkpoints, verified by the keys that sign them or by public ones; `None` where none is set."""
    if settings.checkpoint_folder is None:
        return None
    return CheckpointFolder(settings.checkpoint_folder, VerificationKeys(verification_keys(settings)))


def verification_keys(settings: Settings) -> dict[str, bytes]:
    """The public keys of checkpoints by id, of the seeds where this process has them; none where neither is given."""
    if settings.checkpoint_keys:
        return public_keys(parse_keys(settings.checkpoint_keys))
    return parse_keys(settings.checkpoint_public_keys) if settings.checkpoint_public_keys else {}


def signing_keys(settings: Settings) -> SigningKeys:
    """What signs checkpoints. Raises `SettingsError` where it is not given."""
    if settings.checkpoint_keys is None:
        raise SettingsError("checkpoint_keys", BrokenRule(SettingRule.SIGNING_KEYS))
    return SigningKeys(parse_keys(settings.checkpoint_keys))
