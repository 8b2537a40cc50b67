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

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys
        self._seals = RowSeals(pool, keys)

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
        submitted = Submitted(registration_id, channel, email_id, opening)
        seal_key = await self._seals.key()  # before a connection is taken: holders of one would wait for another
        names = self._keys.user_name_indexes(form.user_name)
        async with self._pool.acquire() as connection, connection.transaction():
            await lock(connection, names)
            inserted = await queries.insert_registration(
                connection,
                id=registration_id,
                channel=channel,
                office=actor.office,
                opened_by=dump(submitted.opening).decode(),
                user_name_indexes=names,
                submitted_at=now,
                email_id=email_id,
                head=GENESIS,
            )
            if inserted is None:
                return await _submitted(connection, registration_id)
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
        return submitted

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
        mark = self._keys.blind("signature", signature.signed_sha256)
        row = {"mark": mark, "registration_id": registration_id}
        if await queries.use_signature(connection, **row, seal=seal_of(seal_key, "used_signatures", row)) is None:
            raise SignatureUsed


async def lock(connection: "Connection", user_name_indexes: "Collection[bytes]") -> None:
    """Keeps other transactions from writing these user names until this one ends.

    With one search index the unique constraint suffices. With several, two processes may store the same name under
    different ones: both know both, so both lock the same numbers. In order, so that there is no deadlock.
    """
    if len(user_name_indexes) > 1:
        locks = sorted({lock_of(index) for index in user_name_indexes})
        async for _ in queries.lock_indexes(connection, locks=locks):
            pass


async def _submitted(connection: "Connection", registration_id: str) -> Submitted:
    """The row that was submitted under this id before; without one the user name was taken: raises `UserNameTaken`."""
    row = await queries.find_submission(connection, id=registration_id)
    if row is None:
        raise UserNameTaken
    return Submitted.of(row)


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
