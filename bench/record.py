"""The provable record at size: so many registrations with ten events each, checkpointed, verified and proven."""

import asyncio
import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import asyncpg
from uuid_utils import compat as uuids

from bench.system import System
from registration import messages as m
from registration.access import PREPARATION, Access, AccessEntry, AccessOutcome
from registration.canonical import digest
from registration.forms import EvidenceForm
from registration.identity_documents import DocumentKind
from registration.messages import Actor, ActorKind, Evidence
from registration.offices import Body, Office
from registration.opening import open_registration
from registration.operations import Operation
from registration.policy import Policy
from registration.record import GENESIS
from registration.rules import decide
from registration.state import State
from registration.statuses import Channel, Language, Purpose
from store.database import opened_pool
from store.documents import dump
from store.evidence import sealed_evidence
from store.keys import key_ring
from store.offices import OfficeStore
from store.reader import Reader
from store.rows import CredentialState, Opening, Person
from store.sealing import KeyRing, part, seal
from store.seals import RowSeals, seal_of
from store.writer import Writer

EVENTS_EACH: Final = 10
_BATCH: Final = 2_000
_OFFICES: Final = 200
_PROOFS: Final = 3
_TIMELINES: Final = 50
_LOOK_SECONDS: Final = 0.2
_WITHIN_SECONDS: Final = 3600
"""Of a verification, which reads some 10,000 events a second."""
_DAYS_AGO: Final = timedelta(days=30)
"""Older than what a pass of reconciliation compares with Temporal, where these registrations have no workflows."""
_OPENED_BEFORE: Final = timedelta(days=1)
"""Policy and offices are older than the lives, and their entries in no chain of the lives' day."""

_CITIZEN: Final = Actor(ActorKind.CITIZEN, "applicant")
_SEEN: Final = EvidenceForm(DocumentKind.PASSPORT, "BA1234567", consent=True)
_PERSON: Final = Person(
    "bench", "Vezetéknév", "Utónév", "Születési Név", "Pécs", date(1970, 1, 1), "Anyja Neve", Language.HU
)
_ADDRESS: Final = "bench@example.org"
_FIRST, _SECOND, _THIRD = (str(uuids.uuid7()) for _ in range(3))
"""Credentials of the pattern."""


@dataclass(frozen=True)
class RecordRates:
    """Seconds and per second; `peak_mb` is that of the verifying process, `timeline_ms` a median."""

    registrations: int
    written_s: float
    checkpoint_s: float
    next_checkpoint_s: float
    verified_s: float
    events_per_second: float
    peak_mb: float
    proof_s: float
    timeline_ms: float


async def measure_record(system: System, registrations: int) -> RecordRates:
    """Writes straight into PostgreSQL, then measures what an auditor asks for."""
    world, record = system.world, system.world.audit
    began = perf_counter()
    some = await write_record(world.addresses.database, key_ring(world.settings), registrations)
    written = perf_counter() - began
    checkpoints = [await _timed(record.checkpoints.make()) for _ in range(2)]
    began = perf_counter()
    peak = await _verified(world.addresses.variables(world.folder))
    verified = perf_counter() - began
    proofs = [await _timed(record.checkpoints.proof(one)) for one in some[:_PROOFS]]
    timelines = [await _timed(world.audit.timeline(one)) for one in some[:_TIMELINES]]
    return RecordRates(
        registrations=registrations,
        written_s=written,
        checkpoint_s=checkpoints[0],
        next_checkpoint_s=checkpoints[1],
        verified_s=verified,
        events_per_second=registrations * EVENTS_EACH / verified,
        peak_mb=peak,
        proof_s=statistics.median(proofs),
        timeline_ms=statistics.median(timelines) * 1000,
    )


async def _timed(work: Any) -> float:  # noqa: ANN401  something to await
    began = perf_counter()
    await work
    return perf_counter() - began


async def _verified(variables: dict[str, str]) -> float:
    """Runs the command as an auditor does; its peak memory in MB. Raises `AssertionError` unless all is whole."""
    command = (sys.executable, "-m", "starter.cli", "audit", "verify", "--all", "--without-temporal", "--json")
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, env={**os.environ, **variables}
    )
    output, peak = asyncio.create_task(process.communicate()), 0.0
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            while not output.done():
                await asyncio.wait({output}, timeout=_LOOK_SECONDS)
                peak = max(peak, _peak_mb(process.pid))
    finally:
        if process.returncode is None:
            process.kill()
    printed, _ = await output
    if not json.loads(printed)["whole"]:
        raise AssertionError(printed[:2000].decode())
    return peak


