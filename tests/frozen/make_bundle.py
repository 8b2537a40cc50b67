"""Makes the bundle of version 1.0 anew, until the freeze: `python -m tests.frozen.make_bundle`.

It lives every recorded life (`tests/replay/record.py`: each kind of event, letter and message), and brings one
registration into each status, under a policy whose deadlines are a century away.
"""

import asyncio
import gzip
import json
import lzma
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from registration.extensions import ExtensionState
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind, RedeemCode
from registration.names import ARCHIVE_ID, CHECKPOINT_ID
from registration.policy import Policy
from registration.statuses import Channel, Purpose, Status
from starter.dev.inbox import Inbox
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, PASSWORD, another_address, form
from starter.gateway import Begun, Idempotency, OperationsGateway
from starter.gateway.client_messages import citizen
from store.rows import StoredAnswer
from tests.frozen.bundle import BUNDLE, DATABASE, FILES, KEPT_FILES, MANIFEST, TEMPORAL, TEMPORAL_FILE, Kept, Manifest
from tests.replay.record import lives
from tests.support.archiving import QUICK_REMOVAL, archived, remove
from tests.support.installation import Installation, eventually, installation
from tests.support.reconciliation import stop_reconciliation
from tests.support.signing import signed_document
from tests.support.verifying import found
from tests.workflows.lives import Choosy, bring, quiet, run_id, to_deadline
from worker import running_workers

_CENTURY: Final = 36_500
CENTURY: Final = Policy(
    version=3,
    activation_days=_CENTURY,
    temporary_days=_CENTURY,
    validity_max_years=100,
    grace_days=_CENTURY,
    reactivation_days=_CENTURY,
)
"""No deadline passes while the bundle lies there."""

DUE: Final = (
    Status.AWAITING_ACTIVATION,
    Status.TEMPORARY,
    Status.ACTIVE,
    Status.PASSWORD_EXPIRED,
    Status.AWAITING_REACTIVATION,
)
"""The statuses that end by themselves."""

CLOSED_OFFICE: Final = "1133"


async def make(folder: Path = BUNDLE) -> None:
    """Writes the bundle in place of the one that is there."""
    async with installation(mail_handler=Choosy, temporal_dies=True, dynamic_config=QUICK_REMOVAL) as (own, world):
        async with running_workers(world.client, world.settings):
            lived = await lives(world, own.inbox)
            await _administered(world)
            await _extended(world)
            due = {status: (await bring(world, status))[0] for status in DUE}
            standing = await _standing(world)
            await _at_rest(world, lived)
            halfway = {"redemption": await _unsent_redemption(world), "letter": await _unsent_letter(world, own.inbox)}
        halfway |= {"opening": await _submitted(world)}
        events = await world.sql("select from events")
        await _write(own, world, folder, Manifest(standing, halfway, due, lived, len(events)))


async def _administered(world: World) -> None:
    """Somebody is disabled, an office is closed; a portal's request has its answer."""
    await world.operations.disable_staff("clerk-9")
    offices = world.operations.offices
    (office,) = [each for each in (await offices.every()).offices if each.code == CLOSED_OFFICE]
    await offices.put({**asdict(office), "open": "false"})
    requests = Idempotency(world.engine)
    begun = await requests.begin("portal", "key-1", "{}")
    assert isinstance(begun, Begun)
    await requests.finish(begun, StoredAnswer(404, "{}", refusal="NotFound"))


async def _extended(world: World) -> None:
    """A bulk extension of all that are active."""
    before = datetime.now(UTC) + timedelta(days=3000)
    extension_id = (await world.operations.extensions.request(before, days=90)).extension_id
    second = OperationsGateway(world.engine, "operator-2").extensions
    await second.approve(extension_id)
    await second.start(extension_id, rate=500)

    async def is_done() -> bool:
        return (await second.status(extension_id)).state is ExtensionState.DONE

    await eventually(is_done, within_seconds=3 * SOON_SECONDS)


async def _standing(world: World) -> dict[Status, Kept]:
    """A registration in each open status that nothing ends for a century, with the code that was sent last."""
    inactive, (ended, filled) = [await bring(world, Status.INACTIVE) for _ in range(2)]
    await world.operations.adopt_policy(CENTURY)
    letters = len(world.letters(filled["email"]))
    await world.desk.reactivate(ended, EVIDENCE)
    return {
        Status.AWAITING_ACTIVATION: _kept(*await world.registered()),
        Status.TEMPORARY: _kept(*await world.temporary()),
        Status.ACTIVE: _kept(*await _signed(world)),
        Status.PASSWORD_EXPIRED: _kept(*await _expired(world)),
        Status.INACTIVE: _kept(*inactive),
        Status.AWAITING_REACTIVATION: _kept(ended, filled, await world.code(filled["email"], letters + 1)),
    }


