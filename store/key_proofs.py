"""Whether keys fit the stored data: checked before a key is registered, and before a migration uses it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from settings.start_problems import CannotStart, StartProblem
from store.database import queries
from store.documents import load
from store.indexes import SearchIndex
from store.key_checks import KeyChecks
from store.keys import MASTER
from store.rows import Person
from store.sealing import KeyRing, WrappedKey, unseal
from store.seals import SEAL_KEY

if TYPE_CHECKING:
    import asyncpg

_SAMPLES: Final = 10
"""Rows at each end: one damaged row must not refuse the right key."""


class KeyProofs:
    """Each answer is a list of samples, and whether the key holds for them; it is empty where nothing is stored."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", ring: KeyRing) -> None:
        """Reads through a connection, opens samples with a key ring."""
        self._connection = connection
        self._ring = ring

    async def check_data_keys(self, checks: KeyChecks) -> None:
        """Raises `CannotStart` where a master key that wraps data keys is not in the ring, or opens none of them."""
        for key_id in await self._wrapping_data_keys():
            if key_id not in self._ring.master_keys:
                raise CannotStart(StartProblem.KEY_NEEDED, setting=MASTER.setting, key=key_id)
            if (MASTER.name, key_id) not in checks.known and not any(await self._data_keys(key_id)):
                raise CannotStart(StartProblem.KEY_OPENS_NOTHING, setting=MASTER.setting, key=key_id)

    async def masters_needed(self) -> set[str]:
        """The master keys that wrap a data key or the key of the seals of rows."""
        sealing = await queries.find_seal_key(self._connection)
        return {*await self._wrapping_data_keys(), *([sealing["master_key_id"]] if sealing else [])}

    async def master(self, key_id: str) -> list[bool]:
        """Whether a master key opens the data keys that it wraps; where it wraps none, the key of the seals."""
        if opened := await self._data_keys(key_id):
            return opened
        sealing = await queries.find_seal_key(self._connection)
        if sealing is None or sealing["master_key_id"] != key_id:
            return []
        return [self._opens(WrappedKey(key_id, sealing["wrapped"]), SEAL_KEY)]

    async def index_key(self) -> list[bool]:
        """Whether the index key makes the indexes of persons, as far as another search index has not made them.

        With `UGYFELKAPU_SEARCH_KEYS` it makes them only where it is one of these.
        """
        own = [index for index in self._ring.search_indexes if index.key == self._ring.index_key]
        return await self._indexes(own) if own else []

    async def search_ring(self) -> list[bool]:
        """Whether some key of the search ring makes the indexes of persons; a new one has made none so far."""
        return await self._indexes(self._ring.search_indexes)

    async def _wrapping_data_keys(self) -> list[str]:
        return [row["key_id"] async for row in queries.master_keys_needed(self._connection)]

    async def _data_keys(self, key_id: str) -> list[bool]:
        rows = queries.wrapped_samples(self._connection, master_key_id=key_id, most=_SAMPLES)
        return [self._opens(WrappedKey(key_id, row["wrapped"]), str(row["registration_id"])) async for row in rows]

    async def _indexes(self, indexes: Collection[SearchIndex]) -> list[bool]:
        samples = [row async for row in queries.index_samples(self._connection, most=_SAMPLES)]
        return [made for row in samples if (made := self._made(row, indexes)) is not None]

    def _opens(self, wrapped: WrappedKey, context: str) -> bool:
        try:
            self._ring.unwrap(wrapped, context)
        except InvalidTag:
            return False
        return True

    def _made(self, row: "asyncpg.Record", indexes: Collection[SearchIndex]) -> bool | None:
        """`None` for a person who cannot be read, or was indexed by another index of the ring."""
        others = [index for index in self._ring.search_indexes if index not in indexes]
        registration_id, stored = str(row["id"]), (row["user_name_index"], row["identity_index"])
        wrapped = WrappedKey(row["master_key_id"], row["wrapped"])
        if wrapped.master_key_id not in self._ring.master_keys:
            return None
        if any(other.made(value) for other in others for value in stored):
            return None
        try:
            person = load(Person, unseal(self._ring.unwrap(wrapped, registration_id), row["sealed"], registration_id))
        except (InvalidTag, ValidationError):
            return None
        identity = person.birth_name, person.birth_date, person.mothers_birth_name
        return any(stored[0] == index.user_name(person.user_name) for index in indexes) or any(
            stored[1] == index.identity(*identity) for index in indexes
        )
