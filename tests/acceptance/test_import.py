"""`ugyfelkapu admin import`: killed and run again, run dry, refused and mended."""

import asyncio
import csv
import json
import os
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from registration.messages import Actor, ActorKind
from registration.record import EventKind
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, account, day
from starter.dev.standing import SOURCE
from tests.acceptance.command_line import CommandLine, Outcome, command, environment_of
from tests.support.accounts import ARGON2, OLD_PASSWORD, variables_of, write
from tests.support.importing import SOON_SECONDS, all_recorded, ids_of
from tests.support.installation import eventually

LINES = 300
KEYCLOAK_KEY = "CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVa4YjEUUO5cUj6YyrEG+4lwV6n4NCm/oqqDfgnZJosITg=="
"""64 bytes of PBKDF2-SHA-256 for `OLD_PASSWORD`, the salt `seasalt` and 10,000 iterations."""
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


async def test_an_import_that_is_killed_and_run_again_takes_over_each_account_exactly_once(
    world: World, tmp_path: Path
) -> None:
    """300 accounts, killed in the middle of its starts with rows written and not started, then run twice more."""
    lines = [account(**LIVES[number % len(LIVES)]) for number in range(LINES)]
    path, ids = write(tmp_path / "accounts.csv", lines), ids_of(world, lines)
    process = killed_soon(world, path, "--rate", "5")
    try:

        async def some_are_started() -> bool:
            found = await world.sql(
                "select count(*) from registrations where id = any($1::uuid[]) and sequence > 0", ids
            )
            return bool(found[0]["count"] >= 10)

        await eventually(some_are_started, within_seconds=SOON_SECONDS)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = await world.sql("select status from registrations where id = any($1::uuid[])", ids)
    written, waiting = len(before), sum(row["status"] == "SUBMITTED" for row in before)
    assert 0 < waiting < written < LINES

    again = (await imported(world, path)).data
    assert (again["lines"], again["refused"]) == (LINES, 0)
    assert (again["already_there"], again["taken_over"]) == (written, LINES - written)
    assert LINES - written < again["started"] <= LINES - written + waiting
    await all_recorded(world, ids)
    third = (await imported(world, path)).data
    assert (third["already_there"], third["taken_over"], third["started"], third["refused"]) == (LINES, 0, 0, 0)

    found = await world.sql("select id, status, identity_verified from registrations where id = any($1::uuid[])", ids)
    stored = {str(row["id"]): (row["status"], row["identity_verified"]) for row in found}
    assert stored == {
        registration_id: (line["status"], line["identity_verified"] == "true")
        for registration_id, line in zip(ids, lines, strict=True)
    }
    events = await world.sql(
        "select registration_id, kind, sequence from events where registration_id = any($1::uuid[])", ids
    )
    assert Counter((row["kind"], row["sequence"]) for row in events) == {(EventKind.REGISTRATION_IMPORTED, 1): LINES}
    credentials = await world.sql(
        "select registration_id, state from credentials where registration_id = any($1::uuid[])", ids
    )
    with_password = sum(bool(line["password_hash"]) for line in lines)
    assert Counter(row["state"] for row in credentials) == {"ADOPTED": with_password}
    for registration_id in ids[:: len(LIVES) + 1]:
        description = await world.audit.describe(registration_id)
        assert (description.status, description.sequence) == (stored[registration_id][0], 1)
        event = (await world.audit.events(registration_id))[0]
        assert event.actor == Actor(ActorKind.OPERATOR, "operator-1")
    assert not any(world.letters(line["email"]) for line in lines[:12])


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
        account(password_hash="5f4dcc3b5aa765d61d8327deb882cf99"),
        good[1],
        account(password_hash="$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5Q"),
    ]
    path = write(tmp_path / "accounts.csv", lines)
    with path.open("a", encoding="utf-8") as file:
        file.write("csak,ennyi\n")
    before = await world.sql("select id, head from registrations order by id")
    dry = await imported(world, path, "--dry-run")
    assert dry.status == 1
    assert "Lines that would be refused: 8; add --report FILE" in dry.error
    assert dry.problem["type"] == "LINES_UNLISTED"
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208  once, in a test
    assert json.loads(dry.output)["report"] is None
    report = tmp_path / "why.csv"
    asked = await imported(world, path, "--dry-run", "--report", report.name)
    assert "Lines that would be refused: 8; why.csv says" in asked.error
    assert asked.problem["type"] == "LINES_WOULD_BE_REFUSED"
    assert await world.sql("select id, head from registrations order by id") == before
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
    assert listed[1]["sentence"] == "user_name: is on line 2 already."
    values = {value for line in lines for name, value in line.items() if name in {"user_name", "email"}}
    assert not any(value in report.read_text(encoding="utf-8") for value in values)
    wet = await imported(world, path)
    assert wet.status == 1
    assert "Lines refused: 8; accounts.csv.refused.csv says which and why. Lines done: 2." in wet.error
    ids = ids_of(world, good)
    await all_recorded(world, ids)
    after = await world.sql("select id from registrations order by id")
    assert {str(row["id"]) for row in after} - {str(row["id"]) for row in before} == set(ids)