async def _expired(world: World) -> tuple[str, dict[str, Any]]:
    """The validity is the shortest that a client may choose: a century is more than a server skips."""
    registration_id, filled, code = await world.registered()
    await world.redeem(filled, code, validity_days=CENTURY.validity_min_days)
    await world.desk.verify_identity(registration_id, EVIDENCE)
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    return registration_id, filled


async def _signed(world: World) -> tuple[str, dict[str, Any]]:
    """Opened with an electronic signature."""
    document, signature = await signed_document(world, filled := form(), "qualified")
    registration_id = await world.portal.register_signed(document, signature, client_address=another_address())
    await world.redeem(filled, await world.code(filled["email"]))
    return registration_id, filled


async def _at_rest(world: World, lived: Mapping[str, str]) -> None:
    """Every run that has ended is in the archive, one of them there alone; a checkpoint; no schedule acts any more."""
    for row in await world.sql("select id from registrations"):
        await quiet(world, str(row["id"]))
    await world.operations.reconcile()
    await stop_reconciliation(world)
    for schedule in (ARCHIVE_ID, CHECKPOINT_ID):
        await world.client.get_schedule_handle(schedule).pause()
    for name, runs in (("online", 1), ("in-person", 1), ("lapsed", 1), ("closed", 1), ("confirmed", 1), ("hostile", 2)):
        await archived(world, lived[name], runs)
    run = await run_id(world, lived["lapsed"])
    await remove(world, lived["lapsed"], [run])
    await world.audit.checkpoints.make()
    assert await found(world) == []


async def _unsent_letter(world: World, inbox: Inbox) -> Kept:
    """A registration whose code letter waits for the mail server."""
    inbox.stop()
    registration_id = await world.register(filled := form())
    await world.until(registration_id, Status.AWAITING_ACTIVATION)
    return _kept(registration_id, filled)


async def _unsent_redemption(world: World) -> Kept:
    """A registration whose gateway died after it had noted that the code was redeemed, before the workflow had it."""
    registration_id, filled, _ = await world.registered()
    message = RedeemCode(str(uuid4()), citizen(registration_id), Purpose.PASSWORD, 1)
    hashed = await world.engine.passwords.hash(PASSWORD)
    await world.engine.writer.add_credential(registration_id, message, hashed, datetime.now(UTC))
    await quiet(world, registration_id)
    return _kept(registration_id, filled)


async def _submitted(world: World) -> Kept:
    """A row whose gateway died before it started the workflow."""
    filled, now = form(), datetime.now(UTC)
    parsed = RegistrationForm.parse(filled, today=now.date())
    row = await world.engine.intake.submit(parsed, Channel.ONLINE, Actor(ActorKind.CITIZEN, "applicant"), now)
    return _kept(row.registration_id, filled)


def _kept(registration_id: str, filled: Mapping[str, Any], code: str | None = None) -> Kept:
    return Kept(registration_id, filled["user_name"], filled["email"], code)


async def _write(own: Installation, world: World, folder: Path, manifest: Manifest) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(own.folder, folder / FILES, ignore=lambda path, names: _other_files(own.folder, path, names))
    for archived_run in (folder / FILES).glob("archive/*/*/*"):
        archived_run.chmod(0o644)
        archived_run.write_bytes(
            gzip.compress(_without_paths(gzip.decompress(archived_run.read_bytes()), own), mtime=0)
        )
    dump = await own.postgres.dump(world.addresses.database)
    (folder / DATABASE).write_bytes(lzma.compress(dump.encode()))
    await own.temporal.stop()
    (folder / TEMPORAL).write_bytes(lzma.compress(_without_paths(_without_gaps(own.folder / TEMPORAL_FILE), own)))
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


def _other_files(root: Path, path: str, names: list[str]) -> set[str]:
    return set(names) - set(KEPT_FILES) if Path(path) == root else set()


def _without_paths(content: bytes, own: Installation) -> bytes:
    """Stack traces name their files, and SQLite its own: of the same length, but of no machine."""
    for folder in (Path(__file__).parents[2], own.folder):
        name = f"{folder}/".encode()
        content = content.replace(name, b"/" + b"-" * (len(name) - 2) + b"/")
    return content


def _without_gaps(file: Path) -> bytes:
    """A copy of Temporal's file, its journal included."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        connection = sqlite3.connect(file)
        connection.execute("vacuum into ?", (str(copy),))
        connection.close()
        return copy.read_bytes()


if __name__ == "__main__":
    asyncio.run(make())
