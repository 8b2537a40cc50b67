"""Sessions of staff, and sign-ins under way: rows that only a browser's cookie finds and only our key opens."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from store.database import queries
from store.documents import dump, load
from store.rows import BegunSignIn, StaffSessionFacts
from store.staff_seals import StaffSeals

if TYPE_CHECKING:
    import asyncpg


class StaffSessionStore:
    """Keeps the hash of a token, never the token.

    The facts are sealed for this hash: whoever writes to the database can neither put a session in place nor change
    one. A row that was deleted can be put back; its facts say when it was last used.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", seals: StaffSeals) -> None:
        """Does not own the pool."""
        self._pool = pool
        self._seals = seals

    async def open(self, token: str, facts: StaffSessionFacts, ends_at: datetime) -> None:
        """Adds a session."""
        key_id, sealed = self._seals.seal(dump(facts), _session(token))
        await queries.open_staff_session(
            self._pool, id_hash=_hash(token), key_id=key_id, sealed=sealed, ends_at=ends_at
        )

    async def find(self, token: str) -> StaffSessionFacts | None:
        """The session of a token, whether or not it has ended; `None` where there is none that we have written."""
        row = await queries.find_staff_session(self._pool, id_hash=_hash(token))
        opened = None if row is None else self._seals.unseal(row["key_id"], row["sealed"], _session(token))
        return None if opened is None else load(StaffSessionFacts, opened)

    async def use(self, token: str, facts: StaffSessionFacts, ends_at: datetime) -> None:
        """Replaces the facts of a session; one that has ended meanwhile stays so."""
        key_id, sealed = self._seals.seal(dump(facts), _session(token))
        await queries.use_staff_session(self._pool, id_hash=_hash(token), key_id=key_id, sealed=sealed, ends_at=ends_at)

    async def end(self, token: str) -> None:
        """Ends a session, if there is one."""
        if await queries.end_staff_session(self._pool, id_hash=_hash(token)) is None:
            await queries.wait_for_standbys(self._pool)

    async def forget(self, before: datetime, most: int) -> int:
        """Deletes at most `most` sessions that ended before a moment; returns how many."""
        return int(await queries.forget_staff_sessions(self._pool, before=before, most=most))


class SignInStore:
    """Keeps a sign-in for the browser that began it, by its cookie and the state; both have at least 128 random bits.

    Neither is stored, and the row opens with the cookie and our key alone: an answer that comes by another browser
    finds nothing.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", seals: StaffSeals) -> None:
        """Does not own the pool."""
        self._pool = pool
        self._seals = seals

    async def begin(self, cookie: str, state: str, sign_in: BegunSignIn, ends_at: datetime) -> None:
        """Keeps a sign-in."""
        place = _place(cookie, state)
        key_id, sealed = self._seals.seal(dump(sign_in), _sign_in(place), cookie)
        await queries.begin_sign_in(self._pool, id=place, key_id=key_id, sealed=sealed, ends_at=ends_at)

    async def take(self, cookie: str, state: str) -> BegunSignIn | None:
        """The sign-in of this browser and state, once, whether or not it is too old; `None` where there is none."""
        place = _place(cookie, state)
        row = await queries.take_sign_in(self._pool, id=place)
        opened = None if row is None else self._seals.unseal(row["key_id"], row["sealed"], _sign_in(place), cookie)
        return None if opened is None else load(BegunSignIn, opened)

    async def forget(self, before: datetime, most: int) -> int:
        """Deletes at most `most` sign-ins that ended before a moment; returns how many."""
        return int(await queries.forget_sign_ins(self._pool, before=before, most=most))


def _hash(token: str) -> bytes:
    """A token has 256 random bits: no key and no slow hash is needed."""
    return hashlib.sha256(token.encode()).digest()


def _session(token: str) -> str:
    return f"staff_sessions|{_hash(token).hex()}"


def _place(cookie: str, state: str) -> bytes:
    return hashlib.sha256(f"{cookie}|{state}".encode(errors="replace")).digest()


def _sign_in(place: bytes) -> str:
    return f"staff_sign_ins|{place.hex()}"
