"""Registrations for the tests of the store: forms, and decisions of the rules recorded one after the other."""

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from uuid_utils import compat as uuids

from registration import messages as m
from registration.decisions import decision
from registration.forms import EvidenceForm, RegistrationForm
from registration.identity_documents import DocumentKind
from registration.messages import Actor, ActorKind
from registration.opening import open_registration
from registration.record import Event, EventKind, readable
from registration.rules import decide
from registration.state import Decision, Recording, State
from registration.statuses import Channel, Language, Purpose
from starter.dev.postgres import PostgresServer
from store.database import opened_pool
from store.intake import Intake
from store.reader import Reader
from store.record import RecordStore
from store.rows import Submitted
from store.sealing import KeyRing, WrappedKey, part, unseal
from store.writer import Writer

if TYPE_CHECKING:
    import asyncpg

NOW: Final = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
CITIZEN: Final = Actor(ActorKind.CITIZEN, "applicant")
CLERK: Final = Actor(ActorKind.CLERK, "clerk-7", "1051")
KEYS: Final = KeyRing(
    master_keys={"2027": b"M" * 32, "2026": b"m" * 32}, code_keys={"2027": b"C" * 32}, index_key=b"I" * 32
)
EVIDENCE: Final = EvidenceForm(DocumentKind.PASSPORT, "BA1234567", consent=True)
HASH: Final = "$argon2id$planted"

_numbers = itertools.count(1)


def form(**changes: Any) -> RegistrationForm:  # noqa: ANN401  any field of the form
    """A checked form with a user name of its own."""
    filled = RegistrationForm(
        user_name=f"teszt.elek{next(_numbers)}",
        email="teszt@example.org",
        family_name="Vezetéknév",
        given_name="Utónév",
        birth_name="Születési Név",
        birth_place="Hódmezővásárhely",
        birth_date=date(1980, 2, 29),
        mothers_birth_name="Anyja Neve",
        language=Language.HU,
    )
    return replace(filled, **changes)


class Store:
    """Writer and reader of one database, and the pool behind them for a look at the bare rows."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        self.pool = pool
        self.keys = keys
        self.writer = Writer(pool, keys)
        self.intake = Intake(pool, keys)
        self.reader = Reader(pool, keys)
        self.record = RecordStore(pool)

    async def submitted(self, **changes: Any) -> State:  # noqa: ANN401  any field of the form
        """A SUBMITTED registration, and the state its workflow starts with."""
        row: Submitted = await self.intake.submit(form(**changes), Channel.ONLINE, CITIZEN, NOW)
        return State(row.registration_id, row.channel, row.email_id, row.opening.actor)

    async def opened(self, **changes: Any) -> State:  # noqa: ANN401  any field of the form
        """A registration that awaits its activation."""
        state = await self.submitted(**changes)
        return await self.recorded(state, open_registration(state, NOW))

    async def redeemed(self, **changes: Any) -> State:  # noqa: ANN401  any field of the form
        """A temporary registration with a password."""
        state = await self.opened(**changes)
        message = redeem(state)
        await self.writer.add_credential(state.registration_id, message, HASH, NOW)
        return await self.sent(state, message)

    async def recorded(self, state: State, made: Decision) -> State:
        """Records a decision as the activity does."""
        await self.writer.record(recording(made), NOW)
        return state.after(made.event)

    async def sent(self, state: State, message: m.Message) -> State:
        """Decides on a message and records the decision."""
        return await self.recorded(state, decide(state, message, NOW))

    async def events(self, registration_id: str) -> list[Event]:
        """The record, in order."""
        return readable(await self.record.events(registration_id))

    async def password_hash(self, state: State) -> str | None:
        """The hash of the adopted password."""
        password = await self.reader.password(state.registration_id)
        return None if password is None else password.hash

    async def opened_hash(self, state: State, credential: Mapping[str, Any]) -> str | None:
        """The hash that a row of `credentials` seals, in whichever state."""
        if credential["sealed"] is None:
            return None
        (key,) = await self.rows("select * from data_keys where registration_id = $1", state.registration_id)
        opened = self.keys.unwrap(WrappedKey(key["master_key_id"], key["wrapped"]), state.registration_id)
        return unseal(opened, credential["sealed"], part(state.registration_id, str(credential["id"]))).decode()

    async def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """What a query gives."""
        return [dict(row) for row in await self.pool.fetch(sql, *arguments)]

    async def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""
        tables = await self.rows("select tablename from pg_tables where schemaname = 'public' order by 1")
        return {
            table["tablename"]: await self.rows(f"select * from {table['tablename']} t order by t::text")  # noqa: S608  names from the catalogue
            for table in tables
        }


def recording(made: Decision) -> Recording:
    """What the workflow hands to the activity."""
    return Recording(made.event, made.event.hash(), made.credential_id)


def noted(state: State, refusal: str = "") -> Decision:
    """A decision that moves nothing but the sequence."""
    return decision(state, NOW, EventKind.SIGNAL_REFUSED, CLERK, refusal=refusal or None)


def redeem(state: State, purpose: Purpose = Purpose.PASSWORD) -> m.RedeemCode:
    """The redemption of the live code of a purpose, under a new request."""
    code = state.snapshot.code_for(purpose)
    assert code
    return m.RedeemCode(new_id(), CITIZEN, purpose, code.sequence)


def change_password(credential_id: str | None = None) -> m.ChangePassword:
    """A change of password under a new request, which rests on a credential that was checked."""
    return m.ChangePassword(new_id(), CITIZEN, credential_id=credential_id)


def new_id() -> str:
    """A UUIDv7."""
    return str(uuids.uuid7())


@asynccontextmanager
async def another_pool(server: PostgresServer, store: Store) -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
    """As another process has it, on the same database."""
    name = await store.pool.fetchval("select current_database()")
    async with opened_pool(await server.create_database(name), most=4) as pool:
        yield pool
