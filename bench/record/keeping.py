"""What operators do to a full database: keys are rotated, accounts of an older system are written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
from pydantic import SecretStr

from bench.record.plans import plan_of
from bench.record.serving import MeasuredWork
from bench.system import System
from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.policy import Policy
from starter.dev.samples import account
from store.accounts import Account, AccountStore
from store.database import opened_pool
from store.keys import key_ring
from store.preparation import prepare_database
from store.rotation import KeyRotation
from store.sealing import KeyRing

_KEYS: Final = 50_000
_ACCOUNTS: Final = 5_000
_LINES: Final = 200
"""As an import writes at once."""
_OPERATOR: Final = Actor(ActorKind.OPERATOR, "operator-1")


async def measure_keeping(system: System) -> list[MeasuredWork]:
    """Leaves new accounts behind, and the keys as they were."""
    settings, database = system.world.settings, system.world.addresses.database
    keys, empty = key_ring(settings), await _empty_database(database)
    beside = settings.model_copy(update={"database_url": SecretStr(empty)})
    await prepare_database(beside, datetime.now(UTC))
    return [
        *await _rotation(database, keys),
        await _import(empty, keys, "import into an empty database"),
        await _import(database, keys, "import beside the record"),
    ]


async def _empty_database(beside: str) -> str:
    connection = await asyncpg.connect(beside)
    try:
        await connection.execute("create database bench_empty template template0")
    finally:
        await connection.close()
    return urlsplit(beside)._replace(path="/bench_empty").geturl()


async def _rotation(database: str, keys: KeyRing) -> list[MeasuredWork]:
    """To another master key, and back."""
    present = keys.master_kid
    new = replace(keys, master_keys={"bench": b"b" * 32, **keys.master_keys})
    back = replace(keys, master_keys={**keys.master_keys, "bench": b"b" * 32})
    async with opened_pool(database, most=1) as pool:
        async with pool.acquire() as connection:
            asked = {"master_key_id": present, "after": UUID(int=0), "most": 1_000}
            plan = await plan_of(connection, "keys_wrapped_by", asked)
        began = perf_counter()
        there = await _rewrapped(KeyRotation(pool, new), present)
        seconds = perf_counter() - began
        again = await _rewrapped(KeyRotation(pool, back), "bench")
        if again != there:
            raise AssertionError(again, there)
    return [MeasuredWork(f"rotation of {there} keys", str(plan), per_second=there / seconds)]


async def _rewrapped(rotation: KeyRotation, master_key_id: str) -> int:
    keys, after = 0, None
    while keys < _KEYS and (batch := await rotation.rewrap(master_key_id, after)).last:
        keys, after = keys + batch.rewrapped, batch.last
    return keys


async def _import(database: str, keys: KeyRing, what: str) -> MeasuredWork:
    """Looks for accounts that exist and writes the others; forms are checked before."""
    async with opened_pool(database, most=1) as pool:
        accounts, now = AccountStore(pool, keys), datetime.now(UTC)
        batches = [_batch(accounts, now) for _ in range(_ACCOUNTS // _LINES)]
        began = perf_counter()
        for batch in batches:
            await accounts.existing([each.key for each in batch])
            if len(await accounts.write(batch, _OPERATOR, now)) != _LINES:
                raise AssertionError(what)
        seconds = perf_counter() - began
        asked = {
            "ids": [each.key.registration_id for each in batches[0]],
            "user_name_indexes": [each.key.user_name_index for each in batches[0]],
        }
        async with pool.acquire() as connection:
            plan = await plan_of(connection, "find_accounts", asked)
    return MeasuredWork(f"{what}: {_ACCOUNTS} accounts", str(plan), per_second=_ACCOUNTS / seconds)


def _batch(accounts: AccountStore, now: datetime) -> Sequence[Account]:
    forms = [AccountForm.parse(account(), policy=Policy(), now=now) for _ in range(_LINES)]
    return [Account(accounts.key_of("bench", form.form.user_name), form, form.password_valid_until) for form in forms]
