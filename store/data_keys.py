"""The key that a registration's personal data is sealed with."""

from typing import TYPE_CHECKING

from store.database import queries
from store.sealing import KeyRing, WrappedKey

if TYPE_CHECKING:
    import asyncpg

    Connection = (
        asyncpg.Connection[asyncpg.Record]
        | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
        | asyncpg.Pool[asyncpg.Record]
    )


async def data_key(connection: "Connection", keys: KeyRing, registration_id: str) -> bytes | None:
    """The key, unwrapped; `None` once it is destroyed. Raises `Unavailable` where the ring lacks its master key."""
    row = await queries.find_data_key(connection, registration_id=registration_id)
    return row and keys.unwrap(WrappedKey(row["master_key_id"], row["wrapped"]), registration_id)
