"""Requests with an Idempotency-Key: what was begun, by whom, and what was answered."""

from datetime import datetime
from typing import TYPE_CHECKING

from registration.errors import Unavailable
from store.database import queries
from store.documents import dump, load
from store.rows import KnownRequest, StoredAnswer
from store.sealing import KeyRing
from store.seals import Row, RowSeals

if TYPE_CHECKING:
    import asyncpg


class IdempotencyStore:
    """Keeps keyed hashes only. `key` names the caller too, `fingerprint` is operation and body."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys
        self._seals = RowSeals(pool, keys)

    async def begin(
        self, key: str, fingerprint: str, request_id: str, now: datetime, abandoned_before: datetime
    ) -> str | None:
        """Takes the request on and returns its id: `request_id`, or the one it first began with.

        `None` if it is finished, has another fingerprint, or was taken on by another process since `abandoned_before`.
        Raises `Unavailable` for a row that we have not written, as every method that reads one does.
        """
        row = await queries.begin_request(
            self._pool,
            key=self._key(key),
            fingerprint=self._fingerprint(fingerprint),
            request_id=request_id,
            now=now,
            abandoned=abandoned_before,
            seal=await self._seal(key, fingerprint, request_id, None),
        )
        return str((await self._ours(row))["request_id"]) if row else None

    async def find(self, key: str, fingerprint: str) -> KnownRequest | None:
        """What is known of a request."""
        row = await queries.find_request(self._pool, key=self._key(key))
        if row is None:
            return None
        await self._ours(row)
        answer = row["answer"] and load(StoredAnswer, row["answer"])
        return KnownRequest(row["fingerprint"] == self._fingerprint(fingerprint), answer)

    async def finish(self, key: str, fingerprint: str, request_id: str, answer: StoredAnswer) -> StoredAnswer:
        """Stores the answer; returns the stored one, which may be that of a process that was faster."""
        text = dump(answer).decode()
        row = await queries.finish_request(
            self._pool,
            key=self._key(key),
            request_id=request_id,
            answer=text,
            seal=await self._seal(key, fingerprint, request_id, text),
        )
        return load(StoredAnswer, (await self._ours(row))["answer"]) if row else answer

    async def release(self, key: str, request_id: str) -> None:
        """Gives the request up without an answer."""
        await queries.release_request(self._pool, key=self._key(key), request_id=request_id)

    async def forget(self, before: datetime, most: int) -> int:
        """Deletes at most `most` requests begun before a moment, the oldest first; returns how many."""
        return int(await queries.forget_requests(self._pool, before=before, most=most))

    async def _ours(self, row: Row) -> Row:
        if await self._seals.hold("idempotency_keys", row):
            return row
        raise Unavailable

    async def _seal(self, key: str, fingerprint: str, request_id: str, answer: str | None) -> bytes:
        return await self._seals.of(
            "idempotency_keys",
            key=self._key(key),
            fingerprint=self._fingerprint(fingerprint),
            request_id=request_id,
            answer=answer,
        )

    def _key(self, key: str) -> bytes:
        return self._keys.blind("idempotency-key", key)

    def _fingerprint(self, fingerprint: str) -> bytes:
        return self._keys.blind("idempotency-fingerprint", fingerprint)
