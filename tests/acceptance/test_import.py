"""Accounts of an older system: taken over exactly once, living on with their passwords (`ugyfelkapu admin import`)."""

import asyncio
import csv
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from temporalio.testing import ActivityEnvironment

from activities.reconciliation import ReconciliationActivities
from registration import errors
from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.policy import Policy
from registration.record import EventKind
from registration.statuses import Status
from starter.gateway import AdministrationGateway
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan
from store.accounts import Account
from tests.acceptance.command_line import CommandLine, Outcome, command, environment_of
from tests.support.accounts import ARGON2, OLD_PASSWORD, SOURCE, account, day, variables_of, write
from tests.support.installation import eventually
from tests.support.world import CLIENT_ADDRESS, PASSWORD, World

LINES = 300
SOON_SECONDS = 60
LIVES: list[dict[str, str]] = [
    {"status": "ACTIVE"},
    {"status": "ACTIVE", "password_hash": ARGON2},
    {"status": "ACTIVE", "password_hash": ""},
    {"status": "PASSWORD_EXPIRED", "password_valid_until": day(-10)},
    {"status": "INACTIVE", "password_valid_until": day(-1000)},
    {"status": "TEMPORARY", "channel": "ONLINE", "identity_verified": "false"},
]


async def imported(world: World, path: Path, *options: str) -> Outcome:
    """`ugyfelkapu admin import` to its end."""
    line = CommandLine(path.parent, variables_of(world))
    arguments = ("admin", "import", path.name, "--source", SOURCE, "--json", *options)
    return await asyncio.to_thread(line, *arguments)


