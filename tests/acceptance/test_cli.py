"""The command line against one `ugyfelkapu dev`, in a folder with a space in its name."""

import json
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command_line import (
    EXAMPLES,
    SOON_SECONDS,
    CommandLine,
    address,
    environment_of,
    folder_with_a_space,
    form,
    running_dev,
)

PASSWORD = "Nagyon titkos 1"
NEXT_PASSWORD = "Még titkosabb 2"
AT_THE_DESK = {"UGYFELKAPU_CLERK": "clerk-7", "UGYFELKAPU_OFFICE": "1051"}
EVIDENCE = ("--document-kind", "PASSPORT", "--document-number", "BA1234567", "--consent")

KNOWN = "ismert.elek"
"""The user name of a registration that awaits its activation."""


@pytest.fixture(scope="module")
def cli() -> Iterator[CommandLine]:
    """One running environment for the module; tests keep apart by their user names."""
    with folder_with_a_space() as folder, running_dev(folder):
        found = CommandLine(folder, AT_THE_DESK)
        assert found("register", form(found, KNOWN)).status == 0
        yield found


def temporary(cli: CommandLine, user_name: str) -> str:
    """Registers and redeems; returns the id."""
    registration_id: str = cli("register", form(cli, user_name), "--json").data["registration_id"]
    code = cli.code(address(user_name), 1)
    cli("redeem", user_name, "--stdin", "--json", stdin=f"{code}\n{PASSWORD}\n").data  # noqa: B018  it must succeed
    return registration_id


def until(cli: CommandLine, reference: str, status: str) -> dict[str, Any]:
    """Waits until workflow and read model agree on a status."""
    deadline = time.monotonic() + SOON_SECONDS
    while True:
        found: dict[str, Any] = cli("describe", reference, "--json").data
        if found["agree"] and found["workflow"]["status"] == status:
            return found
        assert time.monotonic() < deadline, found


