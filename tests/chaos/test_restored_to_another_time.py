"""The restore drill: one of the two databases comes back from an older moment than the other.

The table of docs/restore.md is what this run has found (`make drills` writes it).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from registration.errors import Unavailable
from registration.sentences import ENGLISH
from registration.statuses import Status
from registration.system_health import HealthState
from starter.dev.environment import Addresses
from starter.dev.installation import World, private_folder, world_on
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD
from starter.dev.temporal_server import TemporalServer
from starter.gateway import FindingLine
from starter.gateway.doctor import examined
from tests.support.backups import archiving, base_backup, copy_of_temporal, restore_point, restored
from tests.support.drills import NOTHING, assert_documented, disagreements, kinds
from tests.support.installation import Installation, eventually, installation
from tests.support.verifying import found
from tests.workflows.lives import bring, quiet
from worker import running_workers

HEADER: Final = ("restored", "what", "`audit verify --all`", "`admin reconcile`", "the operator", "verify then")
POSTGRES: Final = "PostgreSQL, to an older moment"
TEMPORAL: Final = "Temporal, to an older moment"
ROLL_FORWARD: Final = "`ugyfelkapu admin roll-forward`"
A_LATER_TEMPORAL: Final = "brings Temporal to a later moment"
NEW_PASSWORD: Final = "Másik jelszó 2"
WITHIN_SECONDS: Final = 120

UNTOUCHED: Final = "untouched since"
DISCLOSED: Final = "disclosed since"
RENEWED: Final = "a new password since"
ERASED: Final = "closed and erased since"
OPENED: Final = "opened since"
ACCESSES: Final = "access record"

ACTS: Final = {
    POSTGRES: {
        DISCLOSED: ROLL_FORWARD,
        RENEWED: f"{ROLL_FORWARD}; the old password is in force: the client requests a code",
        ERASED: f"{ROLL_FORWARD}, which destroys the key again",
        OPENED: "terminates the workflow; the client registers again",
        ACCESSES: "tells the auditor: these entries are lost",
    },
    TEMPORAL: dict.fromkeys((DISCLOSED, RENEWED, ERASED, OPENED), A_LATER_TEMPORAL),
}


@dataclass(frozen=True)
class Drill:
    """What a world was like: the registrations by what happened to them, and the copies of its servers' data."""

    names: Mapping[str, str]
    servers: Installation
    world: World

    @property
    def folder(self) -> Any:  # noqa: ANN401
        """Of the copies."""
        return self.servers.folder


async def test_what_a_restore_to_another_time_shows_and_how_it_is_put_right() -> None:
    """Each side once; erased people are erased again, and who was not changed is not named."""
    async with AsyncExitStack() as stack:
        wal = stack.enter_context(private_folder())
        servers, world = await stack.enter_async_context(
            installation(temporal_dies=True, database_settings=archiving(wal))
        )
        names = await _lived(servers, world)
        drill = Drill(names, servers, world)
        older = await stack.enter_async_context(restored(servers.folder / "backup", wal, "older"))
        database = await older.create_database("ugyfelkapu")
        rows = await asyncio.gather(
            _older_postgres(drill, replace(servers.addresses, database=database)),
            _older_temporal(drill),
        )
        assert_documented("restores", HEADER, [row for side in rows for row in side])


async def _lived(servers: Installation, world: World) -> dict[str, str]:
    """Lives before and after the moment that is restored; a checkpoint before, and one after."""
    async with running_workers(world.client, world.settings):
        opened = await asyncio.gather(*(bring(world, Status.ACTIVE) for _ in range(4)))
        names = dict(zip((UNTOUCHED, DISCLOSED, RENEWED, ERASED), (one for one, _ in opened), strict=True))
        await world.audit.checkpoints.make()
        await base_backup(servers.postgres, servers.folder / "backup")
        await world.desk.disclose(names[DISCLOSED], EVIDENCE)  # only the WAL has it
        await asyncio.gather(*(quiet(world, one) for one in names.values()))
        await restore_point(servers.postgres, "older")
        copy_of_temporal(servers.folder / "temporal" / "temporal.db", servers.folder / "older")
        await world.desk.disclose(names[DISCLOSED], EVIDENCE)
        filled = opened[2][1]
        await world.citizen.change_password(filled["user_name"], PASSWORD, NEW_PASSWORD, client_address=CLIENT_ADDRESS)
        await world.desk.close(names[ERASED], EVIDENCE)
        names[OPENED], _ = await bring(world, Status.AWAITING_ACTIVATION)

        async def is_erased() -> bool:
            return not await world.sql("select from data_keys where registration_id = $1", names[ERASED])

        await eventually(is_erased, within_seconds=WITHIN_SECONDS)
        await asyncio.gather(*(quiet(world, one) for one in names.values()))
        await world.audit.checkpoints.make()
        assert await found(world) == []
    copy_of_temporal(servers.folder / "temporal" / "temporal.db", servers.folder / "later")
    return names


