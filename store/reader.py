"""The one reader: the content of the database as typed values."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from registration.codes import CodeSeed, derive, matches
from registration.forms import EvidenceForm
from registration.letters import LetterFailure, LetterKind, LetterName, LetterOutcome
from registration.messages import Actor, RedeemCode
from registration.policy import Policy
from registration.policy_form import AdoptedPolicy
from registration.record import Code, Event, EventKind, Snapshot
from registration.state import LetterOrder
from registration.statuses import Language, Purpose, Status
from store.data_keys import data_key
from store.database import queries
from store.decoy import Decoy
from store.documents import load
from store.log_in_rows import CountedClaim, Holder, LogInAccount, LogInFacts, Password
from store.revisions import revision_of
from store.rows import Contact, Credential, CredentialState, EvidenceRow, LetterMaterial, Person, SentLetter, Submitted
from store.sealing import KeyRing, WrappedKey, part, unseal
from store.seals import RowSeals

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    import asyncpg

_log = structlog.get_logger()

_PAGE = 1000
"""Rows that one call returns at most; a pass of reconciliation takes the rest next time."""


class Reader:
    """Reads through a pool, unsealing with a key ring."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys
        self._decoy = Decoy.sealed_with(keys)
        self._seals = RowSeals(pool, keys)

    async def snapshot(self, registration_id: str) -> Snapshot | None:
        """A registration's row of the read model."""
        rows = await _all(queries.find_registration(self._pool, id=registration_id))
        if not rows:
            return None
        row = rows[0]
        return Snapshot(
            status=Status(row["status"]),
            since=row["since"],
            because=row["because"] and EventKind(row["because"]),
            by=row["moved_by"] and load(Actor, row["moved_by"]),
            deadline=row["deadline"],
            password_valid_until=row["password_valid_until"],
            identity_verified=row["identity_verified"],
            email_id=str(row["email_id"]) if row["sequence"] else "",
            codes=tuple(_code(each) for each in rows if each["code_sequence"]),
            codes_issued=row["codes_issued"],
            sequence=row["sequence"],
            head=row["head"],
        )

    async def holder(self, user_name: str) -> Holder | None:
        """The registration that holds a user name, without regard to case."""
        row = await queries.find_by_user_name(self._pool, user_name_indexes=self._keys.user_name_indexes(user_name))
        return row and Holder.of(row)

    def account(self, counted: CountedClaim) -> LogInAccount:
        """What a password is compared with, opened; where there is none the same work.

        A hash that was not sealed for its credential counts as no password, and is an alarm in the log.
        """
        row = counted.account
        has_password = bool(row["sealed"] and row["wrapped"])
        opened = self._opened_password(row if has_password else self._decoy.password)
        if opened is None or not has_password:
            return LogInAccount(counted.holder, None, None)
        password, key = opened
        by_new_code = row["kind"] == RedeemCode.__name__ and not row["was_typed"]
        facts = LogInFacts(key, str(row["email_id"]), frozenset(row["marks"]), by_new_code, row["last_notice"])
        return LogInAccount(counted.holder, password, facts)

    async def logged_in(self, registration_id: str, credential_id: str) -> Holder | None:
        """A registration whose password is still this credential; `None` where it is not."""
        row = await queries.find_logged_in(self._pool, registration_id=registration_id, credential_id=credential_id)
        return row and Holder.of(row)

    async def holder_of_password(self, credential_id: str) -> Holder | None:
        """The registration whose password is this credential; `None` where it is none's."""
        row = await queries.find_holder_of_password(self._pool, credential_id=credential_id)
        return row and Holder.of(row)

    async def person(self, registration_id: str) -> Person | None:
        """The unsealed form, with the present language of letters; `None` once it is erased."""
        row = await queries.find_person(self._pool, registration_id=registration_id)
        key = await data_key(self._pool, self._keys, registration_id)
        return _person(unseal(key, row["sealed"], registration_id), row["language"]) if row and key else None

    async def evidence(self, registration_id: str, evidence_id: str) -> EvidenceForm | None:
        """What a clerk saw at an act in person, unsealed; `None` once it is erased."""
        row = await queries.find_evidence(self._pool, id=evidence_id, registration_id=registration_id)
        key = await data_key(self._pool, self._keys, registration_id)
        if row is None or key is None:
            return None
        proof = load(EvidenceRow, unseal(key, row["sealed"], part(registration_id, evidence_id))).proof
        return proof if isinstance(proof, EvidenceForm) else None

    async def contact(self, registration_id: str | None) -> Contact | None:
        """User name and present e-mail address, unsealed; for an unknown registration the same work, and `None`."""
        row = await queries.find_contact(self._pool, registration_id=registration_id)
        sealed = row or self._decoy.contact
        key = self._keys.unwrap(WrappedKey(sealed["master_key_id"], sealed["wrapped"]), str(sealed["id"]))
        person = load(Person, unseal(key, sealed["person"], str(sealed["id"])))
        email = unseal(key, sealed["email"], str(sealed["email_id"])).decode()
        return Contact(person.user_name, email) if row else None

    async def matching_code(self, registration_id: str | None, purpose: Purpose, typed: str) -> int | None:
        """The sequence of the last code of a purpose, live or not, if that is what was typed.

        For an unknown registration, or without a code, the same work, and `None`.
        """
        row = await queries.find_code(self._pool, registration_id=registration_id, purpose=purpose)
        found = row or self._decoy.code
        seed = CodeSeed(str(registration_id), purpose, found["sequence"], found["key_id"], found["nonce"])
        right = matches(typed, seed, self._keys.code_key_to_compare(seed.kid))
        return int(row["sequence"]) if row and right else None

    async def password(self, registration_id: str | None) -> Password | None:
        """The adopted password; for an unknown registration the same work, and `None`.

        A hash that was not sealed for this credential counts as no password, and is an alarm in the log.
        """
        row = await queries.find_password(self._pool, registration_id=registration_id)
        opened = self._opened_password(row or self._decoy.password)
        return opened[0] if row and opened else None

    def _opened_password(self, row: "Mapping[str, Any] | asyncpg.Record") -> tuple[Password, bytes] | None:
        """A password, and the key of its registration."""
        owner, credential_id = str(row["registration_id"]), str(row["credential_id"])
        try:
            key = self._keys.unwrap(WrappedKey(row["master_key_id"], row["wrapped"]), owner)
            known = unseal(key, row["sealed"], part(owner, credential_id)).decode()
        except InvalidTag:
            _log.error("password_not_sealed_here", registration_id=owner, credential_id=credential_id)
            return None
        return Password(owner, credential_id, known), key

    async def credential_state(self, credential_id: str) -> CredentialState | None:
        """What has become of a credential; `None` where there is none."""
        row = await queries.find_credential(self._pool, id=credential_id)
        return row and CredentialState(row["state"])

    async def pending_credentials(self, registration_id: str) -> list[Credential]:
        """The credentials of a registration whose messages have no outcome yet, oldest first."""
        return [
            _credential(row) for row in await _all(queries.find_pending(self._pool, registration_id=registration_id))
        ]

    async def adopted_credential(self, registration_id: str) -> Credential | None:
        """The credential that is the password of a registration."""
        row = await queries.find_adopted(self._pool, registration_id=registration_id)
        return row and _credential(row)

    async def pending_before(self, before: "datetime") -> list[Credential]:
        """Credentials without an outcome, submitted before a moment; oldest first, at most 1,000."""
        rows = await _all(queries.pending_before(self._pool, before=before, most=_PAGE))
        return [_credential(row) for row in rows]

    async def submitted_before(self, before: "datetime") -> list[Submitted]:
        """SUBMITTED rows older than a moment; oldest first, at most 1,000."""
        rows = await _all(queries.submitted_before(self._pool, before=before, most=_PAGE))
        return [Submitted.of(row) for row in rows]

    async def recorded_between(self, since: "datetime", until: "datetime") -> "AsyncIterator[dict[str, Status]]":
        """Statuses by id of the rows written in a span of wall-clock time, in pages of at most 1,000."""
        after = UUID(int=0)
        while page := await _all(
            queries.recorded_between(self._pool, since=since, after=after, until=until, most=_PAGE)
        ):
            yield {str(row["id"]): Status(row["status"]) for row in page}
            since, after = page[-1]["recorded_at"], page[-1]["id"]

    async def letter_material(self, order: LetterOrder) -> LetterMaterial | None:
        """All that a letter is made of; `None` once the personal data is erased.

        An outcome that we did not write is none: such a letter has not been sent.
        """
        row = await queries.find_letter_material(
            self._pool,
            registration_id=order.registration_id,
            email_id=order.email_id,
            code_purpose=order.kind.row.purpose,
            code_sequence=order.code_sequence,
            sequence=order.sequence,
            kind=order.kind,
            days=order.days,
            redemptions=[kind for kind in EventKind if kind.row.redeems_code],
        )
        if row is None:
            return None
        key = self._keys.unwrap(WrappedKey(row["master_key_id"], row["wrapped"]), order.registration_id)
        code = None
        if order.code_sequence and row["key_id"]:
            seed = CodeSeed(
                order.registration_id, Purpose(row["purpose"]), order.code_sequence, row["key_id"], row["nonce"]
            )
            code = derive(seed, self._keys.code_key(seed.kid))
        outcome = LetterOutcome(row["outcome"]) if row["outcome"] and await self._seals.hold("letters", row) else None
        return LetterMaterial(
            snapshot=Snapshot(
                Status(row["status"]),
                deadline=row["deadline"],
                password_valid_until=row["password_valid_until"],
                email_id=str(row["email_id"]),
                sequence=row["snapshot_sequence"],
            ),
            address=unseal(key, row["email"], order.email_id).decode(),
            person=_person(unseal(key, row["person"], order.registration_id), row["language"]),
            code=code,
            code_is_live=row["code_live"],
            confirmed=row["confirmed"],
            outcome=outcome,
        )

    async def letters(self, registration_id: str) -> list[SentLetter]:
        """The letters of a registration and their outcomes, oldest first. The record alone has what ran out of time."""
        rows = await _all(queries.letters_of(self._pool, registration_id=registration_id))
        noted = [
            SentLetter(
                LetterName(row["sequence"], LetterKind(row["kind"]), row["days"]),
                row["message_id"],
                LetterOutcome(row["outcome"]),
                row["at"],
                row["failure"] and LetterFailure(row["failure"]),
                row["smtp_reply"],
            )
            for row in rows
        ]
        known = {letter.letter for letter in noted}
        lost = [letter for letter in await self._undelivered(registration_id) if letter.letter not in known]
        return sorted([*noted, *lost], key=lambda letter: letter.at)

    async def _undelivered(self, registration_id: str) -> list[SentLetter]:
        """What cannot be read is named where the record is looked at."""
        found = []
        for row in await _all(queries.undelivered_letters(self._pool, registration_id=registration_id)):
            with suppress(ValidationError):
                event = load(Event, row["body"])
                if event.letter:
                    noted = (LetterOutcome.UNDELIVERED, event.at, event.failure, event.smtp_reply)
                    found.append(SentLetter(event.letter, None, *noted))
        return found

    async def policy_history(self) -> list[AdoptedPolicy]:
        """Every policy there has been, newest first."""
        rows = queries.policy_history(self._pool)
        return [AdoptedPolicy.of(load(Policy, row["body"]), row["adopted_at"]) async for row in rows]

    async def policy(self) -> Policy | None:
        """The policy in force; `None` before the database is prepared."""
        row = await queries.find_policy(self._pool)
        return row and load(Policy, row["body"])

    async def policies(self) -> dict[int, Policy]:
        """Every policy there has been, by version."""
        known = [load(Policy, row["body"]) for row in await _all(queries.all_policies(self._pool))]
        return {policy.version: policy for policy in known}

    async def submission(self, registration_id: str) -> Submitted | None:
        """How a registration was opened: its channel, and who opened it."""
        row = await queries.find_submission(self._pool, id=registration_id)
        return row and Submitted.of(row)

    async def revision(self) -> str | None:
        """The last migration that ran; `None` in a database that was never prepared."""
        return await revision_of(self._pool)


async def _all(rows: "AsyncIterator[asyncpg.Record]") -> "list[asyncpg.Record]":
    """Reads every row before any is processed, so that the connection is free again even if processing fails."""
    return [row async for row in rows]


def _person(form: bytes, language: str | None) -> Person:
    """The unsealed form, with the language that its last change names; what is none changes nothing."""
    person = load(Person, form)
    return replace(person, language=Language(language)) if language in set(Language) else person


def _code(row: "asyncpg.Record") -> Code:
    email_id = row["code_email_id"]
    return Code(
        Purpose(row["code_purpose"]), row["code_sequence"], row["code_valid_until"], str(email_id) if email_id else None
    )


def _credential(row: "asyncpg.Record") -> Credential:
    return Credential(str(row["id"]), str(row["registration_id"]), row["kind"], row["message"])