def moment(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    assert parsed.utcoffset() == timedelta()
    return parsed


def days_left(answer: dict[str, Any]) -> int:
    """Whole days to the deadline; the answer is given some milliseconds after the decision."""
    left = moment(answer["deadline"]) - moment(answer["as_of"])
    return (left + timedelta(minutes=1)).days


def test_a_life_from_the_form_to_the_second_password_is_led_with_commands_alone(cli: CommandLine) -> None:
    """Online, temporary, active, expired, inactive, reactivated by signal; `--json` has stable keys and UTC times."""
    name = "élet.első"
    path = form(cli, name, email="elet@example.org")
    registration_id = cli("register", path, "--json").data["registration_id"]

    redeemed = cli(
        "redeem",
        name,
        "--json",
        UGYFELKAPU_CODE=cli.code("elet@example.org", 1),
        UGYFELKAPU_PASSWORD=PASSWORD,
    ).data
    assert redeemed["status"] == "TEMPORARY"
    assert days_left(redeemed) == 30
    session = cli("login", name, "--json", UGYFELKAPU_PASSWORD=PASSWORD).data
    assert (session["registration_id"], session["status"]) == (registration_id, "TEMPORARY")

    verified = cli("clerk", "verify-identity", name, *EVIDENCE, "--json").data
    assert verified["status"] == "ACTIVE"
    expiry = moment(verified["deadline"])
    assert expiry.year == moment(redeemed["as_of"]).year + 2

    stepped = cli("fast-forward", name, "--to-next-step", "--json").data
    assert timedelta(days=30) <= expiry - moment(stepped["now"]) < timedelta(days=31)
    assert cli("fast-forward", name, "31d", "--json").data["status"] == "PASSWORD_EXPIRED"
    cli("login", name, UGYFELKAPU_PASSWORD=PASSWORD).refused(1, "kérjen kódot")
    inactive = cli("fast-forward", registration_id, "--to-next-step", "--json").data
    assert inactive["status"] == "INACTIVE"
    assert timedelta() <= moment(inactive["now"]) - expiry - timedelta(days=60) < timedelta(minutes=1)
    cli("fast-forward", name, "--to-next-step", "--lang", "en").refused(1, "Nothing will happen")

    assert set(cli("clerk", "reactivate", name, "--signal", *EVIDENCE, "--json").data) == {"request_id"}
    assert until(cli, name, "AWAITING_REACTIVATION")["registration_id"] == registration_id
    letters = cli("inbox", "--to", "elet@example.org", "--json").data["letters"]
    code = cli.code("elet@example.org", len(letters))
    again = cli("redeem", name, "--stdin", "--validity-days", "90", "--json", stdin=f"{code}\n{NEXT_PASSWORD}\n").data
    assert again["status"] == "ACTIVE"
    assert days_left(again) == 90
    cli("login", name, UGYFELKAPU_PASSWORD=PASSWORD).refused(1, "Hibás felhasználói név vagy jelszó")
    assert cli("login", name, "--stdin", "--json", stdin=NEXT_PASSWORD).data["status"] == "ACTIVE"


def test_a_clerk_opens_discloses_corrects_and_closes_in_person(cli: CommandLine) -> None:
    """Evidence may come from a file; a reference may be the user name or the id."""
    evidence = ("--evidence", str(EXAMPLES / "evidence.json"))
    opened = cli("clerk", "register", form(cli, "szemelyes"), *evidence, "--json").data["registration_id"]
    disclosed = cli("clerk", "disclose", "szemelyes", *evidence, "--json").data
    assert (disclosed["registration_id"], disclosed["family_name"], disclosed["email"]) == (
        opened,
        "Szabó",
        address("szemelyes"),
    )
    changed = cli("clerk", "change-email", opened, "--stdin", *evidence, "--json", stdin="uj@example.org\n").data
    assert changed["status"] == "AWAITING_ACTIVATION"
    code = next(
        cli.code("uj@example.org", number)
        for number, letter in enumerate(cli_letters(cli, "uj@example.org", 2), 1)
        if "kód" in letter["subject"]
    )
    active = cli("redeem", " szemelyes ", "--stdin", "--json", stdin=f"\ufeff{code}\xa0\n{PASSWORD}\n").data
    assert active["status"] == "ACTIVE"
    assert cli("clerk", "close", "szemelyes", *evidence, "--json").data["status"] == "CLOSED"
    cli("login", "szemelyes", UGYFELKAPU_PASSWORD=PASSWORD).refused(1, "Hibás felhasználói név vagy jelszó")


def test_a_client_moves_to_another_address_and_closes_with_codes(cli: CommandLine) -> None:
    """Each request asks for the password first; a wrong one sends no code."""
    name, new = "megerosit", "megerosit.uj@example.org"
    temporary(cli, name)
    cli("change-email", name, "--email", new, UGYFELKAPU_PASSWORD="nem ez a jelszó").refused(1, "Hibás")
    asked = cli("change-email", name, "--stdin", "--json", stdin=f"{PASSWORD}\n{new}\n").data
    assert (asked["status"], (moment(asked["code_valid_until"]) - moment(asked["as_of"])).days) == ("TEMPORARY", 4)
    cli("confirm", name, "--purpose", "CLOSURE", UGYFELKAPU_CODE=cli.code(new, 1)).refused(1, "Hibás")
    confirmed = cli(
        "confirm", name, "--purpose", "NEW_EMAIL", "--json", UGYFELKAPU_CODE=f"kód: {cli.code(new, 1)}.\r\n"
    ).data
    assert confirmed["status"] == "TEMPORARY"
    assert "új e-mail-címe" in cli_letters(cli, new, 2)[1]["subject"]
    cli("confirm", name, "--purpose", "PASSWORD", UGYFELKAPU_CODE="0000").refused(2, "purpose")
    cli("close", name, UGYFELKAPU_PASSWORD=PASSWORD)
    code = cli.code(new, len(cli_letters(cli, new, 3)))
    closed = cli("confirm", name, "--purpose", "CLOSURE", "--stdin", "--json", stdin=f"{code}\n").data
    assert closed["status"] == "CLOSED"


def cli_letters(cli: CommandLine, to: str, count: int) -> list[dict[str, Any]]:
    """Waits for so many letters to an address."""
    deadline = time.monotonic() + SOON_SECONDS
    while True:
        found: list[dict[str, Any]] = cli("inbox", "--to", to, "--json").data["letters"]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, found


def test_passwords_are_changed_and_codes_requested_without_standing_on_the_command_line(cli: CommandLine) -> None:
    """Each secret comes from standard input or the environment; where there is no terminal to ask at, that is said."""
    temporary(cli, "jelszavas")
    changed = cli("change-password", "jelszavas", "--stdin", "--json", stdin=f"{PASSWORD}\n{NEXT_PASSWORD}\n").data
    assert changed["status"] == "TEMPORARY"
    requested = cli("request-code", "jelszavas", "--stdin", "--json", stdin=address("jelszavas")).data
    assert requested["code_valid_until"] is not None
    cli("request-code", "jelszavas", "--email", "mas@example.org").refused(1, "Túl sok próbálkozás; várjon")
    elsewhere = ("--email", "mas@example.org", "--client-address", "192.0.2.8")
    cli("request-code", "jelszavas", *elsewhere).refused(1, "Hibás felhasználói név vagy e-mail-cím")
    cli("login", "jelszavas").refused(2, "UGYFELKAPU_PASSWORD")
    cli("redeem", "jelszavas", "--lang", "en").refused(2, "code: must be typed in a terminal")


def test_an_operator_extends_validity_and_is_told_whether_it_was_accepted(cli: CommandLine) -> None:
    """A date alone means the end of that day in Budapest; a refused signal leaves an event and exit status 1."""
    temporary(cli, "hosszabb")
    year = datetime.now(UTC).year + 8  # beyond any password's own validity, within the ten years of an extension
    operator = {"UGYFELKAPU_OPERATOR": "operator-1"}
    cli("admin", "extend", "hosszabb", "--until", f"{year}-06-30", **operator).refused(1, "NotAccepted")
    cli("clerk", "verify-identity", "hosszabb", *EVIDENCE, "--json").data  # noqa: B018  it must succeed
    extended = cli("admin", "extend", "hosszabb", "--until", f"{year}-06-30", "--json", **operator).data
    assert extended["applied"] is True
    assert moment(extended["password_valid_until"]) == datetime(year, 6, 30, 21, 59, 59, tzinfo=UTC)
    cli("admin", "extend", "hosszabb", "--until", "tomorrow", **operator).refused(2, "--until: ")
    cli("admin", "extend", "hosszabb", "--until", f"{year}-06-30T25:00", **operator).refused(2, "--until: ")
    cli("admin", "extend", "hosszabb", "--until", f"{year}-07-01").refused(2, "--operator: ")
    cli("admin", "reconcile").refused(2, "--operator: ")
    found = cli("admin", "reconcile", "--json", **operator).data
    assert set(found) == {"started", "sent", "disagreements", "checked_until"}
    assert found["disagreements"] == []


def test_a_signed_form_is_registered_from_the_command_line(cli: CommandLine) -> None:
    """Signature and PDF lie beside the form; a changed form and a simple signature are refused, each in its words."""
    for name, how, made in (("aláíró.c", "cades", "aláíró.p7s"), ("aláíró.p", "pades", "aláíró.pdf")):
        path = form(cli, name)
        signed = cli("dev", "sign", path, "--format", how, "--output", made, "--level", "qualified", "--json").data
        assert signed == {"signature": made, "level": "qualified", "format": how}
        files = (path, made) if how == "cades" else (made,)
        registration_id = cli("register-signed", *files, "--json").data["registration_id"]
        code = cli.code(address(name), 1)
        active = cli("redeem", name, "--stdin", "--json", stdin=f"{code}\n{PASSWORD}\n").data
        assert active["status"] == "ACTIVE"
        assert until(cli, name, "ACTIVE")["registration_id"] == registration_id
    path = form(cli, "aláíró.x")
    assert cli("dev", "sign", path, "--level", "simple", "--json").data["signature"] == "aláíró.x.p7s"
    cli("register-signed", path, "aláíró.x.p7s").refused(1, "nem éri el a fokozott biztonságot")
    other = form(cli, "aláíró.y")
    cli("register-signed", other, "aláíró.x.p7s", "--lang", "en").refused(1, "changed after signing")
    (cli.folder / "nagy.pdf").write_bytes(b"%PDF-" + bytes(300_000))
    cli("register-signed", "nagy.pdf", "--lang", "en").refused(1, "at most 262144 bytes")
    cli("register-signed", other, "nincs.p7s").refused(2, "SIGNATURE: a fájl nem olvasható")
    cli("dev", "sign", other, "--output", ".").refused(2, "--output: a fájl nem írható")


def test_people_get_tables_with_status_words_in_their_language(cli: CommandLine) -> None:
    """Hungarian unless --lang or UGYFELKAPU_LANG says otherwise; --lang comes before the variable."""
    temporary(cli, "olvasó")
    hungarian, english = cli("describe", "olvasó"), cli("describe", "olvasó", UGYFELKAPU_LANG="en")
    assert "ideiglenes (TEMPORARY)" in hungarian.output
    assert "jelszó lejárata" in hungarian.output
    assert "ideiglenes" not in english.output
    assert "password valid until" in english.output
    assert "ideiglenes" in cli("describe", "olvasó", "--lang", "hu", UGYFELKAPU_LANG="en").output
    letter = cli("inbox", "1").output
    assert letter.startswith("Date: ")
    assert "Tisztelt" in letter


@pytest.mark.parametrize(
    ("arguments", "status", "hungarian", "english"),
    [
        (("describe", "senki.sem"), 1, "Nincs ilyen regisztráció", "no such registration"),
        (("clerk", "verify-identity", "senki.sem", *EVIDENCE), 1, "Nincs ilyen", "no such registration"),
        (("clerk", "verify-identity", KNOWN), 2, "--document-kind: meg kell adni", "--document-kind: must"),
        (("clerk", "close", "x", *EVIDENCE, "--clerk", "Kis Éva"), 2, "--clerk: 1–255", "--clerk: must be 1 to 255"),
        (("register", "no-such-file.json"), 2, "FILE: a fájl nem olvasható", "FILE: the file cannot be read"),
        (("register", "."), 2, "FILE: a fájl nem olvasható", "FILE: the file cannot be read"),
        (("register", "-"), 2, "FILE: UTF-8 kódolású JSON", "FILE: must be a JSON object"),
        (("inbox", "9999"), 2, "NUMBER: nincs ilyen levél", "NUMBER: there is no such letter"),
        (("fast-forward", "x", "3 weeks"), 2, "DURATION: időtartam kell", "DURATION: must be a duration"),
        (("fast-forward", "x", "999999999d"), 2, "DURATION: ", "DURATION: "),
        (("fast-forward", "x"), 2, "DURATION: vagy", "DURATION: give either"),
        (("redeem",), 2, "Hibás parancs", "The command line is wrong"),
        (("no-such-command",), 2, "Hibás parancs", "The command line is wrong"),
        (("describe", "x", "--no-such-option"), 2, "Hibás parancs", "The command line is wrong"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_in_both_languages(
    cli: CommandLine, arguments: tuple[str, ...], status: int, hungarian: str, english: str
) -> None:
    """Exit status 2 for bad input, 1 for a refusal; never a traceback."""
    cli(*arguments).refused(status, hungarian)
    cli(*arguments, UGYFELKAPU_LANG="en").refused(status, english)


@pytest.mark.parametrize(
    ("arguments", "field", "rule"),
    [
        (("clerk", "verify-identity", KNOWN), "--document-kind", "REQUIRED"),
        (("clerk", "verify-identity", KNOWN, "--evidence", "empty.json"), "document_kind", "REQUIRED"),
        (("clerk", "search"), "--criterion", "ONE_CRITERION"),
        (("clerk", "search", "--email", "a@example.org", "--user-name", "x"), "--criterion", "ONE_CRITERION"),
        (("clerk", "search", "--birth-name", "X"), "--birth-date", "REQUIRED"),
        (("clerk", "search", "--receipt", "1"), "--receipt", "RECEIPT_NUMBER"),
        (("clerk", "accesses", "--day", "yesterday", "--supervisor"), "--day", "DATE"),
        (("audit", "statistics", "--since", "2026"), "--since", "MONTH"),
        (("audit", "statistics", "--since", "2026-12", "--until", "2026-11"), "--until", "SPAN_ORDER"),
        (("audit", "explain", "x", "--at", "soon"), "--at", "TIME"),
        (("admin", "extend", "request", "--operator", "o", "--before", "2030-01-01", "--days", "0"), "--days", None),
        (("admin", "extend", "status", "x", "--operator", "o"), "ID", "UUID"),
        (("register", "ab.json"), "user_name", "USER_NAME_LENGTH"),
        (("request-code", "x", "--email", "a@example.org", "--client-address", "x"), "--client-address", "IP_ADDRESS"),
        (("admin", "policy"), "--operator", "REQUIRED"),
    ],
)
def test_refusals_of_a_command_name_its_options_and_are_json_where_json_is_asked_for(
    cli: CommandLine, arguments: tuple[str, ...], field: str, rule: str | None
) -> None:
    """Fields that came in a file keep their names."""
    form(cli, "ab")
    (cli.folder / "empty.json").write_text("{}")
    refusal = cli(*arguments, "--json", UGYFELKAPU_LANG="en").problem
    assert (refusal["type"], refusal["field"], refusal["exit_status"]) == ("InvalidInput", field, 2)
    assert rule in {refusal["rule"], None}
    assert refusal["detail"].startswith(f"{field}: ")
    if rule in {"ONE_CRITERION", "SPAN_ORDER"}:
        assert "_" not in refusal["detail"]
    cli(*arguments, UGYFELKAPU_LANG="en").refused(2, refusal["detail"])


def test_whatever_fails_is_json_where_json_is_asked_for(cli: CommandLine) -> None:
    for arguments, status, kind in (
        (("describe", "senki.sem", "--json"), 1, "NotFound"),
        (("fast-forward", "x", "--json"), 2, "ONE_WAY_TO_GO"),
        (("inbox", "9999", "--json"), 2, "NO_SUCH_LETTER"),
        (("--json", "no-such-command"), 2, "USAGE"),
        (("describe", "--json"), 2, "USAGE"),
    ):
        refused = cli(*arguments)
        assert (refused.status, refused.output) == (status, "")
        assert json.loads(refused.error)["type"] == kind


def test_a_letter_to_another_address_is_never_shown(cli: CommandLine) -> None:
    """A number is the same letter in every list."""
    for name in ("első.levél", "második.levél"):
        temporary(cli, name)
    first, second = (
        cli("inbox", "--to", address(name), "--json").data["letters"][0]["number"]
        for name in ("első.levél", "második.levél")
    )
    assert cli("inbox", str(first), "--to", address("első.levél"), "--json").data["to"] == address("első.levél")
    cli("inbox", str(second), "--to", address("első.levél"), UGYFELKAPU_LANG="en").refused(
        2, "another address than --to"
    )
    newest = cli("inbox", "--to", address("első.levél"), "--last", "--json").data
    assert newest["to"] == address("első.levél")
    cli("inbox", "--to", "nobody@example.org", "--last", UGYFELKAPU_LANG="en").refused(2, "no such letter has arrived")
    assert cli("inbox", "--to", "nobody@example.org", UGYFELKAPU_LANG="en").output == "Nothing was found.\n"


def test_another_temporal_than_that_of_the_folder_s_environment_is_the_one_that_is_asked(cli: CommandLine) -> None:
    """As with the database: whoever names another works on no part of the embedded environment."""
    unreachable = {"TEMPORAL_ADDRESS": "127.0.0.1:1", "UGYFELKAPU_LANG": "en"}
    cli("migrate", **unreachable).refused(2, "No installation is known")
    variables = cli("dev", "env", "--json").data
    cli("migrate", **{**variables, **unreachable}).refused(1, "Temporal does not answer: check that it runs")


def test_a_search_that_finds_nothing_says_so(cli: CommandLine) -> None:
    assert cli("clerk", "search", "--user-name", "senki.sem").output == "Nincs találat.\n"
    assert cli("clerk", "search", "--user-name", "senki.sem", "--lang", "en").output == "Nothing was found.\n"
    assert cli("clerk", "search", "--user-name", "senki.sem", "--json").data["found"] == []


def test_the_variables_of_the_running_environment_are_its_owner_s_alone_and_open_it(cli: CommandLine) -> None:
    """As the shell reads them, also in a folder with a space in its name."""
    printed = cli("dev", "env").output
    variables = cli("dev", "env", "--json").data
    assert {"UGYFELKAPU_DATABASE_URL", "UGYFELKAPU_MASTER_KEYS", "TEMPORAL_ADDRESS"} <= set(variables)
    assert printed.count("\n") == len(variables)
    script = f"{printed}\nexec '{sys.executable}' -m starter.cli audit statistics --json"
    done = subprocess.run(
        ["sh", "-euc", script], cwd="/", env=environment_of(), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((cli.folder / ".ugyfelkapu" / "environment.json").stat().st_mode) == 0o600


def test_without_a_running_environment_there_are_no_variables(tmp_path: Path) -> None:
    CommandLine(tmp_path, {"UGYFELKAPU_LANG": "en"})("dev", "env").refused(2, "run `ugyfelkapu dev` in this folder")


def test_a_form_that_breaks_a_rule_is_refused_by_field_and_nothing_is_registered(cli: CommandLine) -> None:
    cli("register", form(cli, "ab")).refused(2, "user_name: ")
    cli("register", form(cli, "rossz.cím", email="no address"), "--lang", "en").refused(2, "email: must be a complete")
    cli("describe", "rossz.cím").refused(1, "Nincs ilyen")
    temporary(cli, "foglalt")
    cli("register", form(cli, "FOGLALT", email="masik@example.org")).refused(1, "user_name: ez a felhasználói név")


def test_without_an_installation_commands_say_what_to_do(tmp_path: Path) -> None:
    """No environment in this folder, none named by variables."""
    elsewhere = CommandLine(tmp_path, {})
    elsewhere("describe", "x").refused(2, "ugyfelkapu dev")
    elsewhere("inbox", "--lang", "en").refused(2, "embedded environment only")
    elsewhere("worker", UGYFELKAPU_DATABASE_URL="postgresql:///x").refused(2, "UGYFELKAPU_MASTER_KEYS")
    elsewhere("describe", "x", UGYFELKAPU_LANG="de").refused(2, "UGYFELKAPU_LANG: ")


def test_a_second_environment_on_the_same_folder_is_refused_and_the_first_goes_on(cli: CommandLine) -> None:
    cli("dev").refused(1, "már fut egy környezet")
    assert cli("inbox", "--json").status == 0
