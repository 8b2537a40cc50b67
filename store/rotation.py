"""Re-wraps data keys under the master key in use, while processes run: both keys open throughout."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from store.database import queries
from store.sealing import KeyRing, WrappedKey
from store.seals import SEAL_KEY

if TYPE_CHECKING:
    import asyncpg

_BATCH: Final = 1000
"""Keys in one statement: unwrapped and wrapped in some tens of milliseconds."""


@dataclass(frozen=True)
class RewrappedBatch:
    """How many keys were read and re-wrapped; `last` is the registration of the last one, `None` if there was none."""

    looked_at: int
    rewrapped: int
    last: str | None


class KeyRotation:
    """Writes through a pool. Sealed data stays as it is: only the keys that open it are wrapped again."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys

    async def counts(self) -> dict[str, int]:
        """How many keys each master key wraps, other than the one in use."""
        rows = queries.count_master_keys(self._pool, present=self._keys.master_kid)
        return {row["master_key_id"]: row["wrapped"] async for row in rows}

    @property
    def present(self) -> str:
        """The id of the master key in use, under which all is wrapped."""
        return self._keys.master_kid

    def opens(self, master_key_id: str) -> bool:
        """Whether the ring has a master key."""
        return master_key_id in self._keys.master_keys

    async def rewrap(self, master_key_id: str, after: str | None) -> RewrappedBatch:
        """Re-wraps up to 1,000 keys of an older master key, those behind a registration.

        A key that was destroyed, or re-wrapped by another process, since it was read stays so. Raises `Unavailable` if
        the ring lacks the master key.
        """
        rows = [
            row
            async for row in queries.keys_wrapped_by(
                self._pool, master_key_id=master_key_id, after=UUID(after) if after else UUID(int=0), most=_BATCH
            )
        ]
        rewrapped = [
            self._keys.rewrap(WrappedKey(master_key_id, row["wrapped"]), str(row["registration_id"])) for row in rows
        ]
        written: int = await queries.replace_wrapped_keys(
            self._pool,
            registration_ids=[row["registration_id"] for row in rows],
            known=[row["wrapped"] for row in rows],
            wrapped=[key.wrapped for key in rewrapped],
            master_key_id=self._keys.master_kid,
        )
        return RewrappedBatch(len(rows), written, str(rows[-1]["registration_id"]) if rows else None)

    async def rewrap_seal_key(self, master_key_id: str) -> int:
        """Re-wraps the key of the seals of rows where this master key wraps it, and says so with 1; every seal stays.

        Raises `Unavailable` where the ring lacks the master key.
        """
        row = await queries.find_seal_key(self._pool)
        if row is None or row["master_key_id"] != master_key_id:
            return 0
        rewrapped = self._keys.rewrap(WrappedKey(master_key_id, row["wrapped"]), SEAL_KEY)
        written: int = await queries.replace_seal_key(
            self._pool, known=row["wrapped"], wrapped=rewrapped.wrapped, master_key_id=rewrapped.master_key_id
        )
        return written
