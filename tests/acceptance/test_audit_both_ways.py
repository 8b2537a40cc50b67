"""A record that was tampered with, a proof, histories that Temporal has no more: what an auditor sees, both ways."""

import asyncio
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest_asyncio
from temporalio.worker import Worker

from activities.record import RecordActivities
from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.names import REGISTRATION_QUEUE, WORKFLOW_TYPE, workflow_id
from registration.policy import Policy
from registration.record import fold
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import account
from starter.dev.standing import SOURCE
from store.accounts import Account
from store.rows import state_of
from temporal.sandbox import SANDBOX
from tests.replay.incompatible import Impatient
from tests.support.archiving import archived, remove
from tests.support.desk import auditor
from tests.support.proofs import SCRIPT, not_proven
from tests.support.servers import SharedServers
from tests.support.ways import Ways, both_ways
from tests.workflows.lives import ended, quiet

FOR_EVER: Final = datetime(2999, 1, 1, tzinfo=UTC)
OPERATOR: Final = Actor(ActorKind.OPERATOR, "operator-1")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ways(shared: SharedServers) -> AsyncIterator[Ways]:
    """Of a Temporal server that removes a history as soon as it may."""
    async with both_ways(shared) as found:
        yield found


def record(registration_id: str, what: str) -> str:
    return f"/v1/audit/registrations/{registration_id}/{what}"


@asynccontextmanager
async def edited(ways: Ways, registration_id: str) -> AsyncIterator[None]:
    """As the database's owner: another clerk has verified the identity. Undone afterwards."""
    swap = "update events set body = replace(body, $2, $3) where registration_id = $1 and sequence = 3"
    await ways.world.sql(swap, registration_id, "clerk-7", "clerk-8")
    yield
    await ways.world.sql(swap, registration_id, "clerk-8", "clerk-7")


async def test_an_edited_event_is_named_and_the_exit_status_says_so(ways: Ways) -> None:
    """Of the one registration and of the whole record, for people and for programs; whole before and after."""
    registration_id, _ = await ways.world.active()
    await ways.world.active()
    await quiet(ways.world, registration_id)
    assert (await ways.command("audit", "checkpoint")).status == 0
    before = (await ways.command("audit", "verify", "--all", "--json")).data
    assert (before["whole"], before["findings"], before["events"]) == (True, [], 6)
    async with edited(ways, registration_id):
        one, everything, shown = await asyncio.gather(
            ways.command("audit", "verify", registration_id, "--json"),
            ways.command("audit", "verify", "--all", "--json"),
            ways.command("audit", "verify", "--all"),
        )
        answer = (await auditor(ways.api).get(record(registration_id, "verification"))).json()
    assert [each.status for each in (one, everything, shown)] == [1, 1, 1]
    findings = json.loads(one.output)["findings"]
    assert (3, "EVENT_ALTERED") in {(finding["sequence"], finding["kind"]) for finding in findings}
    assert {finding["about"] for finding in findings} == {registration_id}
    for report in (json.loads(one.output), json.loads(everything.output), answer):
        assert (report["whole"], report["findings"]) == (False, findings)
    lines = [line for line in shown.output.splitlines() if line.startswith(registration_id)]
    assert len(lines) == len(findings)
    assert any(line.startswith(f"{registration_id} #3  EVENT_ALTERED  ") for line in lines)
    after = await ways.command("audit", "verify", "--all")
    assert (after.status, registration_id in after.output) == (0, False)


async def test_a_printed_proof_is_accepted_by_the_script_and_refused_with_one_byte_changed(
    ways: Ways, tmp_path: Path
) -> None:
    """Piped from the one into the other, with the key that the auditor has kept; the same proof comes from the API."""
    registration_id, _ = await ways.world.active()
    await quiet(ways.world, registration_id)
    made = (await ways.command("audit", "checkpoint", "--json")).data
    key = (await ways.command("audit", "keys", "--json")).data["keys"][0]["hex"]
    printed = await ways.command("audit", "proof", registration_id, "--events")
    assert (printed.status, printed.error) == (0, "")
    right = piped(printed.output, key, tmp_path)
    assert (right.returncode, right.stderr) == (0, ""), right
    assert f"registration {registration_id} has 3 events" in right.stdout
    assert f"checkpoint {made['number']} " in right.stdout
    proof = printed.data
    (*_, head) = json.loads(proof["leaf"])
    checkpoint, signature = proof["document"]["checkpoint"], proof["document"]["signature"]
    for part in (checkpoint["root"], checkpoint["at"], signature, key, head, proof["path"][0], "clerk-7", '"index": '):
        changed = with_one_byte_changed(printed.output, part)
        wrong = piped(changed, key, tmp_path)
        assert not_proven(wrong), (part, wrong)
    answer = await auditor(ways.api).get(record(registration_id, "proof"), events="true")
    assert answer.json() == proof
    assert piped(answer.text, key, tmp_path).returncode == 0
    assert piped(with_one_byte_changed(answer.text, head), key, tmp_path).returncode == 1


