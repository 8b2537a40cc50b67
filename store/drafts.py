"""What a browser has begun, such as a form: only the cookie of that browser finds and opens it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.database import queries
from store.documents import dump, load
from store.rows import Draft
from store.sealing import seal, unseal

if TYPE_CHECKING:
    import asyncpg

_BYTES: Final = 32


@dataclass(frozen=True)
class _Place:
    """Where a browser's draft of a kind is, and the key that opens it: both follow from its cookie (HKDF, RFC 5869)."""

    id: bytes
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, cookie: str, kind: str) -> Self:
        derived = HKDF(SHA256(), 2 * _BYTES, salt=None, info=f"ugyfelkapu {kind}".encode()).derive(cookie.encode())
        return cls(derived[:_BYTES], derived[_BYTES:])

    @property
    def context(self) -> str:
        return f"draft|{self.id.hex()}"

    def seal(self, draft: Draft) -> bytes:
        return seal(self.key, dump(draft), self.context)


class DraftStore:
    """Keeps one draft of a kind for each browser. A cookie has at least 128 random bits, and is stored nowhere."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", kind: str = "draft") -> None:
        """Does not own it. No key of the installation opens a draft."""
        self._pool = pool
        self._kind = kind

    def of_kind(self, kind: str) -> Self:
        """The drafts of another kind: whoever knows the cookie, but not the kind, does not find them."""
        return type(self)(self._pool, kind)

    async def save(self, cookie: str, draft: Draft, ends_at: datetime) -> None:
        """Keeps a draft in place of the one before."""
        place = self._place(cookie)
        await queries.save_draft(self._pool, id=place.id, sealed=place.seal(draft), ends_at=ends_at)

    async def find(self, cookie: str) -> Draft | None:
        """The draft; `None` where there is none, or where somebody else has written the row."""
        place = self._place(cookie)
        row = await queries.find_draft(self._pool, id=place.id)
        try:
            return load(Draft, unseal(place.key, row["sealed"], place.context)) if row else None
        except InvalidTag:
            return None

    async def count_try(self, cookie: str, most: int) -> int | None:
        """Counts a try to open the draft, and returns which one it is; `None` beyond `most`, or without a draft."""
        tries: int | None = await queries.try_draft(self._pool, id=self._place(cookie).id, most=most)
        return tries

    async def use(self, cookie: str, draft: Draft, ends_at: datetime) -> None:
        """Notes when a draft was used, and ends the tries to open it, unless one with another end was saved since."""
        place = self._place(cookie)
        await queries.use_draft(self._pool, id=place.id, sealed=place.seal(draft), ends_at=ends_at)

    async def delete(self, cookie: str) -> None:
        """Deletes the draft, if there is one."""
        await queries.delete_draft(self._pool, id=self._place(cookie).id)

    async def forget(self, before: datetime, most: int) -> int:
        """Deletes at most `most` drafts of any kind that ended before a moment; returns how many."""
        return int(await queries.forget_drafts(self._pool, before=before, most=most))

    def _place(self, cookie: str) -> _Place:
        return _Place.of(cookie, self._kind)