def _peak_mb(pid: int) -> float:
    """The high-water mark of a running process: the kernel's `ru_maxrss` begins with that of the parent (measured)."""
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    return 0.0


async def write_record(database: str, keys: KeyRing, registrations: int) -> list[str]:
    """The rows, and the ids of some of them."""
    now = datetime.now(UTC) - _DAYS_AGO
    async with opened_pool(database, most=1) as pool:
        if await Reader(pool, keys).policy() is None:
            await Writer(pool, keys).adopt_policy(Policy(), now - _OPENED_BEFORE)
        offices = [Office(f"office-{number}", Body.OKMANYIRODA, "A", "B", open=True) for number in range(_OFFICES)]
        await OfficeStore(pool).put(offices, PREPARATION, now - _OPENED_BEFORE)
        pattern = _Pattern(now, await RowSeals(pool, keys).key())
    connection = await asyncpg.connect(database)
    some: list[str] = []
    try:
        for place in range(0, registrations, _BATCH):
            lives = [pattern.life(keys, number) for number in range(place, min(place + _BATCH, registrations))]
            some += [str(lives[0]["registrations"][0][0])]
            for table, columns in _COLUMNS.items():
                rows = [row for life in lives for row in life[table]]
                await connection.copy_records_to_table(table, records=rows, columns=columns)
        ends = [(office, now.date(), count, head) for office, (count, head) in pattern.chains.items()]
        await connection.execute("alter table access_entries disable trigger all")
        await connection.copy_records_to_table(
            "access_chains", records=ends, columns=["office", "day", "entries", "head"]
        )
        for entries in pattern.entries():
            await connection.copy_records_to_table("access_entries", records=entries, columns=_ENTRY_COLUMNS)
        await connection.execute("analyze")
    finally:
        await connection.close()
    return some


_COLUMNS: Final = {
    "registrations": [
        *("id", "channel", "office", "opening", "user_name_index", "submitted_at", "recorded_at", "status", "since"),
        *("because", "moved_by", "deadline", "password_valid_until", "identity_verified", "email_id", "codes_issued"),
        *("sequence", "head", "receipt_number", "seal"),
    ],
    "data_keys": ["registration_id", "master_key_id", "wrapped"],
    "persons": ["registration_id", "sealed", "identity_index"],
    "events": ["registration_id", "sequence", "at", "kind", "previous_hash", "hash", "body"],
    "codes": ["registration_id", "purpose", "sequence", "key_id", "nonce", "valid_until", "live"],
    "client_requests": ["id", "registration_id", "kind", "submitted_at"],
    "emails": ["id", "registration_id", "sealed", "address_index"],
    "credentials": ["id", "registration_id", "state", "sealed", "submitted_at"],
    "evidence": ["id", "registration_id", "commitment", "sealed", "written_at"],
}
_ENTRY_COLUMNS: Final = [
    *("office", "day", "sequence", "registration_id", "request_id", "previous_hash", "hash", "body"),
]