def piped(proof: str, key: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the stand-alone script says of a proof on its standard input."""
    command = [sys.executable, "-I", str(SCRIPT), "/dev/stdin", key]
    return subprocess.run(command, cwd=folder, input=proof, capture_output=True, text=True, check=False)


def with_one_byte_changed(text: str, part: str) -> str:
    """The last letter or digit of a part, or the one behind it, is another one; the rest is as it was."""
    assert part in text, part
    place = text.index(part) + len(part) - (1 if part[-1].isalnum() else 0)
    changed = text[:place] + ("1" if text[place] != "1" else "2") + text[place + 1 :]
    assert sum(old != new for old, new in zip(text, changed, strict=True)) == 1
    return changed


async def test_what_retention_removed_is_told_as_if_nothing_had_happened(ways: Ways) -> None:
    """Timeline, replay and verification of a whole life in two runs, of which Temporal has none any more."""
    registration_id = await ended(ways.world)
    await archived(ways.world, registration_id, 2)
    before = await life(ways, registration_id)
    assert sources(before) == ["TEMPORAL"] * 8
    runs = before["timeline"]["runs"]
    assert [run["outcome"] for run in runs] == ["CONTINUED_AS_NEW", "COMPLETED"]
    assert [entry["kind"] for entry in before["timeline"]["entries"] if entry["sequence"]][-1] == "PERSONAL_DATA_ERASED"
    assert [run["holds"] for run in before["replay"]["runs"]] == [True, True]
    assert before["replay over http"]["holds"]
    for way in ("verification", "verification over http"):
        assert (before[way]["whole"], before[way]["findings"], before[way]["histories"]) == (True, [], 1), before[way]
    await remove(ways.world, registration_id, [run["run_id"] for run in runs])
    after = await life(ways, registration_id)
    assert sources(after) == ["ARCHIVE"] * 8
    assert without_sources(after) == without_sources(before)


async def life(ways: Ways, registration_id: str) -> dict[str, Any]:
    """What either way tells of a life: its timeline, its replay, its verification."""
    timeline, replay, verified = await asyncio.gather(
        ways.command("audit", "timeline", registration_id, "--json", "--csv", "life.csv"),
        ways.command("audit", "replay", registration_id, "--json"),
        ways.command("audit", "verify", registration_id, "--json"),
    )
    asked, http = auditor(ways.api), {}
    for what in ("timeline", "replay", "verification"):
        answer = await asked.get(record(registration_id, what))
        assert answer.status_code == 200, answer.text
        http[f"{what} over http"] = answer.json()
    lines = await asked.get(record(registration_id, "timeline"), accept="text/csv")
    return http | {
        "timeline": timeline.data,
        "lines": list(csv.DictReader(io.StringIO((ways.folder / "life.csv").read_text(encoding="utf-8")))),
        "lines over http": list(csv.DictReader(io.StringIO(lines.text))),
        "replay": replay.data,
        "verification": verified.data,
    }


def sources(value: Any) -> list[str]:  # noqa: ANN401  JSON
    """Where each run that is named was read from."""
    if isinstance(value, dict):
        own = [value["source"]] if "source" in value else []
        return own + sources(list(value.values()))
    return [source for part in value for source in sources(part)] if isinstance(value, list) else []


def without_sources(value: Any) -> Any:  # noqa: ANN401  JSON
    """The same without where from and as of when."""
    if isinstance(value, dict):
        return {key: without_sources(part) for key, part in value.items() if key not in {"source", "as_of"}}
    return [without_sources(part) for part in value] if isinstance(value, list) else value


async def test_a_worker_of_other_rules_is_named_by_the_replay_of_what_it_did(ways: Ways) -> None:
    """Somebody ran code that is not this project's; the record in PostgreSQL looks as it should."""
    registration_id = await lived_by_other_rules(ways.world)
    assert [event.kind for event in await ways.world.audit.events(registration_id)] == ["REGISTRATION_IMPORTED"]
    words = "at event 5 the history says TimerStarted; the present code says"
    await is_named(ways, registration_id, words, differing=1, runs=1)


async def test_a_workflow_started_anew_with_a_past_of_its_own_is_named(ways: Ways) -> None:
    """Written to Temporal directly: the life goes on with a password that is valid for ever, and no event says why."""
    registration_id = await started_anew(ways.world)
    described = (await auditor(ways.api).get(record(registration_id, "description"))).json()
    assert (described["status"], described["password_valid_until"][:4]) == ("ACTIVE", "2999")
    words = "the history says snapshot.sequence = 3; the present code says snapshot.sequence = 0."
    await is_named(ways, registration_id, words, differing=1, runs=2)


async def is_named(ways: Ways, registration_id: str, words: str, *, differing: int, runs: int) -> None:
    """Both ways tell the last run, the event and both sides, in one sentence; the exit status is 1."""
    shown = await ways.command("audit", "replay", registration_id)
    assert (shown.status, "Traceback" in shown.error) == (1, False), shown
    assert shown.error.count("\n") == 1
    assert f"from the present code, or whose history is missing: {differing} of {runs}." in shown.error
    assert words in re.sub(r"[\s│]+", " ", shown.output)
    listed = await ways.command("audit", "replay", registration_id, "--json", "--lang", "hu")
    assert (listed.status, "nem következik a jelenlegi kódból" in listed.error) == (1, True)
    replayed = json.loads(listed.output)["runs"]
    assert [run["holds"] for run in replayed] == [True] * (runs - differing) + [False] * differing
    run_id = replayed[-1]["run"]["run_id"]
    answer = (await auditor(ways.api).get(record(registration_id, "replay"))).json()
    assert not answer["holds"]
    assert [run["holds"] for run in answer["runs"]] == [run["holds"] for run in replayed]
    assert replayed[-1]["sentence"].startswith(f"{run_id} futás: a története ")
    assert answer["runs"][-1]["sentence"].startswith(f"Run {run_id}: at event ")
    assert words in answer["runs"][-1]["sentence"]


async def lived_by_other_rules(world: World) -> str:
    """A registration whose workflow a worker with other code has run."""
    accounts, now = world.engine.accounts, datetime.now(UTC)
    taken_over = AccountForm.parse(account(password_hash=""), policy=Policy(), now=now)
    key = accounts.key_of(SOURCE, taken_over.form.user_name)
    await accounts.write([Account(key, taken_over, taken_over.password_valid_until)], OPERATOR, now)
    (row,) = await accounts.submitted([key.registration_id])
    async with Worker(
        world.client,
        task_queue="other-rules",
        workflows=[Impatient],
        activities=[RecordActivities(world.engine.writer).record],
        workflow_runner=SANDBOX,
    ):
        await world.client.start_workflow(
            WORKFLOW_TYPE, state_of(row, Policy()), id=workflow_id(key.registration_id), task_queue="other-rules"
        )
        await world.until(key.registration_id, Status.ACTIVE)
        await quiet(world, key.registration_id)
    return key.registration_id


async def started_anew(world: World) -> str:
    """An active registration, ended and started again in the middle of its life."""
    registration_id, _ = await world.active()
    await quiet(world, registration_id)
    row = await world.engine.reader.submission(registration_id)
    assert row
    forged = replace(fold(await world.audit.events(registration_id)), deadline=FOR_EVER, password_valid_until=FOR_EVER)
    await world.handle(registration_id).terminate()
    state = replace(state_of(row, Policy()), snapshot=forged)
    await world.client.start_workflow(
        WORKFLOW_TYPE, state, id=workflow_id(registration_id), task_queue=REGISTRATION_QUEUE
    )
    await quiet(world, registration_id)
    return registration_id
