"""Each option of each command has a stated meaning beside the others, or is refused together with them."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from registration.statuses import Language
from starter.cli import app

EVERYWHERE = {"--json", "--lang"}
"""The form and the language of whatever is printed."""
WHO = {"--operator", "--clerk", "--office", "--supervisor"}
CLIENT = {"--client-address", "--stdin", "--validity-days"}

ALONE: dict[str, set[str]] = {
    "dev": {"--data"},
    "dev token": {"--role", "--caller", "--valid"},
    "dev sign": {"--level", "--format", "--output"},
    "demo": {"--examples"},
    "inbox": {"--to"},
    "pages": {"--host", "--port", "--site", "--wait"},
    "register": CLIENT - {"--stdin", "--validity-days"},
    "register-signed": CLIENT - {"--stdin", "--validity-days"},
    "redeem": CLIENT,
    "request-code": CLIENT - {"--stdin", "--validity-days"},
    "login": CLIENT - {"--validity-days"},
    "change-password": CLIENT,
    "change-email": (CLIENT | {"--email"}) - {"--validity-days"},
    "change-language": CLIENT - {"--validity-days"},
    "close": CLIENT - {"--validity-days"},
    "confirm": (CLIENT | {"--purpose"}) - {"--validity-days"},
    "clerk register": WHO - {"--operator"},
    "clerk verify-identity": WHO - {"--operator"},
    "clerk reactivate": WHO - {"--operator"},
    "clerk change-email": WHO - {"--operator"},
    "clerk change-language": WHO - {"--operator"},
    "clerk disclose": WHO - {"--operator"},
    "clerk receipt": WHO - {"--operator"},
    "clerk close": WHO - {"--operator"},
    "clerk search": WHO - {"--operator"},
    "clerk compare": WHO - {"--operator"},
    "clerk letters": WHO - {"--operator"},
    "clerk send-again": WHO - {"--operator"},
    "clerk evidence": (WHO | {"--event"}) - {"--operator"},
    "clerk accesses": (WHO | {"--day"}) - {"--operator"},
    "audit verify": {"--without-temporal", "--auditor"},
    "audit proof": {"--events", "--auditor"},
    "audit explain": {"--at", "--auditor"},
    "audit statistics": {"--since", "--until", "--auditor"},
    **{name: {"--auditor"} for name in ("audit keys", "audit replay", "audit accesses", "audit timeline")},
    "audit acts": {"--office", "--since", "--until", "--operation", "--auditor"},
    # A dry run checks what the import would be given, so all its options keep their meaning.
    "admin import": {
        "--source",
        "--operator",
        "--dry-run",
        "--spread-expiries",
        "--rate",
        "--report",
        "--encoding",
        "--delimiter",
    },
    "admin reconcile": {"--operator"},
    "admin reset": {"--operator", "--without-signals"},
    "admin roll-forward": {"--operator"},
    "admin rotate-keys": {"--operator", "--dry-run"},
    "admin reindex": {"--operator", "--dry-run"},
    "admin extend account": {"--operator", "--until"},
    "admin extend request": {"--operator", "--before", "--dry-run"},
    "admin extend approve": {"--operator"},
    "admin extend start": {"--operator", "--rate"},
    "admin extend pause": {"--operator"},
    "admin extend resume": {"--operator", "--rate"},
    "admin extend status": {"--operator"},
    "admin extend list": {"--operator", "--older-than"},
    "admin extend report": {"--operator", "--csv"},
    "admin offices import": {"--operator", "--encoding", "--delimiter"},
    "admin health": {"--operator"},
    "admin policy history": {"--operator"},
    "admin offices list": {"--operator"},
    "admin staff disable": {"--operator"},
    "admin staff enable": {"--operator"},
    "admin staff list": {"--operator"},
    "admin policy adopt": {"--operator", "--dry-run"},
    "migrate": {"--give-up-code-key", "--wait"},
    "worker": {"--queue", "--wait"},
}
"""What means the same whatever else is given."""

ACT = "--clerk c --office 1051"


def seen_twice(own: str) -> list[str]:
    """An act in person whose evidence is given twice: in the file and by an option."""
    options = ("--document-kind PASSPORT", "--document-number 1", "--consent", "--recipient X")
    return [f"{own} {ACT} --evidence evidence.json {option}" for option in options]


REFUSED: dict[str, list[str]] = {
    "dev token": ["--role portal --office 1051", "--role operator --office 1051"],
    "inbox": ["1 --last", "--last 1 --to x@example.org"],
    "fast-forward": ["x 30d --to-next-step", "x"],
    "register-signed": ["- -"],
    "request-code": ["x --email a@example.org --stdin"],
    **{f"clerk {act}": seen_twice("x") for act in ("verify-identity", "disclose", "close")},
    "clerk compare": [
        f"x {ACT} --person person.json {option}"
        for option in ("--birth-name A", "--birth-date 1990-01-01", "--mothers-birth-name B")
    ],
    "clerk register": [
        f"- {ACT} --evidence -",
        *seen_twice("evidence.json"),
    ],
    "clerk receipt": [
        f"x {ACT} --html - --json",
        *seen_twice("x"),
    ],
    "clerk change-language": seen_twice("x en"),
    "clerk reactivate": [
        f"x {ACT} --email a@example.org --signal",
        f"x {ACT} --email - --evidence -",
        *seen_twice("x"),
    ],
    "clerk change-email": [
        f"x {ACT} --email a@example.org --stdin",
        f"x {ACT} --stdin --evidence -",
        *seen_twice("x"),
    ],
    "clerk search": [
        f"{ACT} --criterion evidence.json {option} x"
        for option in ("--receipt", "--user-name", "--email", "--birth-name", "--birth-date", "--mothers-birth-name")
    ],
    "audit verify": [
        *("x --all", "x --against file", "x --checkpoints .", "--against file", ""),
        *("x --processes 2", "x --resume file"),
    ],
    "audit accesses": ["x --office 1051", "x --day 2026-11-01", "--day 2026-11-01", "--office 1051 --csv - --json"],
    "audit timeline": ["x --csv - --html -", "x --csv - --json", "x --html - --json"],
    "audit statistics": ["--csv - --json"],
    "audit acts": ["--csv - --json"],
    "admin extend request": ["--operator o --before 2027-01-01 --days 3 --to-anniversary"],
    "admin policy": ["--operator o adopt evidence.json --operator p"],
    "migrate": ["--downgrade-to 0005 --give-up-code-key c1"],
    "api": ["--host ::1 openapi", "--port 1 openapi", "--wait 1 openapi"],
}
"""What no command can do at once, as it is typed: refused before anything is done, in one sentence."""


def commands(command: Any, *names: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  Typer's own
    within = getattr(command, "commands", {})
    if not within or (command.invoke_without_command and names):
        yield " ".join(names), command
    for name, each in within.items():
        yield from commands(each, *names, name)


COMMANDS = dict(commands(typer.main.get_command(app.app)))


def options(command: Any) -> set[str]:  # noqa: ANN401  Typer's own
    return {each.opts[-1] for each in command.params if each.param_type_name == "option"}


def test_the_tables_name_commands_that_exist() -> None:
    assert set(ALONE) | set(REFUSED) <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_stated_meaning_beside_the_others(name: str) -> None:
    """Either it means the same whatever else is given, or it is in a line that is refused."""
    refused = {word for line in REFUSED.get(name, []) for word in line.split() if word.startswith("--")}
    known = ALONE.get(name, set()) | refused | EVERYWHERE
    assert options(COMMANDS[name]) <= known


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A folder with evidence, which comes on standard input too."""
    evidence = '{"document_kind": "PASSPORT", "document_number": "1", "consent": true, "recipient": "X"}'
    (tmp_path / "evidence.json").write_text(evidence)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(evidence.encode()), encoding="utf-8"))
    return monkeypatch


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in REFUSED.items() for line in lines])
@pytest.mark.parametrize("language", Language)
def test_what_cannot_be_done_together_is_refused_in_one_sentence(
    name: str,
    line: str,
    language: Language,
    here: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also before it is looked whether there is an installation."""
    here.setenv("UGYFELKAPU_LANG", language)
    assert app._run([*name.split(), *line.split()]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "UGYFELKAPU_DATABASE_URL" not in said.err
    assert "ugyfelkapu dev`" not in said.err


@pytest.mark.parametrize("arguments", [["describe", "x"], ["worker"], ["migrate"]])
def test_a_folder_that_was_named_is_never_replaced_by_what_variables_name(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UGYFELKAPU_LANG", "en")
    monkeypatch.setenv("UGYFELKAPU_DATABASE_URL", "postgresql://another.example/installation")
    assert app._run(["--data", str(tmp_path), *arguments]) == 2
    sentence = capsys.readouterr().err.splitlines()[-1]  # a service logs it as JSON, too
    assert sentence.startswith("--data: no environment runs on this folder")
