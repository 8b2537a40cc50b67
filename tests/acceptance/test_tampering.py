"""Who owns the database, or reaches Temporal, can change everything there; `audit verify --all` names each change."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from temporalio.service import RPCError

from audit.verification.checkpoints import Witness
from audit.verification.events_in_histories import HistoryWitness
from audit.verification.run import Pass
from registration.names import WORKFLOW_TYPE
from registration.sentences import ENGLISH
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE
from starter.gateway import FindingLine, open_engine
from starter.gateway.verifier_messages import VerifierBeginning
from starter.gateway.verifiers import further_processes
from tests.acceptance.tampering import TAMPERINGS, five_events, other_office, scene_of
from tests.acceptance.tampering_restarts import DIFFERING
from tests.acceptance.tampering_scene import Scene
from tests.support.accounts import variables_of
from tests.support.installation import eventually, installation_on
from tests.support.postgres import psql
from tests.support.servers import SharedServers
from tests.support.verifying import found
from worker import running_workers

_NAMES = {tampering.__name__: tampering for tampering in TAMPERINGS}


@dataclass
class Tampered:
    """One installation in which everything has been done at once, each to a registration of its own."""

    before: list[FindingLine]
    after: list[FindingLine]
    in_parts: list[FindingLine]
    """The same, by two further processes."""
    scenes: dict[str, Scene]
    untouched: str

    def named(self, about: str) -> set[tuple[str, int | None]]:
        """What was found about a chain: kinds and events."""
        return {(str(finding.kind), finding.sequence) for finding in self.after if finding.about == about}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tampered(shared: SharedServers) -> AsyncIterator[Tampered]:
    async with (
        installation_on(shared) as (_, world),
        running_workers(world.client, world.settings),
    ):
        database = await asyncpg.connect(world.addresses.database)
        scenes = {name: await scene_of(tampering, world, database) for name, tampering in _NAMES.items()}
        untouched, _ = await five_events(world)
        await world.audit.checkpoints.make()
        before = await found(world)
        for name, tampering in _NAMES.items():
            await tampering(scenes[name])
        await eventually(lambda: _are_visible(world, scenes.values()), within_seconds=SOON_SECONDS)
        yield Tampered(before, await found(world), await _found_in_parts(world), scenes, untouched)
        await world.handle(scenes["starts_a_workflow_without_a_row"].registration_id).terminate()
        await database.close()


async def _are_visible(world: World, scenes: Iterable[Scene]) -> bool:
    """Whether Temporal's visibility knows of each registration's present run, which takes it a moment."""
    present = set()
    for scene in scenes:
        with suppress(RPCError):  # there may be none any more
            present.add((await world.handle(scene.registration_id).describe()).run_id)
    query = f"WorkflowType = '{WORKFLOW_TYPE}'"
    return present <= {execution.run_id async for execution in world.client.list_workflows(query)}


async def _found_in_parts(world: World) -> list[FindingLine]:
    engine, temporal = world.engine, variables_of(world)
    verification = Pass(
        engine.audited,
        HistoryWitness(engine.client, engine.audited, engine.histories),
        Witness(engine.checkpoints),
        part=7,
    )
    assert await engine.audited.opens_seals()
    beginning = VerifierBeginning(world.settings, temporal, engine.audited.seal_key, histories_at_once=10)
    async with further_processes(beginning, 2) as verifiers:
        return [FindingLine.of(each, ENGLISH) async for each in verification.everything(lambda _: None, verifiers)]


def test_further_processes_find_the_same(tampered: Tampered) -> None:
    """In PostgreSQL and in Temporal, and nothing twice."""
    assert sorted(map(repr, tampered.in_parts)) == sorted(map(repr, tampered.after))


def test_an_untouched_record_is_whole(tampered: Tampered) -> None:
    assert tampered.before == []
    assert tampered.named(tampered.untouched) == set()


@pytest.mark.parametrize("name", _NAMES)
def test_somebody_who(name: str, tampered: Tampered) -> None:
    """... is found, by the right name, and nothing else is said of that registration."""
    assert tampered.named(tampered.scenes[name].registration_id) == TAMPERINGS[_NAMES[name]]


@pytest.mark.parametrize(("name", "fields"), [(act.__name__, fields) for act, fields in DIFFERING.items()])
def test_a_forged_state_is_named_field_by_field(name: str, fields: str | None, tampered: Tampered) -> None:
    """Whoever starts a workflow in the middle of a life is named, however well he knows its state."""
    about = [str(one.sentence) for one in tampered.after if one.about == tampered.scenes[name].registration_id]
    began = "a new workflow was started in the middle of the registration's life"
    another = [] if name == "hands_on_another_state" else [began]
    differing = [f"the state that the run began with is not what the record gives: {fields}"] if fields else []
    assert about == [*another, *differing]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("deletes_an_access_entry", {("ACCESS_ENTRY_MISSING", 2), ("CHECKPOINT_CONTRADICTED", 2)}),
        ("edits_an_access_entry", {("ACCESS_ENTRY_ALTERED", 1), ("ACCESS_ENTRY_ALTERED", 2)}),
        ("deletes_a_whole_day_of_an_office", {("ACCESS_ENTRY_MISSING", None)}),
        ("makes_an_access_entry_unreadable", {("ACCESS_ENTRY_ALTERED", 1), ("ACCESS_ENTRY_ALTERED", 2)}),
    ],
)
def test_the_access_record_of_an_office_and_day_is_named_too(
    name: str, kinds: set[tuple[str, int | None]], tampered: Tampered
) -> None:
    assert tampered.named(other_office(tampered.scenes[name])) == kinds


def test_every_finding_is_about_something_that_was_tampered_with(tampered: Tampered) -> None:
    known = {scene.registration_id for scene in tampered.scenes.values()}
    known |= {other_office(tampered.scenes[name]) for name in _NAMES if "access_entry" in name or "day" in name}
    for scene in tampered.scenes.values():
        for about, named in scene.beside.items():
            assert tampered.named(about) == named
            known.add(about)
    assert {finding.about for finding in tampered.after} == known


async def test_a_database_rolled_back_to_an_older_dump_is_named_registration_by_registration(
    shared: SharedServers,
) -> None:
    async with installation_on(shared) as (servers, world), running_workers(world.client, world.settings):
        kept, _ = await five_events(world)
        moved, _ = await five_events(world)
        dump = await servers.postgres.dump(world.addresses.database)
        await world.desk.disclose(moved, EVIDENCE)
        added, _ = await five_events(world)
        await world.audit.checkpoints.make()
        older = await servers.postgres.create_database("rolled_back")
        psql(older, dump)
        settings = world.settings.model_copy(update={"database_url": type(world.settings.database_url)(older)})
        async with open_engine(settings, world.client) as engine:
            findings = await found(world.on(engine))
        named = {(one.about, str(one.kind), one.sequence) for one in findings if " " not in one.about}
        assert named == {
            (moved, "CHECKPOINT_CONTRADICTED", 6),
            (moved, "HISTORY_DIFFERS", 6),
            (added, "REGISTRATION_MISSING", None),
            (added, "ROW_MISSING", None),
        }
        assert kept not in {one.about for one in findings}


async def test_nothing_is_found_while_registrations_are_being_worked_on(shared: SharedServers) -> None:
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        await asyncio.gather(*(five_events(world) for _ in range(5)))
        await world.audit.checkpoints.make()
        busy = asyncio.gather(*(five_events(world) for _ in range(20)))
        findings = []
        while not busy.done():
            findings += await found(world)
        await busy
        assert findings == []


async def test_checkpoints_that_were_changed_are_named(shared: SharedServers, tmp_path: Path) -> None:
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        record = world.audit
        await five_events(world)
        for _ in range(3):
            await record.checkpoints.make()
        folder = world.settings.checkpoint_folder
        assert folder
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)

        async def about_copy() -> set[tuple[str, str]]:
            verification = record.verification.everything(lambda _: None, folder=copy, against=folder / "000003.json")
            return {(finding.about, str(finding.kind)) async for finding in verification.findings}

        assert await about_copy() == set()
        document = copy / "000002.json"
        document.chmod(0o644)
        text = document.read_text(encoding="utf-8")
        document.write_text(text.replace('"changed": ', '"changed": 1'), encoding="utf-8")
        assert await about_copy() == {("000002.json", "CHECKPOINT_UNSOUND")}
        document.unlink()
        assert await about_copy() == {("000002.json", "CHECKPOINT_UNSOUND")}
        document.write_text(text, encoding="utf-8")
        heads = copy / "000001.heads.gz"
        heads.chmod(0o644)
        heads.write_bytes(heads.read_bytes()[:-9])
        assert await about_copy() == {("000001.heads.gz", "CHECKPOINT_UNSOUND")}
        shutil.rmtree(copy)
        copy.mkdir()
        assert await about_copy() == {("000003.json", "CHECKPOINT_UNSOUND")}


async def test_the_newest_checkpoints_are_missed_where_they_are_gone_and_in_no_older_copy(
    shared: SharedServers, tmp_path: Path
) -> None:
    """Found by the access record, and the newest by Temporal, too; whoever keeps an older copy has lost nothing."""
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        record = world.audit
        for _ in range(4):
            await record.checkpoints.make()
        folder, copy = world.settings.checkpoint_folder, tmp_path / "copy"
        assert folder

        async def missing(of: Path | None = None) -> list[tuple[str, str]]:
            verification = record.verification.everything(lambda _: None, folder=of)
            return [(finding.about, str(finding.kind)) async for finding in verification.findings]

        assert await missing() == []
        copy.mkdir()
        for file in [*folder.glob("00000[1-2].*")]:
            shutil.copy(file, copy)
        assert await missing(copy) == []
        for file in folder.glob("00000[3-4].*"):
            file.rename(tmp_path / file.name)
        gone = [("000003.json", "CHECKPOINT_MISSING"), ("000004.json", "CHECKPOINT_MISSING")]
        assert await missing() == gone
        for number in (3, 4):
            about = f'"about":"checkpoint"%"key":"{number}"%operations.make_checkpoint'
            await world.sql(f"delete from access_entries where body like '%{about}%'")  # noqa: S608
        assert gone[1] in await missing(), "Temporal still tells of the newest"
        await record.checkpoints.make()
        assert ("000003.json", "CHECKPOINT_UNSOUND") not in await missing(), "its entry is gone, and another is named"
        assert ("000004.json", "CHECKPOINT_MISSING") not in await missing(), "the newest is the new one"


async def test_checkpoints_that_were_made_anew_are_told_apart_from_those_that_were_told(
    shared: SharedServers, tmp_path: Path
) -> None:
    """Taken away, and followed by others of the same numbers: the access record still tells the first ones."""
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        record = world.audit
        for _ in range(2):
            await record.checkpoints.make()
        folder = world.settings.checkpoint_folder
        assert folder
        for file in folder.glob("000002.*"):
            file.rename(tmp_path / file.name)
        await record.checkpoints.make()
        verification = record.verification.everything(lambda _: None)
        found = [(finding.about, str(finding.kind)) async for finding in verification.findings]
        assert found == [("000002.json", "CHECKPOINT_UNSOUND")]
        for file in folder.iterdir():
            file.rename(tmp_path / f"old-{file.name}")
        await record.checkpoints.make()
        verification = record.verification.everything(lambda _: None)
        assert [finding async for finding in verification.findings] == [], "another series, begun before all eyes"
