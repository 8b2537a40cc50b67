"""Sessions of browsers: rows that only their own token finds and only their registration's key opens."""

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.data_keys import data_key
from store.database import queries
from store.documents import dump, load
from store.log_in_rows import Holder, SessionFacts, StoredSession
from store.sealing import KeyRing, WrappedKey, part, seal, unseal

if TYPE_CHECKING:
    import asyncpg

_log = structlog.get_logger()

_TOKEN_BYTES = 32


class SessionStore:
    """Keeps the hash of a token, never the token.

    The facts are sealed for their registration and this hash: whoever writes to the database can neither put a session
    in place nor change one. A row that was deleted can be put back; its facts say when it was last used.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys

    async def open(
        self, token: str, registration_id: str, facts: SessionFacts, ends_at: datetime, *, instead_of: str | None = None
    ) -> bool:
        """Adds a session, or begins the one with this token anew, and ends the one with the token `instead_of`.

        Returns `False`, and changes nothing, unless the credential of `facts` is the password of the registration.
        """
        key = await data_key(self._pool, self._keys, registration_id)
        return key is not None and await self._added(key, token, registration_id, facts, ends_at, instead_of=instead_of)

    async def open_by_form(
        self, form: str, registration_id: str, facts: SessionFacts, ends_at: datetime, *, instead_of: str | None = None
    ) -> str | None:
        """The same with the token of a form, however often it is sent: 256 bits in base64url (HKDF, RFC 5869).

        It follows from the registration's key, so whoever knows the form cannot compute it. `None` where nothing was
        added.
        """
        key = await data_key(self._pool, self._keys, registration_id)
        if key is None:
            return None
        derived = HKDF(SHA256(), _TOKEN_BYTES, salt=None, info=f"ugyfelkapu session|{form}".encode()).derive(key)
        token = base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
        return token if await self._added(key, token, registration_id, facts, ends_at, instead_of=instead_of) else None

    async def _added(  # noqa: PLR0913  as `open`
        self,
        key: bytes,
        token: str,
        registration_id: str,
        facts: SessionFacts,
        ends_at: datetime,
        *,
        instead_of: str | None,
    ) -> bool:
        opened = await queries.open_session(
            self._pool,
            id_hash=token_hash(token),
            registration_id=registration_id,
            credential_id=facts.credential_id,
            sealed=sealed_session(key, token, registration_id, facts),
            ends_at=ends_at,
            replaced=instead_of and token_hash(instead_of),
        )
        return bool(opened)

    async def find(self, token: str) -> StoredSession | None:
        """The session of a token, whether or not its password is in force; `None` where there is none.

        A row that we have not written is none, and an alarm in the log.
        """
        row = await queries.find_session(self._pool, id_hash=token_hash(token))
        return row and self._opened(row)

    async def of(self, registration_id: str, most: int) -> list[StoredSession]:
        """The sessions of a registration, at most `most` of them."""
        rows = [row async for row in queries.sessions_of(self._pool, registration_id=registration_id, most=most)]
        return [session for session in map(self._opened, rows) if session]

    async def use(self, token: str, registration_id: str, facts: SessionFacts, ends_at: datetime) -> None:
        """Replaces the facts of a session; one that has ended meanwhile stays so."""
        if key := await data_key(self._pool, self._keys, registration_id):
            sealed = sealed_session(key, token, registration_id, facts)
            await queries.use_session(self._pool, id_hash=token_hash(token), sealed=sealed, ends_at=ends_at)

    async def end(self, token: str) -> None:
        """Ends a session, if there is one."""
        await self._end(token_hash(token))

    async def end_one(self, registration_id: str, session_id: str, most: int) -> None:
        """Ends the session with an id, if it is among the first `most` of this registration."""
        rows = [row async for row in queries.sessions_of(self._pool, registration_id=registration_id, most=most)]
        for row in rows:
            session = self._opened(row)
            if session and session.facts.session_id == session_id:
                await self._end(row["id_hash"])
                return
        await queries.wait_for_standbys(self._pool)

    async def end_others(self, token: str, registration_id: str) -> None:
        """Ends the sessions of a registration but for that of the token."""
        ended = await queries.end_other_sessions(self._pool, registration_id=registration_id, id_hash=token_hash(token))
        if ended is None:
            await queries.wait_for_standbys(self._pool)

    async def forget(self, before: datetime, most: int) -> int:
        """Deletes at most `most` sessions that ended before a moment; returns how many."""
        return int(await queries.forget_sessions(self._pool, before=before, most=most))

    async def _end(self, id_hash: bytes) -> None:
        if await queries.end_session(self._pool, id_hash=id_hash) is None:
            await queries.wait_for_standbys(self._pool)

    def _opened(self, row: "asyncpg.Record") -> StoredSession | None:
        registration_id = str(row["id"])
        try:
            key = self._keys.unwrap(WrappedKey(row["master_key_id"], row["wrapped"]), registration_id)
            facts = load(SessionFacts, unseal(key, row["sealed"], _context(registration_id, row["id_hash"])))
        except InvalidTag:
            _log.error("session_not_sealed_here", registration_id=registration_id)
            return None
        return StoredSession(facts, Holder.of(row), facts.credential_id == str(row["credential_id"]))


def token_hash(token: str) -> bytes:
    """A token has 256 random bits: no key and no slow hash is needed."""
    return hashlib.sha256(token.encode()).digest()


def sealed_session(key: bytes, token: str, registration_id: str, facts: SessionFacts) -> bytes:
    """The facts under the registration's key, for this token only."""
    return seal(key, dump(facts), _context(registration_id, token_hash(token)))


def _context(registration_id: str, id_hash: bytes) -> str:
    return part(registration_id, f"session|{id_hash.hex()}")
