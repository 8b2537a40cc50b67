"""Brings a database to what this version needs: its schema, and the register of keys."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from settings.settings import Settings
from store.clock import check_clock
from store.database import connected
from store.key_checks import KeyChecks
from store.key_proofs import KeyProofs
from store.key_registration import KeyRegistration
from store.keys import Keys, checkpoint_folder, key_ring, keys_of
from store.revisions import revision_of
from store.sealing import KeyRing
from store.trouble import naming_database_trouble

if TYPE_CHECKING:
    import asyncpg


async def prepare_database(settings: Settings, now: datetime, *, give_up: Collection[str] = ()) -> None:
    """Migrates and registers the keys of these settings, all or nothing; running it again is harmless.

    `give_up` are code keys to retire although codes could still be redeemed. Raises `CannotStart`, `SettingsError`,
    `Unavailable`; then nothing was changed.
    """
    from store.migrate import migrate  # noqa: PLC0415  only who prepares waits for Alembic to be imported

    url, keys, ring = settings.database_url.get_secret_value(), keys_of(settings), key_ring(settings)

    async def register(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        await KeyRegistration(connection, keys, ring, checkpoint_folder(settings)).register(now, give_up=give_up)

    with naming_database_trouble():
        connection = await connected(url)
        try:
            await check_clock(connection)
            await _check_keys(connection, keys, ring)
        finally:
            await connection.close()
        await migrate(url, ring, then=register)


async def _check_keys(connection: "asyncpg.Connection[asyncpg.Record]", keys: Keys, ring: KeyRing) -> None:
    """What can be seen before migrations use the keys; the registration after them proves the rest."""
    if await revision_of(connection):
        checks = await KeyChecks.read(connection)
        checks.compare_known(keys)
        await KeyProofs(connection, ring).check_data_keys(checks)