class _Pattern:
    """One life that the rules decided; others differ from it in their ids, so in their hashes too."""

    def __init__(self, now: datetime, seal_key: bytes) -> None:
        self._now = now
        self._seal_key = seal_key
        self.chains: dict[str, tuple[int, str]] = {}
        self._entries: list[tuple[Any, ...]] = []
        clerk = Actor(ActorKind.CLERK, "clerk-7", "office-0")
        self._evidence = [Evidence(str(uuids.uuid7()), letter * 64) for letter in "cd"]
        self._requests = [str(uuids.uuid7()) for _ in range(4)]
        self._acts = {
            str(uuids.uuid7()): operation for operation in (Operation.DESK_VERIFY_IDENTITY, Operation.DESK_DISCLOSE)
        }
        verified, disclosed = self._acts
        state = State(str(uuids.uuid7()), Channel.ONLINE, str(uuids.uuid7()), _CITIZEN)
        state, events = self._step(state, [], open_registration(state, now).event)
        for message in (
            m.RequestCode(self._requests[0], _CITIZEN),
            m.RequestCode(self._requests[1], _CITIZEN),
            m.RedeemCode(_FIRST, _CITIZEN, Purpose.PASSWORD, 1),
            m.VerifyIdentity(verified, clerk, self._evidence[0]),
            m.ChangePassword(_SECOND, _CITIZEN),
            m.RequestCode(self._requests[2], _CITIZEN),
            m.RequestCode(self._requests[3], _CITIZEN),
            m.Disclose(disclosed, clerk, self._evidence[1]),
            m.ChangePassword(_THIRD, _CITIZEN),
        ):
            state, events = self._step(state, events, decide(state, message, now).event)
        self._state, self._events = state, events
        self._bodies = [event.canonical() for event in events]
        self._clerk = clerk

    @staticmethod
    def _step(state: State, events: list[Any], event: Any) -> tuple[State, list[Any]]:  # noqa: ANN401  an event
        return state.after(event), [*events, event]

    def life(self, keys: KeyRing, number: int) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of another registration."""
        one, email, credentials = str(uuids.uuid7()), str(uuids.uuid7()), [str(uuids.uuid7()) for _ in range(3)]
        key, wrapped = keys.new_key(one)
        user_name = f"bench.{number}"
        identity = keys.identity_index(_PERSON.birth_name, _PERSON.birth_date, _PERSON.mothers_birth_name)
        evidence = [sealed_evidence(_SEEN, key, one) for _ in self._evidence]
        requests = {asked: str(uuids.uuid7()) for asked in self._requests}
        sealed_hash = seal(key, b"$argon2id$", part(one, credentials[-1]))
        ids = {
            self._state.registration_id: one,
            self._state.email_id: email,
            **requests,
            **{old.id: new.id for old, (new, _) in zip(self._evidence, evidence, strict=True)},
            **{old.commitment: new.commitment for old, (new, _) in zip(self._evidence, evidence, strict=True)},
            **dict(zip((_FIRST, _SECOND, _THIRD), credentials, strict=True)),
        }
        head, events = GENESIS, []
        for event, pattern in zip(self._events, self._bodies, strict=True):
            body = pattern.replace(event.previous_hash, head)
            for old, new in ids.items():
                body = body.replace(old, new)
            previous, head = head, digest(body)
            events.append((one, event.sequence, event.at, event.kind, previous, head, body))
        snapshot = self._state.snapshot
        for act, operation in self._acts.items():
            self._note(one, act, operation, f"office-{number % _OFFICES}")
        row = (
            *(one, Channel.ONLINE, None, dump(Opening(_CITIZEN)).decode()),
            *(keys.user_name_index(user_name), self._now, self._now),
            *(snapshot.status, snapshot.since, snapshot.because, dump(snapshot.by).decode(), snapshot.deadline),
            *(snapshot.password_valid_until, snapshot.identity_verified, email, snapshot.codes_issued),
            *(snapshot.sequence, head, number + 1),
        )
        sealed = ("id", "channel", "office", "opening", "submitted_at", "receipt_number")
        submitted = (one, Channel.ONLINE, None, dump(Opening(_CITIZEN)).decode(), self._now, number + 1)
        row_seal = seal_of(self._seal_key, "registrations", dict(zip(sealed, submitted, strict=True)))
        named = {code.sequence: code for event in self._events for code in event.codes}
        states = (CredentialState.REPLACED, CredentialState.REPLACED, CredentialState.ADOPTED)
        return {
            "registrations": [(*row, row_seal)],
            "data_keys": [(one, wrapped.master_key_id, wrapped.wrapped)],
            "persons": [(one, seal(key, dump(replace(_PERSON, user_name=user_name)), one), identity)],
            "events": events,
            "codes": [
                (one, code.purpose, code.sequence, "dev", os.urandom(16), code.valid_until, False)
                for code in named.values()
            ],
            "client_requests": [(asked, one, "RequestCode", self._now) for asked in requests.values()],
            "emails": [(email, one, seal(key, _ADDRESS.encode(), email), keys.address_index(_ADDRESS))],
            "credentials": [
                (credential, one, state, sealed_hash if state is CredentialState.ADOPTED else None, self._now)
                for credential, state in zip(credentials, states, strict=True)
            ],
            "evidence": [(seen.id, one, seen.commitment, sealed, self._now) for seen, sealed in evidence],
        }

    def _note(self, registration_id: str, request_id: str, operation: Operation, office: str) -> None:
        """An entry of the access record, for the clerk of the pattern."""
        count, head = self.chains.get(office, (0, GENESIS))
        actor = replace(self._clerk, office=office)
        access = Access(actor, operation, AccessOutcome.BEGUN, registration_id, request_id)
        entry = AccessEntry(office, self._now.date(), count + 1, self._now, access, head)
        body = entry.canonical()
        self.chains[office] = (count + 1, digest(body))
        self._entries.append((office, entry.day, entry.sequence, registration_id, request_id, head, digest(body), body))

    def entries(self) -> Iterator[list[tuple[Any, ...]]]:
        """All entries, in batches."""
        for place in range(0, len(self._entries), _BATCH * 10):
            yield self._entries[place : place + _BATCH * 10]
