"""All that the database holds of registrations' records, for an audit: in pages, each from one snapshot."""

import hmac
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from registration.errors import Unavailable
from registration.operations import Operation
from registration.policy import Policy
from store.access_record import AccessRecord, Row, rows_in_order
from store.database import queries
from store.documents import load
from store.rows import Person
from store.sealing import KeyRing, WrappedKey, part, unseal
from store.seals import RowSeals, is_sealed

if TYPE_CHECKING:
    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_PAGE: Final = 500
"""Registrations in memory at once, with all that belongs to them: some megabytes."""

_REQUEST: Final = re.compile(r'"request_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
"""The request of an event, where it is a UUID, without trust in the rest of its body."""

_FIRST: Final = UUID(int=0)
_LAST: Final = UUID(int=(1 << 128) - 1)


@dataclass(frozen=True)
class AuditedLife:
    """One registration: its row and, each in order, all rows that belong to it.

    `sealed_key` and `person`, the row of the sealed form, are none once erased.
    """

    registration_id: str
    row: Row
    events: list[Row] = field(default_factory=list)
    codes: list[Row] = field(default_factory=list)
    credentials: list[Row] = field(default_factory=list)
    client_requests: list[Row] = field(default_factory=list)
    emails: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    accesses: list[Row] = field(default_factory=list)
    extensions: list[Row] = field(default_factory=list)
    letters: list[Row] = field(default_factory=list)
    signatures: list[Row] = field(default_factory=list)
    pending: list[Row] = field(default_factory=list)
    password: Row | None = None
    sealed_key: WrappedKey | None = None
    person: Row | None = None

    def hash_at(self, sequence: int) -> str | None:
        """The hash of the event at a place of the chain."""
        return next((str(row["hash"]) for row in reversed(self.events) if row["sequence"] == sequence), None)


class AuditStore:
    """Reads through a pool, opens evidence with a key ring."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing, *, seal_key: bytes | None = None) -> None:
        """Owns neither of them. `seal_key` is what `opens_seals` has opened in another process."""
        self._pool = pool
        self._keys = keys
        self._seals = RowSeals(pool, keys)
        self.seal_key = seal_key

    async def opens_seals(self) -> bool:
        """Whether the key of the seals of rows is available; without it no seal is checked."""
        with suppress(Unavailable):
            self.seal_key = await self._seals.key()
        return self.seal_key is not None

    def seal_of_text(self, purpose: str, text: str) -> str | None:
        """The HMAC of a text of ours under the key of the seals, in hexadecimal; nobody else can make it.

        `None` where `opens_seals` has opened no key.
        """
        key = self.seal_key
        return hmac.digest(key, f"{purpose}|{text}".encode(), "sha256").hex() if key else None

    def is_sealed(self, table: str, row: Row) -> bool:
        """Whether we have written a row of `store.seals.SEALED`; true where seals cannot be checked."""
        return self.seal_key is None or is_sealed(self.seal_key, table, row)

    async def count(self) -> int:
        """How many registrations there are."""
        return int(await queries.number_of_registrations(self._pool))

    async def pages(self, after: str | None = None, until: str | None = None) -> AsyncIterator[list[AuditedLife]]:
        """All registrations in the order of their ids, in pages of at most 500.

        Only those after the id `after` and up to `until`, itself included, where these are given.
        """
        place, end = UUID(after) if after else _FIRST, UUID(until) if until else _LAST
        while True:
            async with self._snapshot() as connection:
                found = queries.page_of_registrations(connection, after=place, until=end, most=_PAGE)
                rows = [row async for row in found]
                lives = await _lives(connection, rows)
            if not lives:
                return
            yield lives
            place = rows[-1]["id"]

    async def id_at(self, place: int, after: str | None) -> str | None:
        """The id of the registration at a place (from 1) after another one; `None` where there are fewer."""
        found = await queries.registration_at(self._pool, after=UUID(after) if after else _FIRST, place=place)
        return None if found is None else str(found)

    async def some(self, registration_ids: Sequence[str]) -> AsyncIterator[list[AuditedLife]]:
        """These registrations in the order of their ids, in pages of at most 500; those without a row are left out."""
        ordered = sorted(registration_ids)
        for place in range(0, len(ordered), _PAGE):
            async with self._snapshot() as connection:
                ids = ordered[place : place + _PAGE]
                rows = [row async for row in queries.some_registrations(connection, ids=ids)]
                lives = await _lives(connection, rows)
            yield lives

    @asynccontextmanager
    async def access_record(self) -> AsyncIterator[AccessRecord]:
        """The access record and what it has the content of, from one snapshot."""
        async with self._snapshot() as connection:
            yield AccessRecord(connection)

    async def answers(self) -> AsyncIterator[Row]:
        """The rows of kept answers."""
        async with self._snapshot() as connection:
            async for row in rows_in_order(connection, queries.every_answer.sql):
                yield row

    async def without_row(self, registration_ids: Iterable[str]) -> list[str]:
        """Those of these ids that have no registration."""
        asked = sorted(set(registration_ids))
        known = {str(row["id"]) async for row in queries.ids_among(self._pool, ids=asked)}
        return [registration_id for registration_id in asked if registration_id not in known]

    async def hash_at(self, registration_id: str, sequence: int) -> str | None:
        """The present hash of the event at a place of a chain."""
        found: str | None = await queries.find_event_hash(
            self._pool, registration_id=registration_id, sequence=sequence
        )
        return found

    async def policies(self) -> dict[int, Policy]:
        """Every policy there has been, by version, as far as they can be read."""
        known: dict[int, Policy] = {}
        async for row in queries.all_policies(self._pool):
            with suppress(ValidationError):
                policy = load(Policy, row["body"])
                known[policy.version] = policy
        return known

    def opened(self, life: AuditedLife, row: Row) -> bytes | None:
        """The plain content of a sealed part, of `id`; `None` where neither content nor key is what was sealed."""
        return self._unsealed(life, row["sealed"], part(life.registration_id, str(row["id"])))

    def addresses(self, life: AuditedLife) -> dict[str, list[bytes]]:
        """By id, the indexes that each e-mail address which is as it was sealed may be stored by."""
        opened = {str(row["id"]): self._unsealed(life, row["sealed"], str(row["id"])) for row in life.emails}
        return {
            email_id: self._keys.address_indexes(address.decode(errors="replace"))
            for email_id, address in opened.items()
            if address is not None
        }

    def person_indexes(self, life: AuditedLife) -> tuple[list[bytes], list[bytes]] | None:
        """The indexes that user name and identity of the sealed form may be stored by.

        `None` where form or key is not what was sealed.
        """
        form = self._unsealed(life, life.person["sealed"], life.registration_id) if life.person else None
        try:
            person = load(Person, form) if form else None
        except ValidationError:
            return None
        if person is None:
            return None
        identities = self._keys.identity_indexes(person.birth_name, person.birth_date, person.mothers_birth_name)
        return self._keys.user_name_indexes(person.user_name), identities

    def _unsealed(self, life: AuditedLife, sealed: bytes, context: str) -> bytes | None:
        if life.sealed_key is None:
            return None
        try:
            return unseal(self._keys.unwrap(life.sealed_key, life.registration_id), sealed, context)
        except (InvalidTag, Unavailable, ValueError):
            return None

    @asynccontextmanager
    async def _snapshot(self) -> "AsyncIterator[Connection]":
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection


async def _lives(connection: "Connection", rows: list[Row]) -> list[AuditedLife]:
    """What belongs to these registrations, a query each for all of them.

    Credentials are looked for by the requests that the events name: no index has all of a registration.
    """
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    events, codes, emails, evidence, accesses, extensions, letters, signatures, pending, passwords, keys, persons = [
        await _by_registration(connection, query, ids)
        for query in (
            queries.events_among,
            queries.codes_among,
            queries.emails_among,
            queries.evidence_among,
            queries.accesses_among,
            partial(queries.approved_extensions_among, approval=Operation.OPERATIONS_APPROVE_EXTENSION),
            queries.letters_among,
            queries.signatures_among,
            queries.pending_among,
            queries.passwords_among,
            queries.data_keys_among,
            queries.persons_among,
        )
    ]
    requests = {found[1] for rows in events.values() for row in rows if (found := _REQUEST.search(row["body"]))}
    credentials, client_requests = [
        await _by_registration(connection, query, sorted(requests))
        for query in (queries.credentials_named, queries.client_requests_named)
    ]
    return [
        AuditedLife(
            str(one),
            row,
            events=events[one],
            codes=codes[one],
            credentials=credentials[one],
            client_requests=client_requests[one],
            emails=emails[one],
            evidence=evidence[one],
            accesses=accesses[one],
            extensions=extensions[one],
            letters=letters[one],
            signatures=signatures[one],
            pending=pending[one],
            password=passwords[one][0] if passwords[one] else None,
            sealed_key=WrappedKey(keys[one][0]["master_key_id"], keys[one][0]["wrapped"]) if keys[one] else None,
            person=persons[one][0] if persons[one] else None,
        )
        for one, row in zip(ids, rows, strict=True)
    ]


async def _by_registration(
    connection: "Connection",
    query: Any,  # noqa: ANN401  aiosql makes it
    ids: Sequence[UUID | str],
) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    async for row in query(connection, ids=ids):
        found[row["registration_id"]].append(row)
    return found
