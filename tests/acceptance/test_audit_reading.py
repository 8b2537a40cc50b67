"""What an auditor reads: timeline, explanation, replay and counts, on the real servers and from the command line."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from registration.errors import BeforeTheBeginning, InvalidInput, NotFound
from registration.letters import LetterKind
from registration.messages import ActorKind
from registration.record import EventKind
from registration.statuses import Status
from registration.timeline import Source
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, form
from tests.acceptance.command_line import CommandLine, Outcome
from tests.support.accounts import variables_of
from tests.support.servers import SharedServers
from tests.workflows.lives import another_run, choosy_world, let_run_age, quiet, renew, run_id, to_deadline

Auditor = Callable[..., Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def read(shared: SharedServers) -> AsyncIterator[World]:
    """A world of its own, whose registrations can be counted and whose inbox refuses some."""
    async with choosy_world(shared) as (world, _):
        yield world


@pytest.fixture
def auditor(read: World, tmp_path: Path) -> Auditor:
    """`ugyfelkapu audit …` in a folder of its own."""
    line = CommandLine(tmp_path, variables_of(read) | {"UGYFELKAPU_LANG": "hu"})

    async def audit(*arguments: str) -> Outcome:
        return await asyncio.to_thread(line, "audit", *arguments)

    return audit


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole_life(read: World) -> str:
    """Two runs: online, temporary, a dead address, active, expired, renewed; then closed and erased."""
    registration_id, filled = await read.temporary()
    await read.desk.verify_identity(registration_id, EVIDENCE)
    await let_run_age(read, registration_id)
    first = await run_id(read, registration_id)
    await to_deadline(read, registration_id, Status.PASSWORD_EXPIRED)
    await quiet(read, registration_id)
    await renew(read, filled, len(read.letters(filled["email"])) + 1)
    await another_run(read, registration_id, first)
    await let_run_age(read, registration_id)
    await read.desk.disclose(registration_id, EVIDENCE)
    await read.desk.change_email(registration_id, f"refused.{filled['email']}", EVIDENCE)
    await quiet(read, registration_id)
    await read.desk.close(registration_id, EVIDENCE)
    await asyncio.wait_for(read.handle(registration_id).result(), SOON_SECONDS)
    return registration_id


KINDS = [
    EventKind.REGISTRATION_OPENED,
    EventKind.CODE_REDEEMED,
    EventKind.IDENTITY_VERIFIED,
    EventKind.PASSWORD_EXPIRED,
    EventKind.CODE_ISSUED,
    EventKind.CODE_REDEEMED,
    EventKind.DATA_DISCLOSED,
    EventKind.EMAIL_CHANGED,
    EventKind.LETTER_UNDELIVERED,
    EventKind.REGISTRATION_CLOSED,
    EventKind.LETTER_UNDELIVERED,
    EventKind.PERSONAL_DATA_ERASED,
]


async def test_a_timeline_tells_a_whole_life_over_all_runs_also_once_it_is_erased(read: World, whole_life: str) -> None:
    life = await read.audit.timeline(whole_life)
    events = [entry for entry in life.entries if entry.sequence]
    assert [event.kind for event in events] == KINDS
    assert [event.hash for event in events] == [event.hash() for event in await read.audit.events(whole_life)]
    verified = events[2]
    assert verified.actor
    assert (verified.actor.kind, verified.actor.id, verified.actor.office) == (ActorKind.CLERK, "clerk-7", "1051")
    assert verified.why
    assert verified.why.rules == ("S2", "S3")
    assert verified.evidence
    assert (life.status, life.deadline) == (Status.CLOSED, None)
    assert [(run.source, run.outcome) for run in life.runs] == [
        (Source.TEMPORAL, "CONTINUED_AS_NEW"),
        (Source.TEMPORAL, "COMPLETED"),
    ]
    assert life.runs[0].closed
    assert life.runs[1].started
    assert life.runs[0].closed <= life.runs[1].started


async def test_letters_stand_in_the_line_where_they_left_with_what_came_of_them(read: World, whole_life: str) -> None:
    """Also in skipped time, where a worker's clock is years behind the registration's."""
    life = await read.audit.timeline(whole_life)
    assert [entry.at for entry in life.entries] == sorted(entry.at for entry in life.entries)
    letters = [(entry.letter.kind, entry.letter.days) for entry in life.entries if entry.letter]
    for wanted in [(LetterKind.CODE_PASSWORD, None), (LetterKind.PASSWORD_EXPIRING, 30), (LetterKind.ACTIVE, None)]:
        assert wanted in letters
    unsent = {entry.letter.kind for entry in life.entries if entry.letter and not entry.letter.was_sent}
    assert unsent == {LetterKind.EMAIL_CHANGED_NEW, LetterKind.CLOSED}


async def test_a_moment_is_explained_from_the_command_line(read: World, whole_life: str, auditor: Auditor) -> None:
    opened = (await read.audit.events(whole_life))[0].at
    at = (opened + timedelta(days=365)).isoformat()
    found = (await auditor("explain", whole_life, "--at", at, "--json")).data
    assert (found["status"], found["because"], found["rules"]) == ("ACTIVE", "IDENTITY_VERIFIED", ["S2", "S3"])
    assert found["actor_id"] == "clerk-7"
    assert found["next_step"].startswith("levél megy ki")
    explained = await auditor("explain", whole_life, "--at", at)
    assert explained.status == 0
    for words in ("aktív (ACTIVE)", "Az ügyintéző ellenőrizte a személyazonosságot.", "S2, S3", "clerk-7", "1051"):
        assert words in explained.output
    english = await auditor("explain", whole_life, "--at", at, "--lang", "en")
    assert "A clerk verified the identity." in english.output


async def test_a_moment_before_the_beginning_is_refused_and_no_moment_is_bad_input(
    read: World, whole_life: str, auditor: Auditor
) -> None:
    with pytest.raises(BeforeTheBeginning):
        await read.audit.explain(whole_life, (await read.audit.events(whole_life))[0].at - timedelta(seconds=1))
    (await auditor("explain", whole_life, "--at", "2020-01-01")).refused(1, "még nem létezett")
    (await auditor("explain", whole_life, "--at", "yesterday")).refused(2, "--at")
    (await auditor("explain", "nobody.here", "--at", "2027-01-01")).refused(1, "Nincs ilyen regisztráció")


async def test_a_timeline_comes_as_table_json_csv_and_page(
    read: World, whole_life: str, auditor: Auditor, tmp_path: Path
) -> None:
    table = await auditor("timeline", whole_life)
    assert table.status == 0
    for words in ("megnyílt,", "S1", "clerk-7", "megszűnt", "CONTINUED_AS_NEW", "TEMPORAL"):
        assert words in table.output, words
    english = await auditor(
        "timeline", whole_life, "--json", "--csv", "life.csv", "--html", "life.html", "--lang", "en"
    )
    assert [entry["kind"] for entry in english.data["entries"] if entry["sequence"]] == KINDS
    rows = list(csv.DictReader(io.StringIO((tmp_path / "life.csv").read_text(encoding="utf-8"))))
    assert [row["kind"] for row in rows if row["sequence"]] == KINDS
    assert rows[0]["happened"] == "The registration was opened and its code went out."
    assert {row["letter_outcome"] for row in rows if not row["sequence"]} > {"SENT"}
    text = (tmp_path / "life.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "</svg>" in text
    named = await auditor("timeline", whole_life, "--html", "page.html")
    assert named.output.split() == ["lap", "page.html"]
    assert (await auditor("timeline", whole_life, "--html", "-")).output.rstrip().endswith("</html>")
    (await auditor("timeline", whole_life, "--html", "no/such/folder.html")).refused(2, "--html")
    (await auditor("timeline", "nobody.here")).refused(1, "Nincs ilyen regisztráció")


async def test_no_form_of_a_timeline_names_the_person(read: World, auditor: Auditor, tmp_path: Path) -> None:
    """Of a registration that is not erased: the record never had the name, the address or the user name."""
    registration_id, filled = await read.active(family_name="Titkosné", mothers_birth_name="Rejtett Róza")
    life = await auditor("timeline", registration_id, "--json", "--csv", "life.csv", "--html", "life.html")
    shown = life.output + (tmp_path / "life.csv").read_text() + (tmp_path / "life.html").read_text()
    assert shown.count(registration_id) > 2
    for planted in ("Titkosné", "Rejtett", filled["email"], filled["user_name"]):
        assert planted not in shown


async def test_a_replay_of_the_whole_life_proves_it_from_the_command_line(whole_life: str, auditor: Auditor) -> None:
    replayed = await auditor("replay", whole_life)
    assert (replayed.status, replayed.error) == (0, "")
    assert replayed.output.count("✓") == 2


async def test_a_registration_is_found_by_its_user_name_too(read: World) -> None:
    registration_id, filled = await read.temporary()
    assert (await read.audit.timeline(filled["user_name"])).registration_id == registration_id
    with pytest.raises(NotFound):
        await read.audit.timeline("nobody.here")


async def test_registrations_are_counted_by_status_channel_office_and_month(
    read: World, whole_life: str, auditor: Auditor
) -> None:
    in_person = (await read.desk.register(filled := form(), EVIDENCE)).registration_id
    await read.redeem(filled, await read.code(filled["email"]))
    lapsing, _, _ = await read.registered()
    await to_deadline(read, lapsing, Status.LAPSED)
    before = (await auditor("statistics", "--json")).data
    month = (await read.audit.events(in_person))[0].at.strftime("%Y-%m")
    counts = [count for count in before["counts"] if count["office"] == "1051" and count["channel"] == "IN_PERSON"]
    assert counts == [
        {"month": month, "channel": "IN_PERSON", "office": "1051", "status": "ACTIVE", "registrations": 1}
    ]
    assert before["by_status"]["LAPSED"] == 1
    assert before["by_status"]["CLOSED"] == 1
    settled = before["registrations"] - sum(
        before["by_status"].get(status, 0) for status in ("SUBMITTED", "AWAITING_ACTIVATION", "TEMPORARY")
    )
    assert before["lapse_rate"] == pytest.approx(1 / settled)
    assert before["registrations"] == sum(before["by_month"].values()) == sum(before["by_office"].values())
    assert 0 < before["median_seconds_to_activation"] < 60
    assert before["undelivered_letters"] == {"EMAIL_CHANGED_NEW": 1, "CLOSED": 1}
    rows = list(csv.DictReader(io.StringIO((await auditor("statistics", "--csv", "-")).output)))
    assert sum(int(row["registrations"]) for row in rows) == before["registrations"]
    assert "elévült (LAPSED): 1" in (await auditor("statistics")).output
    nothing = await read.audit.statistics(until="2001-01")
    assert (nothing.registrations, nothing.lapse_rate, nothing.median_seconds_to_activation) == (0, None, None)
    assert (await read.audit.statistics(month, month)).registrations == before["registrations"]


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2026", None, "since"),
        ("2026-13", None, "since"),
        ("0001-01", None, "since"),
        (None, "november", "until"),
        ("2026-12", "2026-11", "until"),
    ],
)
async def test_a_span_that_is_none_is_bad_input(read: World, since: str | None, until: str | None, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await read.audit.statistics(since, until)
    assert refused.value.facts["field"] == field


async def test_bad_input_on_the_command_line_is_one_sentence(auditor: Auditor) -> None:
    (await auditor("statistics", "--since", "2026")).refused(2, "since")
