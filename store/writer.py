"""What is written of a registration's life: events, credentials, letters, policies. Times come as arguments."""

import os
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg
import structlog

from registration.access import PREPARATION, Access
from registration.administration import Administered, Content
from registration.errors import InvalidInput, NotFound, Unavailable, WrongPassword
from registration.input_rules import InputRule
from registration.messages import ChangePassword, Message, RedeemCode
from registration.policy import Policy
from registration.record import EventKind
from registration.state import Recording
from store.administrative_changes import changing
from store.data_keys import data_key
from store.database import queries, retried
from store.documents import dump, load
from store.log_in_rows import Password
from store.rows import SentLetter
from store.sealing import KeyRing, part, seal
from store.seals import RowSeals

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

_log = structlog.get_logger()

_NONCE_BYTES = 16


class RecordConflict(Exception):
    """The record has another event at this place, or none right before it: an alarm; nothing was written."""


class Writer:
    """Writes through a pool, sealing with a key ring."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing, seals: RowSeals | None = None) -> None:
        """Owns none of them; `seals` are those of the process, which read their key once for all who share them."""
        self._pool = pool
        self._keys = keys
        self._seals = seals or RowSeals(pool, keys)

    async def add_credential(
        self, registration_id: str, message: RedeemCode | ChangePassword, password_hash: str, now: datetime
    ) -> None:
        """Stores the credential that the message's `request_id` names, unless it is stored already.

        A stored one is left as it is, unless it was refused: then it is pending again. Several may be pending at once:
        the workflow decides which becomes the password. Raises `InvalidInput` if the `request_id` is another
        registration's, `WrongPassword` if the password that a change rests on has been replaced since, and `NotFound`
        if the registration's key is destroyed.
        """
        rests_on = message.credential_id if isinstance(message, ChangePassword) else None
        row = {
            "id": message.request_id,
            "registration_id": registration_id,
            "kind": type(message).__name__,
            "message": dump(message).decode(),
        }
        row_seal = await self._seals.of("credentials", **row)
        key = await data_key(self._pool, self._keys, registration_id)
        if key is None:
            raise NotFound
        stored = await queries.insert_credential(
            self._pool,
            **row,
            sealed=seal(key, password_hash.encode(), part(registration_id, message.request_id)),
            submitted_at=now,
            seal=row_seal,
            rests_on=[rests_on, message.request_id] if rests_on else None,
        )
        if rests_on and not stored["rests_on_password"]:
            raise WrongPassword
        if not stored["is_stored"]:
            raise InvalidInput(field="request_id", rule=InputRule.FOREIGN)

    async def note_confirmation(self, registration_id: str, message: RedeemCode) -> bool:
        """Marks a code of another purpose than a password with the request that redeems it, before it is sent.

        Returns whether the code lives: one that was redeemed before, or is void, may be typed again.
        """
        return bool(
            await queries.note_confirmation(
                self._pool,
                registration_id=registration_id,
                purpose=message.purpose,
                code_sequence=message.code_sequence,
                confirmation_id=message.request_id,
            )
        )

    async def note_client_request(self, registration_id: str, message: Message, now: datetime) -> None:
        """Marks that a client has asked for this, before it is sent; the same request again changes nothing."""
        noted = await queries.note_client_request(
            self._pool,
            id=message.request_id,
            registration_id=registration_id,
            kind=type(message).__name__,
            submitted_at=now,
        )
        if noted is None:
            await self.wait_for_standbys()

    async def rehash_password(self, known: Password, rehash: str) -> None:
        """Replaces a known hash by another one of the same password; a password adopted meanwhile stays."""
        async with self._pool.acquire() as connection:
            if key := await data_key(connection, self._keys, known.registration_id):
                sealed = seal(key, rehash.encode(), part(known.registration_id, known.credential_id))
                await queries.rehash_password(connection, id=known.credential_id, sealed=sealed)

    async def refuse_credential(self, credential_id: str) -> None:
        """Marks a credential as refused by the workflow, and deletes its hash."""
        await queries.refuse_credential(self._pool, id=credential_id)

    @retried
    async def record(self, entry: Recording, recorded_at: datetime) -> Policy:
        """Writes event, read model, codes and credential in one statement, and returns the policy in force.

        The same content again is success. Raises `RecordConflict` if the record has other content at its place, or the
        read model is not at the event before it. A credential that is not pending is an alarm in the log; the password
        stays as it was.
        """
        event = entry.event
        if event.hash() != entry.hash:
            raise RecordConflict
        if event.kind is not EventKind.PERSONAL_DATA_ERASED:
            return await self._append(self._pool, entry, recorded_at)
        async with self._pool.acquire() as connection, connection.transaction():
            policy = await self._append(connection, entry, recorded_at)
            await queries.erase_personal_data(connection, registration_id=event.registration_id)
        return policy

    async def note_letter(self, registration_id: str, noted: SentLetter) -> None:
        """Writes a letter's outcome."""
        row = {
            "registration_id": registration_id,
            "sequence": noted.letter.sequence,
            "kind": noted.letter.kind,
            "days": noted.letter.days,
            "message_id": noted.message_id,
            "outcome": noted.outcome,
            "failure": noted.failure,
            "smtp_reply": noted.smtp_reply,
            "at": noted.at,
        }
        await queries.note_letter(self._pool, **row, seal=await self._seals.of("letters", **row))

    async def wait_for_standbys(self) -> None:
        """Returns once what is visible here is not lost in a failover: for whoever acts on rows that were found."""
        await queries.wait_for_standbys(self._pool)

    async def prove_writable(self, now: datetime) -> None:
        """Writes a row without meaning. Raises `DATABASE_FAILURES` where the database accepts no writes."""
        await queries.prove_writable(self._pool, now=now)

    async def has_seal_key(self) -> bool:
        """Whether there is a key to seal rows with; if not, an alarm is logged, and no registration can be accepted."""
        with suppress(Unavailable):
            return bool(await self._seals.key())
        return False

    @retried
    async def adopt_policy(self, policy: Policy, now: datetime, by: Access = PREPARATION) -> None:
        """Puts a new version of the policy in force. Raises `InvalidInput` unless its version is the highest."""
        async with changing(self._pool, by, now) as change:
            present = await queries.find_policy(change.connection)
            version = present["version"] if present else 0
            if policy.version <= version or not policy.is_sound:
                raise InvalidInput(field="policy", rule=InputRule.POLICY, version=str(version))
            row = await queries.insert_policy(
                change.connection, version=policy.version, body=dump(policy).decode(), adopted_at=now
            )
            await change.enter([Content.of(Administered.POLICY, row)])

    async def _append(
        self, connection: "Connection | asyncpg.Pool[asyncpg.Record]", entry: Recording, recorded_at: datetime
    ) -> Policy:
        event, codes = entry.event, entry.event.codes
        appended = await queries.append_event(
            connection,
            registration_id=event.registration_id,
            sequence=event.sequence,
            previous_hash=event.previous_hash,
            at=event.at,
            kind=event.kind,
            hash=entry.hash,
            body=event.canonical(),
            status=event.status,
            moved_by=dump(event.actor).decode(),
            deadline=event.deadline,
            password_valid_until=event.password_valid_until,
            identity_verified=event.identity_verified,
            email_id=event.email_id,
            recorded_at=recorded_at,
            final=event.status.is_final,
            code_sequences=[code.sequence for code in codes],
            code_purposes=[code.purpose for code in codes],
            code_ends=[code.valid_until for code in codes],
            code_emails=[code.email_id for code in codes],
            key_id=self._keys.code_kid,
            nonces=[os.urandom(_NONCE_BYTES) for _ in codes],
            adopt=entry.credential_id,
        )
        if appended is None:
            return await _policy_unless_conflict(connection, entry)
        if entry.credential_id and appended["adopted"] is None:
            _log.error("credential_missing", registration=event.registration_id, credential=entry.credential_id)
        return load(Policy, appended["policy"])


async def _policy_unless_conflict(connection: "Connection | asyncpg.Pool[asyncpg.Record]", entry: Recording) -> Policy:
    event = entry.event
    stored = await queries.find_event_hash(connection, registration_id=event.registration_id, sequence=event.sequence)
    if stored != entry.hash:
        raise RecordConflict
    await queries.wait_for_standbys(connection)
    policy = await queries.find_policy(connection)
    return load(Policy, policy["body"])
