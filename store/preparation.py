"""Brings a database to what this version needs: its schema, and the register of keys."""

from collections.abc import Collection
from datetime import datetime

import asyncpg

from store.clock import check_clock
from store.database import connected
from store.key_checks import KeyChecks
from store.key_registration import KeyRegistration
from store.keys import Keys, checkpoint_folder, key_ring, keys_of
from store.migrate import migrate
from store.trouble import naming_database_trouble
from wiring.settings import Settings


async def prepare_database(settings: Settings, now: datetime, *, give_up: Collection[str] = ()) -> None:
    """Migrates, then registers the keys of these settings; running it again is harmless.

    `give_up` are code keys to retire although codes could still be redeemed. Raises `CannotStart`, `SettingsError`,
    `Unavailable`; where clock or keys are wrong before anything was changed.
    """
    url, keys, ring = settings.database_url.get_secret_value(), keys_of(settings), key_ring(settings)
    with naming_database_trouble():
        connection = await connected(url)
        try:
            await check_clock(connection)
            await _compare_known(connection, keys)
            await migrate(url, ring)
            registration = KeyRegistration(connection, keys, ring, checkpoint_folder(settings))
            await registration.register(now, give_up=give_up)
        finally:
            await connection.close()


async def _compare_known(connection: "asyncpg.Connection[asyncpg.Record]", keys: Keys) -> None:
    try:
        checks = await KeyChecks.read(connection)
    except asyncpg.UndefinedTableError:  # an older schema
        return
    checks.compare_known(keys)
