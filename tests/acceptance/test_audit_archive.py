"""Histories outlive Temporal's retention: what was kept is read as if nothing had happened."""

import asyncio
import gzip
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest_asyncio
from temporalio.client import ScheduleActionExecutionStartWorkflow
from temporalio.worker import Worker

from activities.archive import ArchiveActivities
from registration.archiving import Archived, RunCounts
from registration.names import ARCHIVE_ID, ARCHIVE_WORKFLOW_TYPE, WORKFLOW_TYPE
from registration.sentences import ENGLISH
from registration.timeline import Source, Timeline
from starter.dev.installation import SOON_SECONDS, World
from starter.gateway.replay_sample import ReplaySample
from temporal.sandbox import SANDBOX
from tests.acceptance.command_line import CommandLine, Outcome
from tests.support.accounts import variables_of
from tests.support.archiving import archive_pass, archived, has_run, remove
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.workflows.lives import (
    choosy_world,
    ended,
    two_runs,
)
from workflows.archive import Archive


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kept(shared: SharedServers) -> AsyncIterator[World]:
    """A world whose Temporal removes a history as soon as it may."""
    async with choosy_world(shared) as (world, _):
        yield world


def files(world: World, registration_id: str) -> list[Path]:
    return sorted((world.folder / "archive").glob(f"*/{registration_id}/*"))


def without_sources(life: Timeline) -> Timeline:
    runs = tuple(replace(run, source=Source.TEMPORAL) for run in life.runs)
    return replace(life, runs=runs, as_of=datetime.min.replace(tzinfo=UTC))


async def test_a_removed_history_is_read_from_the_archive_as_if_nothing_had_happened(kept: World) -> None:
    """A whole life, erased, of which Temporal has no run any more: timeline and replay say what they said."""
    registration_id = await ended(kept)
    await archived(kept, registration_id, 2)
    before, replayed = await kept.audit.timeline(registration_id), await kept.audit.replay(registration_id)
    assert [run.source for run in before.runs] == [Source.TEMPORAL] * 2
    await remove(kept, registration_id, [run.run_id for run in before.runs])
    after = await kept.audit.timeline(registration_id)
    assert [run.source for run in after.runs] == [Source.ARCHIVE] * 2
    assert without_sources(after) == without_sources(before)
    again = await kept.audit.replay(registration_id)
    assert [outcome.holds for outcome in again] == [outcome.holds for outcome in replayed] == [True, True]


async def test_a_running_life_reads_its_earlier_run_from_the_archive(kept: World) -> None:
    registration_id = await two_runs(kept)
    await archived(kept, registration_id, 1)
    before = await kept.audit.timeline(registration_id)
    await remove(kept, registration_id, [before.runs[0].run_id])
    after = await kept.audit.timeline(registration_id)
    assert [(run.source, run.outcome) for run in after.runs] == [
        (Source.ARCHIVE, "CONTINUED_AS_NEW"),
        (Source.TEMPORAL, "RUNNING"),
    ]
    assert without_sources(after) == without_sources(before)
    assert all(outcome.holds for outcome in await kept.audit.replay(registration_id))


async def test_a_history_that_nobody_kept_is_named_and_the_record_is_told_all_the_same(kept: World) -> None:
    registration_id = await two_runs(kept)
    before = await kept.audit.timeline(registration_id)
    await remove(kept, registration_id, [before.runs[0].run_id])
    after = await kept.audit.timeline(registration_id)
    assert [(run.run_id, run.source) for run in after.runs] == [
        (before.runs[0].run_id, Source.MISSING),
        (before.runs[1].run_id, Source.TEMPORAL),
    ]
    assert [entry for entry in after.entries if entry.sequence] == [entry for entry in before.entries if entry.sequence]
    lost, present = await kept.audit.replay(registration_id)
    assert present.holds
    assert not lost.holds
    assert lost.sentence
    assert lost.run.run_id in str(lost.sentence)


async def test_what_is_kept_is_written_once_and_never_again(kept: World) -> None:
    registration_id = await two_runs(kept)
    first = await archive_pass(kept)
    assert first.runs.stored >= 1
    (file,) = files(kept, registration_id)
    assert file.stat().st_mode & 0o777 == 0o444
    content, written_at = file.read_bytes(), file.stat().st_mtime_ns
    again = await archive_pass(kept)
    assert (again.runs.stored, again.runs.known >= 1) == (0, True)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (content, written_at)
    assert WORKFLOW_TYPE.encode() in gzip.decompress(content)


async def test_a_file_that_is_not_the_history_of_its_name_is_named_as_damaged(kept: World) -> None:
    """Cut off, or another registration's: neither passes for the history."""
    registration_id, other = await two_runs(kept), await two_runs(kept)
    await archived(kept, registration_id, 1)
    await archived(kept, other, 1)
    (run, _) = (await kept.audit.timeline(registration_id)).runs
    await remove(kept, registration_id, [run.run_id])
    (file,), (foreign,) = files(kept, registration_id), files(kept, other)
    whole = file.read_bytes()
    for content in (whole[:-100], foreign.read_bytes()):
        file.unlink()
        file.write_bytes(content)
        damaged = (await kept.audit.timeline(registration_id)).runs[0]
        assert (damaged.run_id, damaged.source) == (run.run_id, Source.DAMAGED)
    file.write_bytes(whole)
    assert (await kept.audit.timeline(registration_id)).runs[0].source is Source.ARCHIVE


