"""Seals of rows that decide something, follow from no event and are kept after erasure: they prove that we wrote them.

A seal is an HMAC-SHA-256 over a row's deciding columns, with one key for the installation, wrapped by a master key as
data keys are: rotation wraps it again and leaves every seal as it is. A seal shows neither that its row was deleted
nor that an older copy was put back: seals are used only where neither matters.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import structlog
from cryptography.exceptions import InvalidTag

from registration.errors import Unavailable
from store.database import queries
from store.sealing import KeyRing, WrappedKey

if TYPE_CHECKING:
    import asyncpg

SEALED: Final[Mapping[str, tuple[str, ...]]] = {
    "registrations": ("id", "channel", "office", "opening", "submitted_at", "receipt_number"),
    "credentials": ("id", "registration_id", "kind", "message"),
    "letters": ("registration_id", "sequence", "kind", "days", "message_id", "outcome", "failure", "smtp_reply", "at"),
    "used_signatures": ("mark", "registration_id"),
    "idempotency_keys": ("key", "fingerprint", "request_id", "answer"),
}
"""The tables with a column `seal`, and the columns that it is over."""

SEAL_KEY: Final = "seal key"
"""The context in which the key is wrapped, in place of a registration's id."""

_log = structlog.get_logger()

Row = Mapping[str, Any]


def seal_of(key: bytes, table: str, row: Row) -> bytes:
    """The seal of a row of `SEALED`; other columns make no difference."""
    text = json.dumps([table, *(row[name] for name in SEALED[table])], ensure_ascii=False, default=_text)
    return hmac.digest(key, text.encode(errors="replace"), "sha256")


def is_sealed(key: bytes, table: str, row: Row) -> bool:
    """Whether the row's `seal` is the right one."""
    return hmac.compare_digest(row["seal"] or b"", seal_of(key, table, row))


class RowSeals:
    """Reads the key through a pool, once."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys
        self._key: bytes | None = None

    async def key(self) -> bytes:
        """The key of the installation's seals. Raises `Unavailable` if it is missing or no master key opens it."""
        if self._key is None:
            row = await queries.find_seal_key(self._pool)
            try:
                self._key = row and self._keys.unwrap(WrappedKey(row["master_key_id"], row["wrapped"]), SEAL_KEY)
            except InvalidTag:
                self._key = None
            if self._key is None:
                _log.error("seal_key_missing")
                raise Unavailable
        return self._key

    async def of(self, table: str, **columns: object) -> bytes:
        """The seal of a row that is to be written."""
        return seal_of(await self.key(), table, columns)

    async def hold(self, table: str, row: Row) -> bool:
        """Whether a row is one that we wrote; if not, an alarm is logged."""
        if is_sealed(await self.key(), table, row):
            return True
        _log.error("row_not_sealed", table=table)
        return False


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)
