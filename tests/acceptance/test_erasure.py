"""Erasing is destroying a key: what was dumped before opens no more, once the master key has been rotated away."""

import asyncio
import base64
import os
from contextlib import AbstractAsyncContextManager
from typing import Final

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag

from registration.errors import Unavailable
from registration.record import EventKind, fold
from registration.statuses import Status
from settings.settings import Settings
from settings.start_problems import CannotStart
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD
from starter.gateway import BrowserSessions, ClientBrowser, Engine, OperationsGateway, open_engine
from starter.gateway.preparation import prepare
from store.database import opened_pool
from store.keys import key_ring
from store.reader import Reader
from store.sealing import WrappedKey, unseal
from tests.support.installation import installation_on
from tests.support.postgres import psql
from tests.support.servers import SharedServers
from tests.support.verifying import found
from worker import running_workers


async def test_a_dump_taken_before_erasure_opens_neither_with_the_database_nor_with_the_present_ring(
    shared: SharedServers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One client closes, one stays; timeline, chain and checkpoints stay valid throughout."""
    old, new = f"old:{_key()}", f"new:{_key()}"
    monkeypatch.setenv("UGYFELKAPU_MASTER_KEYS", f"{old},{new}")
    async with installation_on(shared, migrated=False) as (servers, world):
        rotated = _with_ring(world.settings, f"{new},{old}")
        async with running_workers(world.client, world.settings):
            gone, client = await world.active()
            name, typed_in = client["user_name"], [ClientBrowser(token, "") for token in ("H" * 24, "T" * 24)]
            sessions = [
                await world.citizen.authenticate(name, PASSWORD, client_address=CLIENT_ADDRESS, browser=browser)
                for browser in typed_in
            ]
            await BrowserSessions(world.engine).open(sessions[0])
            stays, filled = await world.active()
            await world.audit.checkpoints.make()
            dump = await servers.postgres.dump(world.addresses.database)
            await world.desk.close(gone, EVIDENCE)
            assert await asyncio.wait_for(world.handle(gone).result(), SOON_SECONDS) == Status.CLOSED
            await world.audit.checkpoints.make()
        async with open_engine(rotated, world.client) as engine, running_workers(world.client, rotated):
            done = await OperationsGateway(engine, "operator-1").rotate_keys()
            assert done.rewrapped >= 1
            assert done.remaining == 0
        await world.sql("update processes set keys = '{}'")  # as when each was started again with the new ring
        present = _with_ring(rotated, new)
        await prepare(present, world.client)
        backup = await servers.postgres.create_database("backup")
        psql(backup, dump)
        async with (
            _on(world, present, world.addresses.database) as now,
            opened_pool(backup, most=1) as pool,
            _on(world, world.settings, backup) as as_it_was,
        ):
            person = await as_it_was.reader.person(gone)
            assert person is not None, "with the old key it opens: the key is what protects it"
            restored = Reader(pool, key_ring(present))
            for registration_id in (gone, stays):
                with pytest.raises(Unavailable):
                    await restored.person(registration_id)
            with pytest.raises(CannotStart, match="UGYFELKAPU_MASTER_KEYS: the key old"):
                async with _on(world, present, backup):
                    raise AssertionError
            assert await now.reader.person(gone) is None
            kept = await now.reader.person(stays)
            assert kept is not None
            assert kept.user_name == filled["user_name"]
            await _no_present_key_opens(world, present, backup, gone)
            events = await world.audit.events(gone)
            assert events[-1].kind is EventKind.PERSONAL_DATA_ERASED
            assert await world.audit.snapshot(gone) == fold(events)
            assert await found(world.on(now)) == []


_SEALED: Final = {
    "persons": "select sealed, registration_id::text as context from persons where registration_id = $1",
    "emails": "select sealed, id::text as context from emails where registration_id = $1",
    "evidence": "select sealed, registration_id || '|' || id as context from evidence where registration_id = $1",
    "credentials": "select sealed, registration_id || '|' || id as context from credentials where registration_id = $1",
    "sessions": "select sealed, registration_id || '|session|' || encode(id_hash, 'hex') as context from sessions "
    "where registration_id = $1",
    "log_ins": "select sealed, registration_id || '|log-in|' || id as context from log_ins where registration_id = $1",
    "log_in_notices": "select sealed, registration_id || '|log-in notice|' || id as context from log_in_notices "
    "where registration_id = $1",
}
"""Whatever is sealed of a registration, with the context that it was sealed for (store.sealing)."""


async def _no_present_key_opens(world: World, settings: Settings, backup: str, gone: str) -> None:
    """Every data key of the present database against every sealed row of the dump, whichever table holds it."""
    old, new = await asyncpg.connect(backup), await asyncpg.connect(world.addresses.database)
    try:
        sealed = {table: await old.fetch(_SEALED[table], gone) for table in _SEALED}
        tables = await old.fetch(
            "select table_name from information_schema.columns where column_name in ('sealed', 'registration_id') "
            "group by table_name having count(*) = 2"
        )
        rows = await new.fetch("select * from data_keys")
        own = await old.fetchrow("select * from data_keys where registration_id = $1", gone)
    finally:
        await old.close()
        await new.close()
    assert set(sealed) == {row["table_name"] for row in tables}, "a sealed column that this test does not know"
    assert rows
    assert own
    right = key_ring(world.settings).unwrap(WrappedKey(own["master_key_id"], own["wrapped"]), gone)
    for table, dumped in sealed.items():
        assert dumped, table
        for part in dumped:
            assert unseal(right, part["sealed"], part["context"]), "with the old key it opens"
            for row in rows:
                wrapped = WrappedKey(row["master_key_id"], row["wrapped"])
                key = key_ring(settings).unwrap(wrapped, str(row["registration_id"]))
                with pytest.raises(InvalidTag):
                    unseal(key, part["sealed"], part["context"])


def _on(world: World, settings: Settings, database: str) -> "AbstractAsyncContextManager[Engine]":
    url = type(settings.database_url)(database)
    return open_engine(settings.model_copy(update={"database_url": url}), world.client)


def _with_ring(settings: Settings, ring: str) -> Settings:
    return settings.model_copy(update={"master_keys": type(settings.master_keys)(ring)})


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()
