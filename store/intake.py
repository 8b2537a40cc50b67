"""Rows that are written before their event: submissions, evidence, e-mail addresses; all sealed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from uuid_utils import compat as uuids

from registration.errors import UserNameTaken
from registration.forms import EvidenceForm, RegistrationForm
from registration.messages import Actor, Evidence
from registration.record import GENESIS
from registration.signature_errors import SignatureUsed
from registration.signatures import VerifiedSignature
from registration.state import Imported
from registration.statuses import Channel
from store.data_keys import data_key
from store.database import queries, retried
from store.documents import dump
from store.evidence import sealed_evidence
from store.indexes import lock_of
from store.rows import Opening, Person, Submitted
from store.sealing import KeyRing, seal
from store.seals import RowSeals, seal_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import asyncpg

    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]


class Intake:
    """Writes through a pool, sealing with a key ring."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing, seals: RowSeals | None = None) -> None:
        """Owns none of them; `seals` are those of the process, which read their key once for all who share them."""
        self._pool = pool
        self._keys = keys
        self._seals = seals or RowSeals(pool, keys)

    @retried
    async def submit(  # noqa: PLR0913  one argument for each thing that a registration may begin with
        self,
        form: RegistrationForm,
        channel: Channel,
        actor: Actor,
        now: datetime,
        *,
        evidence: EvidenceForm | VerifiedSignature | None = None,
        imported: Imported | None = None,
        registration_id: str | None = None,
    ) -> Submitted:
        """Writes the SUBMITTED row with its sealed personal data (principle 8).

        A `registration_id` (a UUID) that was submitted before changes nothing: the answer is the stored row.
        Raises `UserNameTaken`, and `SignatureUsed` for a signature that has opened a registration before.
        """
        registration_id, email_id = registration_id or str(uuids.uuid7()), str(uuids.uuid7())
        key, wrapped = self._keys.new_key(registration_id)
        signature = evidence if isinstance(evidence, VerifiedSignature) else None
        reference, sealed = sealed_evidence(evidence, key, registration_id) if evidence else (None, b"")
        opening = Opening(actor, reference, signature.level if signature else None, imported)
        seal_key = await self._seals.key()  # before a connection is taken: holders of one would wait for another
        names = self._keys.user_name_indexes(form.user_name)
        async with self._pool.acquire() as connection, connection.transaction():
            await lock(connection, names)
            inserted = await queries.insert_registration(
                connection,
                id=registration_id,
                channel=channel,
                office=actor.office,
                opening=dump(opening).decode(),
                user_name_indexes=names,
                submitted_at=now,
                email_id=email_id,
                head=GENESIS,
            )
            if inserted is None:
                return await self._submitted(connection, registration_id, signature)
            await queries.insert_personal_data(
                connection,
                registration_id=registration_id,
                seal=seal_of(seal_key, "registrations", inserted),
                master_key_id=wrapped.master_key_id,
                wrapped=wrapped.wrapped,
                person=seal(key, dump(Person.of(form)), registration_id),
                identity_index=self._keys.identity_index(form.birth_name, form.birth_date, form.mothers_birth_name),
                **self._sealed_email(email_id, form.email, key),
            )
            if reference:
                await _keep(connection, registration_id, reference, sealed, now)
            if signature:
                await self._use_up(connection, signature, registration_id, seal_key)
        return Submitted(registration_id, channel, email_id, opening, inserted["receipt_number"])

    @retried
    async def add_evidence(self, registration_id: str, form: EvidenceForm, now: datetime) -> Evidence | None:
        """Writes an act's evidence before the act. `None` where the registration's key is destroyed."""
        async with self._pool.acquire() as connection, connection.transaction():
            key = await data_key(connection, self._keys, registration_id)
            if key is None:
                return None
            reference, sealed = sealed_evidence(form, key, registration_id)
            await _keep(connection, registration_id, reference, sealed, now)
        return reference

    @retried
    async def add_email(self, registration_id: str, address: str) -> str | None:
        """Writes a sealed e-mail address and returns its id. `None` where the registration's key is destroyed."""
        email_id = str(uuids.uuid7())
        async with self._pool.acquire() as connection, connection.transaction():
            key = await data_key(connection, self._keys, registration_id)
            if key is None:
                return None
            await queries.insert_email(
                connection, registration_id=registration_id, **self._sealed_email(email_id, address, key)
            )
        return email_id

    def _sealed_email(self, email_id: str, address: str, key: bytes) -> dict[str, Any]:
        return {
            "email_id": email_id,
            "email": seal(key, address.encode(), email_id),
            "address_index": self._keys.address_index(address),
        }

    async def _use_up(
        self, connection: "Connection", signature: VerifiedSignature, registration_id: str, seal_key: bytes
    ) -> None:
        """A signature opens one registration only; else a copy of an old form could open one once its name is free.

        Its mark, a keyed hash of what only the signer can make, is kept after the personal data is erased.
        """
        row = {"mark": self._mark(signature), "registration_id": registration_id}
        if await queries.use_signature(connection, **row, seal=seal_of(seal_key, "used_signatures", row)) is None:
            raise SignatureUsed

    async def _submitted(
        self, connection: "Connection", registration_id: str, signature: VerifiedSignature | None
    ) -> Submitted:
        """The row that was submitted under this id before.

        Without one the user name is taken: raises `SignatureUsed` where this very signature has taken it, or another
        one, else `UserNameTaken`.
        """
        row = await queries.find_submission(connection, id=registration_id)
        if row is not None:
            await queries.wait_for_standbys(connection)
            return Submitted.of(row)
        if signature and await queries.is_signature_used(connection, mark=self._mark(signature)):
            raise SignatureUsed
        raise UserNameTaken

    def _mark(self, signature: VerifiedSignature) -> bytes:
        return self._keys.blind("signature", signature.signed_sha256)


async def lock(connection: "Connection", user_name_indexes: "Collection[bytes]") -> None:
    """Keeps other transactions from writing these user names until this one ends.

    With one search index the unique constraint suffices. With several, two processes may store the same name under
    different ones: both know both, so both lock the same numbers. In order, so that there is no deadlock.
    """
    if len(user_name_indexes) > 1:
        locks = sorted({lock_of(index) for index in user_name_indexes})
        async for _ in queries.lock_indexes(connection, locks=locks):
            pass


async def _keep(
    connection: "Connection", registration_id: str, evidence: Evidence, sealed: bytes, now: datetime
) -> None:
    await queries.insert_evidence(
        connection,
        id=evidence.id,
        registration_id=registration_id,
        commitment=evidence.commitment,
        sealed=sealed,
        written_at=now,
    )
