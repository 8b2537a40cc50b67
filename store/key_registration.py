"""Registers the keys of an installation, and retires those that nothing needs any more: used by `migrate` only."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from settings.start_problems import CannotStart, StartProblem
from store.checkpoints import CheckpointFolder
from store.database import queries
from store.key_checks import KeyChecks
from store.key_proofs import KeyProofs
from store.keys import CHECKPOINT, CODE, INDEX, MASTER, SEARCH, Keys, KeyUse
from store.processes import running_processes
from store.reindexing import marks_behind
from store.sealing import KeyRing

if TYPE_CHECKING:
    import asyncpg


class KeyRegistration:
    """One run of `migrate`.

    What is proven before a key is registered: a master key opens a data key that it has wrapped, or else the key of the
    seals of rows; the index key and the search ring make the index of a stored user name or person; a checkpoint key
    has signed the last document that names it. Of a code key, an assertion key, and an index key that is none of
    `UGYFELKAPU_SEARCH_KEYS`, nothing is stored that could be compared: the first `migrate` decides, as for every key
    under whose id nothing is stored yet.
    """

    def __init__(
        self,
        connection: "asyncpg.Connection[asyncpg.Record]",
        keys: Keys,
        ring: KeyRing,
        folder: CheckpointFolder | None,
    ) -> None:
        """Writes through a connection, opens samples with a key ring."""
        self._connection = connection
        self._keys = keys
        self._ring = ring
        self._folder = folder
        self._proofs = KeyProofs(connection, ring)

    async def register(self, now: datetime, *, give_up: Collection[str] = ()) -> None:
        """Registers new keys and retires missing ones, all or nothing. Raises `CannotStart`.

        `give_up` are code keys that are retired although codes could still be redeemed: those codes are wrong then.
        """
        async with self._connection.transaction():
            await queries.lock_key_checks(self._connection)
            checks = await KeyChecks.read(self._connection)
            checks.compare_known(self._keys)
            self._check_given_up(checks, give_up)
            running = await running_processes(self._connection)
            for use, ring in self._keys.items():
                given_up = set(give_up) if use is CODE else set()
                needed = set(await self._needed(use, now))
                if use is SEARCH:  # a value that was damaged begins with any mark
                    needed = {key_id for key_id in needed if (use.name, key_id) in checks.known}
                for key_id in sorted(needed - ring.keys() - given_up):
                    raise CannotStart(StartProblem.KEY_NEEDED, setting=use.setting, key=key_id)
                for key_id, key in ring.items():
                    if (use.name, key_id) not in checks.known:
                        await self._prove(use, key_id)
                    await queries.put_key_check(
                        self._connection, use=use.name, key_id=key_id, digest=use.check(key_id, key)
                    )
                for key_id in checks.without(use, ring):
                    if users := [process for process in running if process.first(use) == key_id]:
                        raise CannotStart(
                            StartProblem.KEY_IN_USE,
                            setting=use.setting,
                            key=key_id,
                            processes=", ".join(map(str, users)),
                        )
                    if use is CHECKPOINT and self._folder is None:
                        continue  # the documents that it signed are not available here
                    await queries.retire_key_check(self._connection, use=use.name, key_id=key_id)

    def _check_given_up(self, checks: KeyChecks, give_up: Collection[str]) -> None:
        for key_id in give_up:
            if key_id in self._keys[CODE]:
                raise CannotStart(StartProblem.KEY_STILL_GIVEN, setting=CODE.setting, key=key_id)
            if (CODE.name, key_id) not in checks.known:
                raise CannotStart(StartProblem.KEY_NOT_REGISTERED, setting=CODE.setting, key=key_id)

    async def _needed(self, use: KeyUse, now: datetime) -> Collection[str]:
        if use is MASTER:
            return await self._proofs.masters_needed()
        if use is CODE:
            return [row["key_id"] async for row in queries.code_keys_needed(self._connection, now=now)]
        if use is SEARCH:
            return await marks_behind(self._connection, self._ring)
        return self._folder.signers() if use is CHECKPOINT and self._folder else []

    async def _prove(self, use: KeyUse, key_id: str) -> None:
        opened: list[bool] = []
        if use is MASTER:
            opened = await self._proofs.master(key_id)
        elif use is INDEX:
            opened = await self._proofs.index_key()
        elif use is SEARCH:
            opened = await self._proofs.search_ring()
        elif use is CHECKPOINT and self._folder:
            opened = self._folder.has_signed_with(key_id)
        if opened and not any(opened):
            raise CannotStart(StartProblem.KEY_OPENS_NOTHING, setting=use.setting, key=key_id)