def killed_soon(world: World, path: Path, *options: str) -> "subprocess.Popen[bytes]":
    """The same, to be killed."""
    return subprocess.Popen(
        command("admin", "import", path.name, "--source", SOURCE, *options),
        cwd=path.parent,
        env=environment_of(**variables_of(world)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def rows(world: World, sql: str, *arguments: object) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(world.addresses.database)
    try:
        return [dict(row) for row in await connection.fetch(sql, *arguments)]
    finally:
        await connection.close()


def ids_of(world: World, lines: Sequence[dict[str, str]]) -> list[str]:
    return [world.gateway.accounts.key_of(SOURCE, line["user_name"]).registration_id for line in lines]


async def all_recorded(world: World, ids: Sequence[str]) -> None:
    async def none_waits() -> bool:
        found = await rows(
            world, "select count(*) from registrations where id = any($1::uuid[]) and sequence > 0", list(ids)
        )
        return bool(found[0]["count"] == len(ids))

    await eventually(none_waits, within_seconds=SOON_SECONDS)


async def test_an_import_that_is_killed_and_run_again_takes_over_each_account_exactly_once(
    world: World, tmp_path: Path
) -> None:
    """300 accounts, killed in the middle of its starts with rows written and not started, then run twice more."""
    lines = [account(**LIVES[number % len(LIVES)]) for number in range(LINES)]
    path, ids = write(tmp_path / "accounts.csv", lines), ids_of(world, lines)
    process = killed_soon(world, path, "--rate", "5")
    try:

        async def some_are_started() -> bool:
            found = await rows(
                world, "select count(*) from registrations where id = any($1::uuid[]) and sequence > 0", ids
            )
            return bool(found[0]["count"] >= 10)

        await eventually(some_are_started, within_seconds=SOON_SECONDS)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = await rows(world, "select status from registrations where id = any($1::uuid[])", ids)
    written, waiting = len(before), sum(row["status"] == "SUBMITTED" for row in before)
    assert 0 < waiting < written < LINES

    again = (await imported(world, path)).data
    assert (again["lines"], again["refused"]) == (LINES, 0)
    assert (again["already_there"], again["taken_over"]) == (written, LINES - written)
    assert LINES - written < again["started"] <= LINES - written + waiting
    await all_recorded(world, ids)
    third = (await imported(world, path)).data
    assert (third["already_there"], third["taken_over"], third["started"], third["refused"]) == (LINES, 0, 0, 0)

    found = await rows(world, "select id, status, identity_verified from registrations where id = any($1::uuid[])", ids)
    stored = {str(row["id"]): (row["status"], row["identity_verified"]) for row in found}
    assert stored == {
        registration_id: (line["status"], line["identity_verified"] == "true")
        for registration_id, line in zip(ids, lines, strict=True)
    }
    events = await rows(
        world, "select registration_id, kind, sequence from events where registration_id = any($1::uuid[])", ids
    )
    assert Counter((row["kind"], row["sequence"]) for row in events) == {(EventKind.REGISTRATION_IMPORTED, 1): LINES}
    credentials = await rows(
        world, "select registration_id, state from credentials where registration_id = any($1::uuid[])", ids
    )
    with_password = sum(bool(line["password_hash"]) for line in lines)
    assert Counter(row["state"] for row in credentials) == {"ADOPTED": with_password}
    for registration_id in ids[:: len(LIVES) + 1]:
        description = await world.audit.describe(registration_id)
        assert (description.status, description.sequence) == (stored[registration_id][0], 1)
        event = (await world.audit.events(registration_id))[0]
        assert event.actor == Actor(ActorKind.OPERATOR, "operator-1")
    assert not any(world.letters(line["email"]) for line in lines[:12])


async def take(world: World, *lines: dict[str, str], **plan: Any) -> list[str]:  # noqa: ANN401  any field of the plan
    """Takes lines over through the gateway; the registrations' ids."""
    importing = AccountImport(world.gateway, "operator-1", ImportPlan(SOURCE, **plan))
    outcome = await importing.take([CsvLine(number, line) for number, line in enumerate(lines, 2)])
    assert outcome.refused == ()
    assert outcome.taken_over == outcome.started == len(lines)
    ids = ids_of(world, lines)
    await all_recorded(world, ids)
    return ids


async def hash_of(world: World, registration_id: str) -> str:
    password = await world.gateway.reader.password(registration_id)
    assert password
    return password.hash


@pytest.mark.parametrize("password_hash", [account()["password_hash"], ARGON2], ids=["PBKDF2", "argon2"])
async def test_a_client_logs_in_with_the_old_password_and_its_hash_becomes_ours(
    world: World, password_hash: str
) -> None:
    line = account(password_hash=password_hash)
    (registration_id,) = await take(world, line)
    name = line["user_name"]
    with pytest.raises(errors.WrongPassword):
        await world.portal.authenticate(name, "nem ez a jelszó", client_address=CLIENT_ADDRESS)
    assert await hash_of(world, registration_id) == password_hash
    session = await world.portal.authenticate(name, OLD_PASSWORD, client_address=CLIENT_ADDRESS)
    assert (session.registration_id, session.status) == (registration_id, Status.ACTIVE)
    ours = await hash_of(world, registration_id)
    assert ours.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await world.portal.authenticate(name, OLD_PASSWORD, client_address=CLIENT_ADDRESS)
    assert await hash_of(world, registration_id) == ours
    changed = await world.portal.change_password(name, OLD_PASSWORD, PASSWORD, client_address=CLIENT_ADDRESS)
    assert changed.status is Status.ACTIVE
    with pytest.raises(errors.WrongPassword):
        await world.portal.authenticate(name, OLD_PASSWORD, client_address=CLIENT_ADDRESS)


async def test_a_client_whose_old_password_was_not_exported_requests_a_code(world: World) -> None:
    line = account(password_hash="")
    (registration_id,) = await take(world, line)
    with pytest.raises(errors.WrongPassword):
        await world.portal.authenticate(line["user_name"], OLD_PASSWORD, client_address=CLIENT_ADDRESS)
    await world.portal.request_code(line["user_name"], line["email"], client_address=CLIENT_ADDRESS)
    code = await world.code(line["email"])
    assert (await world.redeem(line, code)).status is Status.ACTIVE
    with pytest.raises(errors.CodeNotLive):
        await world.redeem(line, code, password="Egészen más 5")
    assert (await world.audit.snapshot(registration_id)).status is Status.ACTIVE


async def test_a_dead_code_of_a_client_who_still_has_the_old_password_is_refused_as_any(world: World) -> None:
    """The adopted credential came with the file, not with a redemption: it answers for no code."""
    line = account()
    (registration_id,) = await take(world, line)
    await world.portal.request_code(line["user_name"], line["email"], client_address=CLIENT_ADDRESS)
    code = await world.code(line["email"])
    await world.forward(registration_id, timedelta(days=6))
    with pytest.raises(errors.CodeNotLive):
        await world.redeem(line, code)


async def test_an_imported_password_expires_at_its_own_date_after_the_reminders(world: World) -> None:
    line = account(password_valid_until=day(90))
    (registration_id,) = await take(world, line)
    expires = (await world.audit.describe(registration_id)).deadline
    assert expires
    assert expires.astimezone(UTC).date() == datetime.fromisoformat(day(90)).date()
    await world.forward_to(registration_id, expires - timedelta(seconds=5))
    assert (await world.until(registration_id, Status.ACTIVE)).sequence == 1
    assert len(world.letters(line["email"])) == 3
    await world.forward_to(registration_id, expires + timedelta(seconds=5))
    expired = await world.until(registration_id, Status.PASSWORD_EXPIRED)
    assert expired.deadline == expires + timedelta(days=60)
    with pytest.raises(errors.RequestACode):
        await world.portal.authenticate(line["user_name"], OLD_PASSWORD, client_address=CLIENT_ADDRESS)


async def test_a_password_that_expired_between_export_and_import_expires_at_once(world: World) -> None:
    """The grace counts from its own date, and the letter tells the client what remains of it."""
    line = account(password_valid_until=day(-2))
    (registration_id,) = await take(world, line)
    expired = await world.until(registration_id, Status.PASSWORD_EXPIRED)
    assert expired.deadline
    assert expired.password_valid_until
    assert expired.deadline == expired.password_valid_until + timedelta(days=60)
    assert await world.letter(line["email"], 1)


async def test_expiries_are_spread_only_later_and_the_same_in_every_run(world: World) -> None:
    """Those that lie ahead; what has passed stays."""
    given = datetime.fromisoformat(f"{day(300)}T12:00:00+00:00")
    lines = [account(password_valid_until=given.isoformat()) for _ in range(20)]
    passed = account(password_valid_until=day(-2))
    ids = await take(world, *lines, passed, spread_days=30)
    found = await rows(world, "select id, password_valid_until from registrations where id = any($1::uuid[])", ids)
    spread = {str(row["id"]): row["password_valid_until"] - given for row in found if str(row["id"]) != ids[-1]}
    assert all(timedelta() <= later <= timedelta(days=30) for later in spread.values())
    assert len({later.days for later in spread.values()}) > 5
    assert await world.until(ids[-1], Status.PASSWORD_EXPIRED)
    importing = AccountImport(world.gateway, "operator-2", ImportPlan(SOURCE, spread_days=30))
    key = world.gateway.accounts.key_of(SOURCE, lines[0]["user_name"])
    account_form = AccountForm.parse(lines[0], policy=Policy(), now=datetime.now(UTC))
    assert importing._valid_until(key, account_form, datetime.now(UTC)) == given + spread[ids[0]]


async def test_a_dry_run_finds_everything_and_changes_nothing(world: World, tmp_path: Path) -> None:
    """Refused lines, with line number, field and rule and never the value; then the good ones are taken over."""
    _, taken, _ = await world.registered()
    good = [account(), account()]
    lines = [
        good[0],
        account(user_name="nem-jó név"),
        account(user_name=good[0]["user_name"].upper()),
        account(user_name=taken["user_name"]),
        account(password_valid_until=day(-61)),
        account(email="nincs-kukac"),
        account(password_hash="$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m"),
        good[1],
        account(password_hash="$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5Q"),
    ]
    path = write(tmp_path / "accounts.csv", lines)
    with path.open("a", encoding="utf-8") as file:
        file.write("csak,ennyi\n")
    before = await rows(world, "select id, head from registrations order by id")
    dry = await imported(world, path, "--dry-run")
    assert dry.status == 1
    assert "8 lines were refused" in dry.error
    assert await rows(world, "select id, head from registrations order by id") == before
    report = tmp_path / "accounts.csv.refused.csv"
    listed = list(csv.DictReader(report.read_text(encoding="utf-8").splitlines()))
    assert [(int(line["line"]), line["field"], line["rule"]) for line in listed] == [
        (3, "user_name", "USER_NAME_CHARACTERS"),
        (4, "user_name", "REPEATED"),
        (5, "user_name", "UserNameTaken"),
        (6, "password_valid_until", "LONG_PAST"),
        (7, "email", "EMAIL"),
        (8, "password_hash", "HASH"),
        (10, "password_hash", "HASH_COST"),
        (11, "line", "CSV_LINE"),
    ]
    assert listed[1]["sentence"] == "user_name: stands on line 2 already."
    values = {value for line in lines for name, value in line.items() if name in {"user_name", "email"}}
    assert not any(value in report.read_text(encoding="utf-8") for value in values)
    wet = await imported(world, path)
    assert wet.status == 1
    ids = ids_of(world, good)
    await all_recorded(world, ids)
    after = await rows(world, "select id from registrations order by id")
    assert {str(row["id"]) for row in after} - {str(row["id"]) for row in before} == set(ids)


async def test_an_account_s_person_address_and_hash_stand_in_no_history_no_id_and_no_row_in_clear(world: World) -> None:
    """Principle 5; the hash of the password stands in its own column only."""
    line = account(user_name="Ültetett.Fiók", email="ultetett@example.org", birth_place="Hódmezővásárhelykutas")
    (registration_id,) = await take(world, line)
    history = (await world.handle(registration_id).fetch_history()).to_json()
    tables = ("registrations", "events", "persons", "emails")
    stored = [
        str(await rows(world, f"select * from {table} where {column} = $1", registration_id))  # noqa: S608  our own names
        for table, column in zip(tables, ("id", "registration_id", "registration_id", "registration_id"), strict=True)
    ]
    planted = (line["user_name"], line["email"], line["birth_place"], line["password_hash"])
    assert not any(value in place for value in planted for place in (history, *stored))
    assert registration_id in history


async def test_what_was_refused_comes_with_the_next_run_once_it_is_mended(world: World, tmp_path: Path) -> None:
    lines = [account(), account(birth_date="1980-02-30"), account()]
    path = write(tmp_path / "accounts.csv", lines)
    assert (await imported(world, path)).status == 1
    lines[1]["birth_date"] = "1980-02-28"
    outcome = (await imported(world, write(path, lines))).data
    assert (outcome["already_there"], outcome["taken_over"], outcome["refused"]) == (2, 1, 0)
    await all_recorded(world, ids_of(world, lines))


async def test_the_same_user_name_of_two_older_systems_is_two_people_and_the_second_is_refused(world: World) -> None:
    line = account()
    await take(world, line)
    other = AccountImport(world.gateway, "operator-1", ImportPlan("other-portal"))
    outcome = await other.take([CsvLine(2, line)])
    assert [(refused.number, type(refused.refusal)) for refused in outcome.refused] == [(2, errors.UserNameTaken)]


async def test_a_line_that_was_taken_over_is_done_whatever_today_s_rules_say_of_it(world: World) -> None:
    """Such as a password that was valid when the first run was killed."""
    line = account()
    await take(world, line)
    importing = AccountImport(world.gateway, "operator-1", ImportPlan(SOURCE))
    outcome = await importing.take([CsvLine(2, line | {"password_valid_until": day(-100)})])
    assert (outcome.already_there, outcome.refused, outcome.started) == (1, (), 0)


async def test_reconciliation_starts_what_an_import_left_and_sends_no_message_for_its_password(world: World) -> None:
    """Principle 8: the workflow starts with the same state, and its first event adopts the password."""
    line, long_ago = account(status="INACTIVE", password_valid_until=day(-500)), datetime.now(UTC) - timedelta(hours=1)
    key = world.gateway.accounts.key_of(SOURCE, line["user_name"])
    checked = AccountForm.parse(line, policy=Policy(), now=long_ago)
    operator = Actor(ActorKind.OPERATOR, "operator-1")
    written = Account(key, checked, checked.password_valid_until)
    assert await world.gateway.accounts.write([written], operator, long_ago) == {key.registration_id}
    assert await world.gateway.accounts.write([written], operator, long_ago) == set()
    assert await world.gateway.reader.pending_credential(key.registration_id) is None
    assert key.registration_id not in {
        pending.registration_id for pending in await world.gateway.reader.pending_before(datetime.now(UTC))
    }
    (credential,) = await rows(world, "select id from credentials where registration_id = $1", key.registration_id)
    activities = ReconciliationActivities(world.gateway.writer, world.gateway.reader)
    worker, before = ActivityEnvironment(client=world.client), datetime.now(UTC) - timedelta(seconds=30)
    assert str(credential["id"]) not in await worker.run(activities.send_pending, before)
    assert await worker.run(activities.start_submitted, before) == [key.registration_id]
    await world.until(key.registration_id, Status.INACTIVE)
    with pytest.raises(errors.VisitABody):
        await world.portal.authenticate(line["user_name"], OLD_PASSWORD, client_address=CLIENT_ADDRESS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("missing.csv", "--source", SOURCE), "FILE: the file cannot be read"),
        (("accounts.csv", "--source", "a source"), "source: must be"),
        (("accounts.csv", "--source", SOURCE, "--spread-expiries", "731"), "--spread-expiries"),
        (("accounts.csv", "--source", SOURCE, "--report", "no/such/folder.csv"), "--report"),
        (("other.csv", "--source", SOURCE), "must have exactly these columns"),
    ],
)
def test_a_command_that_makes_no_sense_is_bad_input_in_one_sentence(
    world: World, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    write(tmp_path / "accounts.csv", [])
    (tmp_path / "other.csv").write_text("a,b,c\n")
    CommandLine(tmp_path, variables_of(world))("admin", "import", *arguments).refused(2, words)


async def test_an_import_is_on_record_once_and_a_disabled_operator_takes_nothing_over(world: World) -> None:
    operator, lines = f"operator-{uuid4()}", [CsvLine(number, account()) for number in (2, 3)]
    rehearsed, importing = (
        AccountImport(world.gateway, operator, ImportPlan(SOURCE, dry_run=dry_run)) for dry_run in (True, False)
    )
    for run in (rehearsed, importing):
        for line in lines:
            assert (await run.take([line])).taken_over == 1
    await AdministrationGateway(world.gateway, "operator-9").disable(operator)
    with pytest.raises(errors.StaffDisabled):
        await importing.take([CsvLine(4, account())])
    entries = await world.gateway.accesses.entries(None, datetime.now(UTC).date())
    mine = [entry.access for entry in entries if entry.access.actor.id == operator]
    assert {access.operation for access in mine} == {"operations.import_accounts"}
    assert [(access.outcome, access.detail) for access in mine] == [
        ("DONE", SOURCE),
        ("SENT", SOURCE),
        ("StaffDisabled", None),
    ]
