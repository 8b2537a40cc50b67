"""Checkpoints on real servers: written once, mailed, repeated without change, never a blessing."""

import asyncio
import contextlib
import gzip
import json
import os
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr
from temporalio.testing import ActivityEnvironment

from activities.checkpoint import CheckpointActivities
from activities.letters.transport import MailSettings, MailTransport
from registration.answers import plain
from registration.checkpoint import CheckpointMailed, CheckpointMailing, CheckpointOrder
from registration.errors import CheckpointsDamaged, NotCheckpointed
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from starter.gateway import AuditorGateway, open_engine
from store.accesses import AccessStore
from store.checkpoint_signing import SigningKeys
from store.checkpoints import CheckpointFolder, CheckpointsUnsound, CheckpointTaken
from store.database import opened_pool
from store.heads import HeadReader
from store.keys import checkpoint_folder, key_ring, signing_keys
from store.migrate import migrate
from tests.acceptance.command_line import CommandLine, Outcome
from tests.support.accounts import variables_of
from tests.support.installation import installation_on
from tests.support.proofs import SCRIPT, change, checked, not_proven, places_of
from tests.support.servers import SharedServers
from worker import running_workers

AUDITORS = ("first.auditor@example.org", "second.auditor@őrség.example")
UNUSABLE = "no auditor@example.org"
NOW = datetime(2027, 3, 1, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(shared: SharedServers) -> AsyncIterator[World]:
    """An installation with two auditors and an address that no letter can go to; its checkpoints are of these tests."""
    async with installation_on(shared) as (_, found):
        settings = found.settings.model_copy(update={"auditors": ", ".join((UNUSABLE, *AUDITORS))})
        async with running_workers(found.client, settings):
            yield found


@pytest.fixture
def folder(world: World, tmp_path: Path) -> CheckpointFolder:
    """A folder of its own for a test that makes checkpoints by hand."""
    standing = checkpoint_folder(world.settings)
    assert standing
    return CheckpointFolder(tmp_path, standing.keys)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def beside(world: World, shared: SharedServers) -> str:
    """A database of its own for what such a folder tells: an installation has one folder."""
    url = await shared.postgres.create_database("beside")
    await migrate(url, key_ring(world.settings))
    return url


@pytest_asyncio.fixture
async def activities(world: World, beside: str, folder: CheckpointFolder) -> AsyncIterator[CheckpointActivities]:
    """The activities on that folder."""
    sender, keys = world.settings.mail_from, signing_keys(world.settings)
    transport = MailTransport(MailSettings(world.addresses.smtp, sender))
    async with opened_pool(world.addresses.database, most=2) as pool, opened_pool(beside, most=1) as own:
        yield CheckpointActivities(
            HeadReader(pool), AccessStore(own), folder, transport, keys=keys, sender=sender, auditors=AUDITORS
        )
    await transport.close()


async def write(activities: CheckpointActivities, request_id: str) -> int:
    """One checkpoint, as its activity writes it."""
    return (await ActivityEnvironment().run(activities.write_checkpoint, CheckpointOrder(NOW, request_id))).number


async def test_a_checkpoint_is_mailed_to_every_auditor_with_its_document_and_heads(world: World) -> None:
    await world.active()
    made = await world.audit.checkpoints.make()
    assert made.mailed == len(AUDITORS)
    folder = world.settings.checkpoint_folder
    assert folder
    for auditor in AUDITORS:
        letter = world.letters(auditor)[-1]
        assert letter["Subject"] == f"Ügyfélkapu: ellenőrzési pont / checkpoint {made.number:06}"
        document, heads = (part.get_payload(decode=True) for part in letter.iter_attachments())
        assert document == (folder / f"{made.number:06}.json").read_bytes()
        assert heads == (folder / f"{made.number:06}.heads.gz").read_bytes()
        body = letter.get_body(("plain",))
        assert body
        assert made.document in body.get_content()


async def test_its_files_cannot_be_written_to_again(world: World) -> None:
    made = await world.audit.checkpoints.make()
    folder = checkpoint_folder(world.settings)
    assert folder
    for file in (folder.document(made.number), folder.heads(made.number)):
        assert file.stat().st_mode & 0o777 == 0o444


async def test_repeated_it_is_the_same_checkpoint_and_the_same_letter(
    world: World, activities: CheckpointActivities, folder: CheckpointFolder
) -> None:
    """What a crash between file and mail leads to."""
    assert await write(activities, "a") == 1
    before = folder.document(1).read_bytes(), folder.heads(1).read_bytes()
    await world.registered()
    assert await write(activities, "a") == 1
    assert (folder.document(1).read_bytes(), folder.heads(1).read_bytes()) == before
    earlier = len(world.letters(AUDITORS[0]))
    for _ in range(2):
        mailed = await ActivityEnvironment().run(activities.mail_checkpoint, CheckpointMailing(1))
        assert mailed == CheckpointMailed(len(AUDITORS))
    first, second = world.letters(AUDITORS[0])[earlier:]
    assert first["Message-ID"] == second["Message-ID"]
    assert [part.get_payload() for part in first.walk()][1:] == [part.get_payload() for part in second.walk()][1:]


async def test_heads_that_a_crash_left_without_a_document_are_replaced(
    activities: CheckpointActivities, folder: CheckpointFolder
) -> None:
    folder.heads(1).write_bytes(gzip.compress(b"planted"))
    assert await write(activities, "a") == 1
    assert sum(1 for _ in folder.state(1)) > 0


async def test_a_second_checkpoint_has_the_next_number_and_only_what_changed(
    world: World, activities: CheckpointActivities, folder: CheckpointFolder
) -> None:
    await write(activities, "a")
    registration_id, _, _ = await world.registered()
    assert await write(activities, "b") == 2
    second = folder.read(2).checkpoint
    assert (second.changed, second.previous, second.complete) == (1, folder.read(1).digest, False)
    assert [json.loads(line)[:2] for line in gzip.decompress(folder.heads(2).read_bytes()).splitlines()] == [
        ["registration", registration_id],
    ]


async def test_two_at_once_get_two_numbers(activities: CheckpointActivities, folder: CheckpointFolder) -> None:
    """Whoever finds the number taken is made again, as Temporal's retry does."""

    async def until_written(name: str) -> int:
        while True:
            with contextlib.suppress(CheckpointTaken):
                return await write(activities, name)

    numbers = await asyncio.gather(*(until_written(name) for name in "abc"))
    assert (sorted(numbers), folder.numbers()) == ([1, 2, 3], [1, 2, 3])
    assert {folder.read(number).checkpoint.request_id for number in numbers} == set("abc")


async def test_what_the_database_no_longer_continues_is_named_and_keeps_its_leaf_until_it_is_back(
    world: World, activities: CheckpointActivities, folder: CheckpointFolder
) -> None:
    registration_id, _ = await world.active()
    await write(activities, "a")
    database = await asyncpg.connect(world.addresses.database)
    event = await database.fetchrow(
        "delete from events where registration_id = $1 and sequence = 3 returning *", registration_id
    )
    head = await database.fetchval("select head from registrations where id = $1", registration_id)
    set_back = "update registrations set sequence = $2, head = $3 where id = $1"
    await database.execute(set_back, registration_id, 2, "0" * 64)
    chain = ("registration", registration_id)
    known = next(one for one in folder.state(1) if one.chain == chain)
    for number in (2, 3):
        assert await write(activities, str(number)) == number
        document = folder.read(number).checkpoint
        assert [(one.chain, one.length) for one in document.contradictions] == [(chain, 3)]
        assert next(one for one in folder.state(number) if one.chain == chain) == known
    await database.execute(set_back, registration_id, 4, "1" * 64)
    await write(activities, "4")
    assert folder.read(4).checkpoint.contradicted == 1, "longer, but not the same chain"
    assert event
    await database.execute("insert into events values ($1, $2, $3, $4, $5, $6, $7)", *event.values())
    await database.execute(set_back, registration_id, 3, head)
    await write(activities, "5")
    assert folder.read(5).checkpoint.contradicted == 0
    await database.close()


async def test_nothing_is_built_on_files_that_are_not_what_was_signed(
    activities: CheckpointActivities, folder: CheckpointFolder
) -> None:
    await write(activities, "a")
    folder.heads(1).chmod(0o644)
    folder.heads(1).write_bytes(gzip.compress(b'["registration","x",1,"y"]\n'))
    with pytest.raises(CheckpointsUnsound, match=r"000001\.heads\.gz"):
        await write(activities, "b")
    assert folder.numbers() == [1]


async def test_a_document_of_another_key_is_not_believed(
    activities: CheckpointActivities, world: World, tmp_path: Path
) -> None:
    await write(activities, "a")
    stranger = CheckpointFolder(tmp_path, SigningKeys({signing_keys(world.settings).key_id: os.urandom(32)}))
    with pytest.raises(CheckpointsUnsound, match="signature"):
        stranger.last()
    rotated = SigningKeys({"new": os.urandom(32)})
    with pytest.raises(CheckpointsUnsound, match="signature"):
        CheckpointFolder(tmp_path, rotated).last()


async def test_a_proof_is_checked_without_this_project_and_fails_with_any_field_changed(
    world: World, tmp_path: Path
) -> None:
    record = world.audit
    registration_id, _ = await world.active()
    await world.active()
    await record.checkpoints.make()
    await world.desk.disclose(registration_id, EVIDENCE)
    proof = plain(await record.checkpoints.proof(registration_id, with_events=True))
    key = proof["public_key"]
    assert key in {each.hex for each in (await record.checkpoints.keys()).keys}
    assert len(proof["events"]) == 3, "the events up to the checkpoint"
    right = checked(proof, key, tmp_path)
    assert (right.returncode, registration_id in right.stdout) == (0, True), right
    places = list(places_of(proof))
    assert {place[-1] for place in places} >= {"number", "at", "root", "signature", "public_key", "leaf", "index"}
    for place in places:
        tampered = json.loads(json.dumps(proof))
        change(tampered, place)
        wrong = checked(tampered, key, tmp_path)
        assert not_proven(wrong), (place, wrong)
    other = "0" * 64
    for forged, reason in (
        (proof, f"KEY: the proof names another key, {key}: check with it only if you keep it too"),
        ({**proof, "public_key": other}, "the signature is not that of this key over this document"),
    ):
        assert checked(forged, other, tmp_path).stdout == f"NOT proven: {reason}\n"
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 90


async def test_what_no_checkpoint_holds_is_not_proven(world: World) -> None:
    record = world.audit
    await record.checkpoints.make()
    registration_id, _, _ = await world.registered()
    with pytest.raises(NotCheckpointed):
        await record.checkpoints.proof(registration_id)


async def test_a_proof_is_refused_where_the_files_are_damaged(world: World, tmp_path: Path) -> None:
    registration_id, _ = await world.active()
    (tmp_path / "000001.json").write_text("{}", encoding="utf-8")
    settings = world.settings.model_copy(update={"checkpoint_folder": tmp_path})
    async with open_engine(settings, world.client) as engine:
        with pytest.raises(CheckpointsDamaged):
            await AuditorGateway(engine, "auditor-1").checkpoints.proof(registration_id)


async def test_an_installation_without_a_folder_makes_none(world: World) -> None:
    settings = world.settings.model_copy(update={"checkpoint_folder": None, "checkpoint_keys": SecretStr("")})
    async with open_engine(settings, world.client) as engine:
        with pytest.raises(NotCheckpointed):
            await AuditorGateway(engine, "auditor-1").checkpoints.make()
        report = await AuditorGateway(engine, "auditor-1").verification.one((await world.active())[0])
        assert (report.checkpoint, report.findings) == (None, ())


async def test_the_commands_of_the_record(world: World, tmp_path: Path) -> None:
    """Exit status 0 where it is whole, 1 where something was found or refused, 2 for bad input; one sentence each."""
    folder = world.settings.checkpoint_folder
    variables = variables_of(world) | {"UGYFELKAPU_CHECKPOINT_FOLDER": str(folder)}
    command = CommandLine(tmp_path, variables)

    async def said(*arguments: str) -> Outcome:
        return await asyncio.to_thread(command, "audit", *arguments)

    registration_id, filled = await world.active()
    made = (await said("checkpoint", "--json")).data
    assert made["number"] == len(list((folder or tmp_path).glob("*.json")))
    assert [key["key_id"] for key in (await said("keys", "--json")).data["keys"]] == ["dev"]
    assert "BEGIN PUBLIC KEY" in (await said("keys")).output
    proof = await said("proof", filled["user_name"], "--events")
    assert (proof.data["document"]["checkpoint"]["number"], len(proof.data["events"])) == (made["number"], 3)
    one = (await said("verify", registration_id, "--json")).data
    assert one["whole"], one
    assert (one["registrations"], one["events"], one["histories"], one["checkpoint"]) == (1, 3, 1, made["number"])
    kept = str((folder or tmp_path) / f"{made['number']:06}.json")
    everything = (await said("verify", "--all", "--json", "--against", kept)).data
    assert everything["findings"] == [], everything
    stranger = tmp_path / "other.json"
    stranger.write_text("{}", encoding="utf-8")
    found = await said("verify", "--all", "--without-temporal", "--against", str(stranger))
    assert (found.status, "other.json  CHECKPOINT_UNSOUND" in found.output) == (1, True), found
    (await said("verify")).refused(2, "--all")
    (await said("verify", registration_id, "--all")).refused(2, "--all")
    (await said("verify", "--all", "--against", "nowhere.json")).refused(2, "--against")
    (await said("verify", "nobody.knows")).refused(1, "no such registration")
    (await said("proof", str(uuid.uuid4()))).refused(1, "no such registration")
