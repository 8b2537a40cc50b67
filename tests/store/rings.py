"""Settings for the tests of keys: one ring of each use on one database, each of which a test may exchange."""

import base64
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg

from starter.dev.postgres import PostgresServer
from wiring.settings import Settings, load_settings

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
}
"""The first three are `tests.store.lives.KEYS`."""


def settings(database_url: str, rings: Mapping[str, str] = {}, *, folder: Path | None = None) -> Settings:
    """The settings of a process on a database, with other rings where they are given; `folder` is of checkpoints."""
    named = {"database_url": database_url, "smtp_url": "smtp://127.0.0.1:1", **RINGS, **rings}
    return load_settings(named | ({"checkpoint_folder": str(folder)} if folder else {}))


async def copied(server: PostgresServer, name: str) -> str:
    """The address of a copy of a database that nobody is connected to."""
    copy = f"{name}_{next(_numbers)}"
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute(f"create database {copy} template {name}")
    finally:
        await connection.close()
    return await server.create_database(copy)
