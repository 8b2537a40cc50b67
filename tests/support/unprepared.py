"""A process whose database is not prepared, as after a restore that has gone wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

from starter.dev.installation import World
from starter.dev.postgres import PostgresServer
from starter.gateway import Engine
from store.database import opened_pool
from store.keys import key_ring
from store.reader import Reader
from store.writer import Writer


@asynccontextmanager
async def unprepared_engine(world: World, postgres: PostgresServer) -> AsyncIterator[Engine]:
    """The world's engine, reading and writing a database that is empty."""
    empty = await postgres.create_database(f"empty_{uuid4().hex}")
    async with opened_pool(empty, most=2) as pool:
        keys = key_ring(world.settings)
        yield replace(world.engine, reader=Reader(pool, keys), writer=Writer(pool, keys))