async def test_without_a_folder_a_pass_says_so_and_does_not_pretend_to_have_looked(kept: World) -> None:
    """So the first pass that has a folder begins at the beginning."""
    async with Worker(
        kept.client,
        task_queue="without-archive",
        workflows=[Archive],
        activities=[ArchiveActivities(None).archive_finished],
        workflow_runner=SANDBOX,
    ):
        done = await kept.client.execute_workflow(
            ARCHIVE_WORKFLOW_TYPE, id="archive-without", task_queue="without-archive", result_type=Archived
        )
    assert done == Archived(RunCounts(), None)


async def test_the_schedule_looks_back_a_little_beyond_its_last_pass(kept: World) -> None:
    """Each hour; the second pass does not read everything again, and overlaps the first."""
    schedule = kept.client.get_schedule_handle(ARCHIVE_ID)
    spec = (await schedule.describe()).schedule.spec
    assert [interval.every for interval in spec.intervals] == [timedelta(hours=1)]
    since, until = [], []
    for number in (1, 2):
        await schedule.trigger()
        async with asyncio.timeout(SOON_SECONDS):
            while not await has_run(schedule, number):  # noqa: ASYNC110  a schedule sends no event
                await asyncio.sleep(0.1)
        action = (await schedule.describe()).info.recent_actions[-1].action
        assert isinstance(action, ScheduleActionExecutionStartWorkflow)
        handle = kept.client.get_workflow_handle(
            action.workflow_id, run_id=action.first_execution_run_id, result_type=Archived
        )
        until.append((await handle.result()).checked_until)
        given = next(
            event.activity_task_scheduled_event_attributes.input.payloads[0].data
            for event in (await handle.fetch_history()).events
            if event.HasField("activity_task_scheduled_event_attributes")
        )
        since.append(datetime.fromisoformat(json.loads(given)["since"]))
    assert since[0].year == 2000
    assert until[0] is not None
    assert until[0] - since[1] == timedelta(hours=6)


async def test_what_a_killed_pass_left_half_written_is_no_history(kept: World) -> None:
    """Only the name that appears at the end is one; the next pass keeps the run all the same."""
    registration_id = await two_runs(kept)
    folder = kept.folder / "archive" / registration_id[-4:] / registration_id
    folder.mkdir(parents=True)
    (folder / ".half.new").write_bytes(b"half")
    await archive_pass(kept)
    assert [run.source for run in (await kept.audit.timeline(registration_id)).runs] == [Source.TEMPORAL] * 2
    assert len([file for file in files(kept, registration_id) if not file.name.startswith(".")]) == 1


async def test_a_workflow_whose_id_is_a_path_writes_nothing_and_holds_nothing_up(kept: World) -> None:
    """Whoever writes to Temporal directly chooses ids; they are no names of files."""
    for name in ("../../outside", "../x", "no-uuid", ""):
        stranger = await kept.client.start_workflow(WORKFLOW_TYPE, id=f"registration-{name}", task_queue="nobody")
        await stranger.terminate()
    registration_id = await two_runs(kept)
    await archive_pass(kept)
    assert len(files(kept, registration_id)) == 1
    kept_files = [file for file in (kept.folder / "archive").rglob("*") if file.is_file()]
    assert all(str(UUID(file.parent.name)) == file.parent.name for file in kept_files)
    assert not (kept.folder / "outside").exists()
    assert not (kept.folder.parent / "outside").exists()


async def test_the_gate_before_an_upgrade_replays_what_is_open_and_what_is_kept(kept: World, tmp_path: Path) -> None:
    """It says how many of which kind, and names what does not replay; it opens no database."""
    closed_id = await ended(kept)
    await archived(kept, closed_id, 2)
    open_id, _ = await kept.temporary()
    await asyncio.to_thread(shutil.copytree, kept.folder / "archive", copy := tmp_path / "archive")
    variables = variables_of(kept) | {
        "UGYFELKAPU_DATABASE_URL": "postgresql://127.0.0.1:1/none",
        "UGYFELKAPU_ARCHIVE_FOLDER": str(copy),
    }

    async def terminal(*arguments: str) -> Outcome:
        return await asyncio.to_thread(CommandLine(tmp_path, variables), "admin", "replay-sample", *arguments)

    async def is_found() -> bool:
        query = f"WorkflowId = '{kept.handle(open_id).id}' AND RegistrationStatus = 'TEMPORARY'"
        return (await kept.client.count_workflows(query)).count == 1

    await eventually(is_found, within_seconds=SOON_SECONDS)
    sample = (await terminal("1000", "--json")).data
    counts = {(each["source"], each["kind"]): each["replayed"] for each in sample["counts"]}
    assert (sample["holds"], sample["failures"]) == (True, [])
    assert {(Source.TEMPORAL, "TEMPORARY"), (Source.ARCHIVE, "COMPLETED"), (Source.ARCHIVE, "CONTINUED_AS_NEW")} <= set(
        counts
    )
    few = (await terminal("1", "--json")).data
    assert sum(each["replayed"] for each in few["counts"] if each["source"] == Source.ARCHIVE) == 1
    damaged = next(copy.glob(f"*/{closed_id}/*"))
    damaged.unlink()
    damaged.write_bytes(b"no history")
    told, listed = await terminal("1000"), await terminal("1000", "--json")
    assert (told.status, listed.status) == (1, 1)
    assert closed_id in told.output
    assert "Runs that do not follow from the present code" in told.error
    (failure,) = json.loads(listed.output)["failures"]
    assert (failure["registration_id"], failure["source"]) == (closed_id, Source.DAMAGED)
    assert failure["sentence"].endswith("its file in the archive cannot be read.")
    (await terminal("1001")).refused(2, "at most 1000")
    assert not ReplaySample.of("a build", [], ENGLISH).holds
