"""The desk from the command line: `ugyfelkapu clerk …`, `admin offices …`, `admin staff …`."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from registration.times import day_in_budapest
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, form
from tests.acceptance.command_line import EXAMPLES, CommandLine, Outcome
from tests.support.accounts import variables_of

SEEN = ("--document-kind", "PASSPORT", "--document-number", "BA1234567", "--consent")
TO_NORA = (*SEEN, "--recipient", "Nyugtás Nóra")
NEW_OFFICES = (
    "code,body,name,address,open\n"
    'T-{code},OKMANYIRODA,Próba Okmányiroda,"1111 Budapest, Próba utca 1.",{open}\n'
    'T-{code}-2,ADOHATOSAG,Próba Adóhatóság,"1111 Budapest, Próba utca 2.",true\n'
)


class Terminal:
    """A terminal on the world's servers."""

    def __init__(self, world: World, folder: Path) -> None:
        variables = variables_of(world) | {"UGYFELKAPU_CLERK": "clerk-7", "UGYFELKAPU_OFFICE": "1051"}
        self._command_line = CommandLine(folder, variables)
        self.folder = folder

    async def __call__(self, *arguments: str, stdin: str = "") -> Outcome:
        """Runs `ugyfelkapu` with these arguments, while the world's worker works."""
        return await asyncio.to_thread(self._command_line, *arguments, stdin=stdin)

    async def data(self, *arguments: str, stdin: str = "") -> Any:  # noqa: ANN401  whatever the command prints
        """What a command prints as JSON."""
        return (await self(*arguments, "--json", stdin=stdin)).data

    def file(self, content: str) -> str:
        """A file with this content."""
        path = self.folder / f"{uuid4()}.txt"
        path.write_text(content, encoding="utf-8")
        return str(path)


@pytest.fixture
def cli(world: World, tmp_path: Path) -> Terminal:
    return Terminal(world, tmp_path)


async def test_a_clerk_opens_finds_and_prints_a_receipt_by_its_number_alone(cli: Terminal) -> None:
    filled = form(birth_name="Nyugtás Nóra")
    opened = await cli.data("clerk", "register", cli.file(json.dumps(filled)), *SEEN)
    number = opened["receipt_number"]
    (found,) = (await cli.data("clerk", "search", "--receipt", number))["found"]
    assert found["registration_id"] == opened["registration_id"]
    receipt = await cli.data("clerk", "receipt", number, *TO_NORA)
    assert (receipt["number"], receipt["user_name"], receipt["email"]) == (number, filled["user_name"], filled["email"])
    assert (receipt["body"], receipt["office"]) == ("OKMANYIRODA", "Budapest V. kerületi Okmányiroda")
    shown = await cli("clerk", "receipt", number, *TO_NORA, "--lang", "hu")
    assert "felhasználói név" in shown.output
    assert filled["user_name"] in shown.output
    assert (await cli.data("describe", number))["registration_id"] == opened["registration_id"]
    (await cli("clerk", "receipt", number)).refused(2, "--document-kind: must be given")
    (await cli("clerk", "receipt", number, *SEEN)).refused(2, "recipient: must be given")
    (await cli("clerk", "disclose", number, *SEEN, "--lang", "hu")).refused(2, "recipient: meg kell adni")
    (await cli("clerk", "receipt", f"{number[:-1]}{(int(number[-1]) + 1) % 10}", *TO_NORA)).refused(2, "is mistyped")


@pytest.mark.parametrize(("language", "words"), [("hu", "Regisztrációs nyugta"), ("en", "Registration receipt")])
async def test_the_receipt_is_a_page_of_its_own_in_either_language(cli: Terminal, language: str, words: str) -> None:
    """Everything is escaped; nothing is loaded and nothing runs."""
    filled = form()
    opened = await cli.data("clerk", "register", cli.file(json.dumps(filled)), *SEEN)
    page = cli.folder / "receipt.html"
    receipt = await cli.data(
        "clerk", "receipt", opened["registration_id"], *TO_NORA, "--html", str(page), "--lang", language
    )
    assert receipt == {"receipt_number": opened["receipt_number"], "page": str(page)}
    html = page.read_text(encoding="utf-8")
    assert f"<h1>{words}</h1>" in html
    for part in (filled["user_name"], filled["email"], opened["receipt_number"], "Budapest V. kerületi Okmányiroda"):
        assert part in html
    for outside in ("<script", "http:", "https:", "url(", "@import"):
        assert outside not in html
    shown = await cli("clerk", "receipt", opened["registration_id"], *TO_NORA, "--html", "-", "--lang", language)
    assert (shown.output[:9], shown.output.rstrip()[-7:]) == ("<!doctype", "</html>")
    nowhere = str(cli.folder / "no" / "receipt.html")
    (await cli("clerk", "receipt", opened["registration_id"], *TO_NORA, "--html", nowhere)).refused(2, "--html")


async def test_a_person_is_found_with_what_was_typed_kept_out_of_the_list_of_processes(cli: Terminal) -> None:
    filled = form(birth_name="Titkos Tibor")
    opened = await cli.data("clerk", "register", cli.file(json.dumps(filled)), *SEEN)
    person = {name: filled[name] for name in ("birth_name", "birth_date", "mothers_birth_name")}
    result = await cli.data("clerk", "search", "--criterion", "-", stdin=json.dumps(person))
    assert [found["registration_id"] for found in result["found"]] == [opened["registration_id"]]
    assert "Titkos" not in json.dumps(result)
    options = [part for name, value in person.items() for part in (f"--{name.replace('_', '-')}", value)]
    assert await cli.data("clerk", "search", *options) == result
    shown = await cli("clerk", "search", "--email", filled["email"], "--lang", "hu")
    assert opened["receipt_number"] in shown.output
    assert "aktiválásra vár" in shown.output
    (await cli("clerk", "search")).refused(2, "--criterion: must have exactly one criterion")
    (await cli("clerk", "search", "--user-name", "a", "--email", "b")).refused(2, "exactly one criterion")


