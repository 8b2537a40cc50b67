"""Seals of the rows of the staff pages: a key for each row, from the ring of the staff pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.sealing import seal, unseal

_log = structlog.get_logger()

_BYTES: Final = 32


@dataclass(frozen=True)
class StaffSeals:
    """Keys by id, the first in use. A process without the staff pages has none, and seals nothing.

    `context` names table and row: a sealed text opens at its own place only. Where a `cookie` is given, it opens with
    that cookie only (HKDF, RFC 5869).
    """

    ring: Mapping[str, bytes] = field(repr=False)

    def seal(self, plain: bytes, context: str, cookie: str = "") -> tuple[str, bytes]:
        """The id of the key, and the sealed text."""
        key_id = next(iter(self.ring))
        return key_id, seal(self._key(key_id, context, cookie), plain, context)

    def unseal(self, key_id: str, sealed: bytes, context: str, cookie: str = "") -> bytes | None:
        """The plain text; `None`, with a line in the log, where we have not sealed it, or no longer have the key."""
        try:
            return unseal(self._key(key_id, context, cookie), sealed, context)
        except (InvalidTag, KeyError):
            _log.error("staff_row_not_sealed_here", table=context.partition("|")[0])
            return None

    def _key(self, key_id: str, context: str, cookie: str) -> bytes:
        return HKDF(SHA256(), _BYTES, salt=cookie.encode() or None, info=context.encode()).derive(self.ring[key_id])