async def test_what_was_refused_comes_with_the_next_run_once_it_is_mended(world: World, tmp_path: Path) -> None:
    lines = [account(), account(birth_date="1980-02-30"), account()]
    path = write(tmp_path / "accounts.csv", lines)
    assert (await imported(world, path)).status == 1
    lines[1]["birth_date"] = "1980-02-28"
    outcome = (await imported(world, write(path, lines))).data
    assert (outcome["already_there"], outcome["taken_over"], outcome["refused"]) == (2, 1, 0)
    await all_recorded(world, ids_of(world, lines))


async def test_a_stray_quote_loses_no_line_and_nothing_is_called_done_that_is_not(world: World, tmp_path: Path) -> None:
    """All lines behind it are listed, and the counts add up to the lines of the file."""
    lines = [account() for _ in range(6)]
    path = write(tmp_path / "accounts.csv", lines)
    typed = path.read_text(encoding="utf-8").splitlines(keepends=True)
    typed[3] = typed[3].replace(",Átvett,", ',"Kis,', 1)
    path.write_text("".join([*typed, "\n"]), encoding="utf-8")
    outcome = await imported(world, path)
    counts = json.loads(outcome.output)
    assert counts["file_lines"] == 8 == sum(counts[name] for name in ("header", "blank", "taken_over", "refused"))
    assert (counts["lines"], counts["taken_over"], counts["refused"], counts["blank"]) == (7, 2, 5, 0)
    assert outcome.problem["detail"].endswith("Lines done: 2.")
    report = csv.DictReader((tmp_path / "accounts.csv.refused.csv").read_text(encoding="utf-8").splitlines())
    assert [(int(line["line"]), line["rule"]) for line in report] == [
        (4, "LINE_BREAK"),
        *((number, "SWALLOWED") for number in (5, 6, 7, 8)),
    ]
    path.write_text(typed[0] + '"\n', encoding="utf-8")
    refused = (await imported(world, path)).problem
    assert refused["detail"].startswith("Nothing was taken over, because every line was refused (1)")
    mended = (await imported(world, write(path, lines))).data
    assert (mended["already_there"], mended["taken_over"], mended["refused"]) == (2, 4, 0)
    await all_recorded(world, ids_of(world, lines))


async def test_a_spreadsheet_s_file_is_refused_by_what_it_is_and_taken_where_that_is_named(
    world: World, tmp_path: Path
) -> None:
    """With Keycloak's columns, too; the first log-in makes the hash one of our own."""
    credential = {
        "secret_data": f'{{"value":"{KEYCLOAK_KEY}","salt":"c2Vhc2FsdA==","additionalParameters":{{}}}}',
        "credential_data": '{"hashIterations":10000,"algorithm":"pbkdf2-sha256","additionalParameters":{}}',
    }
    line = account(family_name="Őrváry", birth_place="Hódmezővásárhely")
    exported = {name: value for name, value in line.items() if name != "password_hash"} | credential
    path = tmp_path / "accounts.csv"
    with path.open("w", encoding="cp1250", newline="") as file:
        writer = csv.DictWriter(file, exported, delimiter=";")
        writer.writeheader()
        writer.writerow(exported)
    other = (await imported(world, path)).problem
    assert (other["rule"], other["exit_status"]) == ("DELIMITED", 2)
    assert other["detail"].endswith('give --delimiter ";".')
    undecodable = await imported(world, path, "--delimiter", ";", "--dry-run", "--report", "why.csv")
    assert undecodable.status == 1
    assert "is not in utf-8: give --encoding" in (tmp_path / "why.csv").read_text(encoding="utf-8")
    for option, value, sentence in (
        ("--encoding", "klingon", "--encoding: must be one of utf-8, utf-16"),
        ("--delimiter", "|", "--delimiter: must be one of , ; tab"),
    ):
        refusal = (await imported(world, path, option, value)).problem
        assert (refusal["exit_status"], refusal["detail"].startswith(sentence)) == (2, True), refusal
    taken = (await imported(world, path, "--delimiter", ";", "--encoding", "windows-1250")).data
    assert (taken["taken_over"], taken["refused"]) == (1, 0)
    (registration_id,) = ids_of(world, [line])
    await all_recorded(world, [registration_id])
    person = await world.engine.reader.person(registration_id)
    assert person
    assert person.birth_place == "Hódmezővásárhely"
    for _ in range(2):
        session = await world.citizen.authenticate(line["user_name"], OLD_PASSWORD, client_address=CLIENT_ADDRESS)
        assert session.registration_id == registration_id
    password = await world.engine.reader.password(registration_id)
    assert password
    assert password.hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


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