async def test_a_reactivation_with_a_new_address_is_no_signal(cli: Terminal) -> None:
    act = ("clerk", "reactivate", str(uuid4()), "--email", "elo@example.org", "--signal")
    (await cli(*act, *SEEN)).refused(2, "--signal")


async def test_a_supervisor_reads_who_looked_at_the_office_on_a_day(cli: Terminal) -> None:
    looker = f"clerk-{uuid4().hex[:8]}"
    await cli.data("clerk", "search", "--user-name", "nincs.ilyen", "--clerk", looker, "--office", "UK-1")
    today = str(day_in_budapest(datetime.now(UTC)))
    accesses = await cli.data(
        "clerk", "accesses", "--day", today, "--clerk", "super-1", "--office", "UK-1", "--supervisor"
    )
    assert (accesses["office"], accesses["day"]) == ("UK-1", today)
    seen = [entry for entry in accesses["entries"] if entry["actor_id"] == looker]
    assert [(one["operation"], one["outcome"], one["detail"]) for one in seen] == [
        ("desk.search", "DONE", "user_name: 0")
    ]
    shown = await cli("clerk", "accesses", "--clerk", "super-1", "--office", "UK-1", "--supervisor")
    assert looker in shown.output
    (await cli("clerk", "accesses", "--day", today)).refused(
        1, "The role clerk does not allow this: reading the access record"
    )
    (await cli("clerk", "accesses", "--day", "today", "--supervisor")).refused(2, "--day")


async def test_a_supervisor_reads_the_evidence_of_an_act_of_the_office(cli: Terminal, world: World) -> None:
    registration_id, _ = await world.active()
    command = ("clerk", "evidence", registration_id, "--event", "3")
    act = await cli.data(*command, "--supervisor")
    assert (act["kind"], act["clerk"]) == ("IDENTITY_VERIFIED", "clerk-7")
    assert act["evidence"] == EVIDENCE
    shown = await cli(*command, "--supervisor", "--lang", "hu")
    assert "okmány száma" in shown.output
    assert "BA1234567" in shown.output
    (await cli(*command)).refused(1, "The role clerk does not allow this: looking at the evidence.")


async def test_offices_are_imported_all_or_none_as_often_as_one_likes(cli: Terminal) -> None:
    code = str(uuid4())[:8]
    for is_open in ("true", "true", "false"):
        file = cli.file(NEW_OFFICES.format(code=code, open=is_open))
        assert await cli.data("admin", "offices", "import", file) == {"imported": 2}
    (await cli("clerk", "search", "--user-name", "a.b", "--office", f"T-{code}")).refused(1, f"The office T-{code}")
    assert (await cli("clerk", "search", "--user-name", "a.b", "--office", f"T-{code}-2")).status == 0
    listed = {office["code"]: office["open"] for office in (await cli.data("admin", "offices", "list"))["offices"]}
    assert (listed[f"T-{code}"], listed[f"T-{code}-2"], listed["1051"]) == (False, True, True)

    reopened = NEW_OFFICES.format(code=code, open="true")
    for broken, words in (
        (reopened + "X-1,POSTA,Posta,Budapest,true\n", "FILE:4:body: must be one of OKMANYIRODA"),
        (reopened + f"T-{code},ADOHATOSAG,Még egyszer,Budapest,true\n", "FILE:4:code: is on line 2 already"),
        (reopened + "X-1,ADOHATOSAG\n", "FILE:4:line: must have 5 fields"),
        (reopened.replace("address", "cím"), "FILE: must have exactly these columns"),
    ):
        (await cli("admin", "offices", "import", cli.file(broken))).refused(2, words)
    (await cli("admin", "offices", "import", str(cli.folder / "missing.csv"))).refused(2, "FILE")
    assert not {o["code"]: o["open"] for o in (await cli.data("admin", "offices", "list"))["offices"]}[f"T-{code}"]
    assert (await cli.data("admin", "offices", "import", str(EXAMPLES / "offices.csv")))["imported"] > 4


async def test_a_disabled_clerk_is_refused_at_once_and_let_in_again(cli: Terminal) -> None:
    clerk = f"clerk-{uuid4()}"
    looks = ("clerk", "search", "--user-name", "nincs.ilyen", "--clerk", clerk)
    assert (await cli(*looks)).status == 0
    assert await cli.data("admin", "staff", "disable", clerk) == {"staff_id": clerk, "disabled": True, "seen": True}
    (await cli(*looks)).refused(1, "may not act any more")
    (await cli(*looks, "--lang", "hu")).refused(1, "már nem járhat el")
    (row,) = [each for each in (await cli.data("admin", "staff", "list"))["disabled"] if each["staff_id"] == clerk]
    assert (row["disabled_by"], row["seen"]) == ("operator-1", True)
    assert await cli.data("admin", "staff", "enable", clerk) == {"staff_id": clerk, "disabled": False, "seen": True}
    assert (await cli(*looks)).status == 0
    (await cli("admin", "staff", "disable", "operator-1")).refused(2, "ID: must not be your own id")
    (await cli("admin", "staff", "disable", "Kovács Anna")).refused(2, "ID: must be 1 to 255 ASCII letters")