async def _older_postgres(drill: Drill, addresses: Addresses) -> list[tuple[str, ...]]:
    """Temporal has decided what the database lacks: it is recorded again from the histories."""
    names = drill.names
    async with world_on(addresses, drill.world.folder, with_worker=False) as world:
        first = await found(world)
        async with running_workers(world.client, world.settings):
            waiting = asyncio.create_task(_conflict(world, names[DISCLOSED]))
            differing = await _reconciled(world)
            await waiting
            rolled = await world.operations.roll_forward()
            assert (rolled.registrations, rolled.erased, rolled.conflicts) == (3, 1, 0)
            await quiet(world, names[DISCLOSED])
            assert await world.sql("select from data_keys where registration_id = $1", names[ERASED]) == []
            assert (await world.operations.roll_forward()).registrations == 0
            then = await found(world)
    return _rows(drill, POSTGRES, first, differing, then)


async def _older_temporal(drill: Drill) -> list[tuple[str, ...]]:
    """What Temporal has lost is on record and must not be decided again: only a later Temporal puts it right."""
    async with _temporal_on(drill, "older") as world:
        first = await found(world)
        async with running_workers(world.client, world.settings):
            waiting = asyncio.create_task(_conflict(world, drill.names[DISCLOSED]))
            differing = await _reconciled(world)
            await waiting
            with pytest.raises(Unavailable):  # its workflow is not there
                await world.desk.close(drill.names[OPENED], EVIDENCE)
            assert (await world.operations.roll_forward()).registrations == 0
    async with _temporal_on(drill, "later") as world:
        then = await found(world)
    return _rows(drill, TEMPORAL, first, differing, then)


@asynccontextmanager
async def _temporal_on(drill: Drill, copy: str) -> AsyncIterator[World]:
    server = TemporalServer(drill.servers.folder / copy)
    await server.start()
    try:
        addresses = replace(drill.servers.addresses, temporal=server.address)
        async with world_on(addresses, drill.world.folder, with_worker=False) as world:
            yield world
    finally:
        await server.kill()


async def _conflict(world: World, registration_id: str) -> None:
    """The next act on a registration that differs: nobody gets an answer, and the activity says why."""
    with suppress(Unavailable):
        await world.desk.disclose(registration_id, EVIDENCE)
        raise AssertionError

    async def is_in_conflict() -> bool:
        described = await world.handle(registration_id).describe()
        failures = [one.last_failure for one in described.raw_description.pending_activities]
        return any(one.application_failure_info.type == "RecordConflict" for one in failures)

    await eventually(is_in_conflict, within_seconds=WITHIN_SECONDS)


async def _reconciled(world: World) -> dict[str, str]:
    """What a pass says of each registration; the doctor says that there are disagreements, too."""
    found_to_differ = await disagreements(world)
    temporal = world.addresses.temporal_environment()
    health = await examined(world.settings, temporal, _mail, ENGLISH)
    alerts = {each.found.check.name for each in health.diagnoses if each.found.state is HealthState.ALERT}
    assert "DISAGREEMENTS" in alerts, alerts
    return found_to_differ


async def _mail() -> str | None:
    return None


def _rows(
    drill: Drill,
    restored_side: str,
    first: list[FindingLine],
    differing: Mapping[str, str],
    then: list[FindingLine],
) -> list[tuple[str, ...]]:
    registrations = set(drill.names.values())
    assert kinds(first, {drill.names[UNTOUCHED]}) == kinds(then, {drill.names[UNTOUCHED]}) == NOTHING
    rows = []
    for what, act in ACTS[restored_side].items():
        about = {drill.names[what]} if what in drill.names else {one.about for one in first + then} - registrations
        says = [differing[one] for one in about if one in differing]
        row = (restored_side, what, kinds(first, about), *(says or [NOTHING]), act, kinds(then, about))
        rows.append(row)
    return rows
