"""Settings for the tests of keys: one ring of each use on one database, each of which a test may exchange."""

import base64
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from registration.checkpoint import Checkpoint
from registration.policy import Policy
from settings.settings import Settings, load_settings
from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from store.checkpoint_signing import SigningKeys
from store.checkpoints import CheckpointFolder
from store.keys import KEY_USES, KeyUse, keys_of
from store.open_store import opened_store
from store.preparation import prepare_database
from tests.store.lives import NOW, Store

_numbers = itertools.count(1)


def key(letter: str) -> str:
    """A key in base64, 32 times the same letter: that of the tests of the store for its use."""
    return base64.b64encode(letter.encode() * 32).decode()


RINGS: Final[Mapping[str, str]] = {
    "master_keys": f"2027:{key('M')},2026:{key('m')}",
    "code_keys": f"2027:{key('C')}",
    "index_key": key("I"),
    "assertion_keys": f"a1:{key('A')}",
    "checkpoint_keys": f"k1:{key('K')}",
    "staff_keys": f"s1:{key('S')}",
}
"""The first three are `tests.store.lives.KEYS`."""

RINGS_OF_MANY: Final = [use for use in KEY_USES if not use.single]


def settings(database_url: str, rings: Mapping[str, str] = {}, *, folder: Path | None = None) -> Settings:
    """The settings of a process on a database, with other rings where they are given; `folder` is of checkpoints."""
    named = {"database_url": database_url, "smtp_url": "smtp://127.0.0.1:1", **RINGS, **rings}
    return load_settings(named | ({"checkpoint_folder": str(folder)} if folder else {}))


async def copied(server: PostgresServer, name: str) -> str:
    """The address of a copy of a database without connections."""
    return await server.create_database(f"{name}_{next(_numbers)}", template=name)


async def starts(process: Settings) -> None:
    """As a worker or an API does: it opens the store and closes it."""
    async with opened_store(process, "test"):
        pass


async def refused(
    problem: StartProblem, use: KeyUse, key_id: str, process: Settings, *, migrating: bool = False
) -> None:
    """It does not start, or does not migrate; the sentence names setting and id, and no key."""
    with pytest.raises(CannotStart) as found:
        await (prepare_database(process, NOW) if migrating else starts(process))
    assert found.value.problem is problem
    sentence = str(found.value)
    assert sentence.startswith(f"{use.setting}: ")
    assert key_id in sentence
    for ring in keys_of(process).values():
        assert not any(base64.b64encode(bytes_).decode() in sentence for bytes_ in ring.values())


async def sql(url: str, statement: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *arguments)
    finally:
        await connection.close()


async def unregistered(url: str) -> None:
    """Forgets every key: as at the first migration to this version, or after somebody emptied the table."""
    await sql(url, "delete from key_checks")


async def used(url: str, count: int = 1) -> list[str]:
    """Registrations with a live code each, made with the keys of these tests."""
    async with opened_store(settings(url), "test") as opened:
        store = Store(opened.pool, opened.keys)
        await store.writer.adopt_policy(Policy(), NOW)
        return [(await store.opened()).registration_id for _ in range(count)]


def signed(folder: Path, seed: bytes) -> None:
    """A checkpoint of an empty database, signed with `k1`."""
    keys = SigningKeys({"k1": seed})
    made = CheckpointFolder(folder, keys)
    with made.new_heads() as heads:
        document = Checkpoint(1, NOW, 0, "0" * 64, heads.finish(), 0, complete=True, key_id="k1", request_id="test")
        made.publish(keys.signed(document), heads)


def other(use: KeyUse) -> dict[str, str]:
    """The same ids with other keys."""
    return {use.field: key("x") if use.single else ",".join(f"{id_}:{key('x')}" for id_ in ids(use))}


def ids(use: KeyUse) -> list[str]:
    return list(use.ring(settings("postgresql://127.0.0.1:1/x")))
