"""`ugyfelkapu admin import`: takes over the accounts of an older system."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Final

import typer

from starter.cli.choices import Choices
from starter.cli.csv_input import COMMA, UTF_8, Delimiter, Encoding, opened_csv
from starter.cli.errors import CliError
from starter.cli.input import opened_text
from starter.cli.installation import run
from starter.cli.operator_options import Operations, as_operator
from starter.cli.outcomes import AccountsImported
from starter.cli.output import progress_bar, show
from starter.cli.problems import CliProblem
from starter.translation import translated

if TYPE_CHECKING:
    from starter.gateway import Engine

_REPORT_COLUMNS: Final = ("line", "field", "rule", "sentence")
_BLOCK_BYTES: Final = 1 << 20


@as_operator
def import_accounts(
    operations: Operations,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The accounts as CSV; see examples/accounts.csv.")],
    *,
    source: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="The older system's id: the same user name of the same source is the same account in every run.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, write nothing but the --report asked for.")
    ] = False,
    spread_expiries: Annotated[
        int, typer.Option(metavar="DAYS", min=0, max=730, help="Move expiries ahead later, by up to so many days.")
    ] = 0,
    rate: Annotated[
        float | None, typer.Option(metavar="NUMBER", min=0.1, help="Start at most so many registrations a second.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where refused lines are listed as CSV; FILE.refused.csv if not given, and nowhere with --dry-run.",
        ),
    ] = None,
    encoding: Encoding = UTF_8,
    delimiter: Delimiter = COMMA,
) -> None:
    """Take over accounts of an older system; killed or refused in part, run it again: each account comes once."""
    from registration.accounts import ACCOUNT_COLUMNS
    from starter.gateway.csv_lines import csv_line
    from starter.gateway.imports import KEYCLOAK_COLUMNS, AccountImport, ImportPlan

    choices = operations.choices
    if report is None and not dry_run:
        report = file.with_name(f"{file.name}.refused.csv")
    plan = ImportPlan(source, spread_expiries, rate, dry_run)
    with (
        opened_csv(file, ACCOUNT_COLUMNS, KEYCLOAK_COLUMNS, encoding=encoding, delimiter=delimiter) as accounts,
        _refusals(report) as refusals,
        _progress(choices, file) as advance,
    ):
        refusals.write(csv_line(_REPORT_COLUMNS))

        async def imported(engine: "Engine") -> Counter[str]:
            tally: Counter[str] = Counter()
            importing = AccountImport(engine, operations.operator, plan)
            for batch in importing.batches(accounts):
                outcome = await importing.take(batch)
                tally.update(vars(outcome) | {"refused": len(outcome.refused)})
                for line in outcome.refused:
                    sentence = translated(line.refusal.sentence, choices.language)
                    refusals.write(csv_line((line.number, line.field, line.rule, sentence)))
                advance(batch[-1].number)
            return tally

        tally = run(choices, imported)
    counts = {name: tally[name] for name in ("lines", "taken_over", "already_there", "refused", "started")}
    show(
        choices,
        AccountsImported(
            dry_run=dry_run,
            file_lines=accounts.count,
            header=1,
            blank=accounts.blank,
            **counts,
            report=None if report is None else str(report),
        ),
    )
    if tally["refused"]:
        raise _refused(tally, report, dry_run=dry_run)


def _refused(tally: Counter[str], report: Path | None, *, dry_run: bool) -> CliError:
    """What is true of the other lines, too."""
    facts = {"count": str(tally["refused"]), "report": str(report)}
    if dry_run:
        return CliError(CliProblem.LINES_WOULD_BE_REFUSED if report else CliProblem.LINES_UNLISTED, **facts)
    done = tally["taken_over"] + tally["already_there"]
    return CliError(CliProblem.LINES_REFUSED if done else CliProblem.ALL_LINES_REFUSED, done=str(done), **facts)


@contextmanager
def _refusals(report: Path | None) -> Iterator[IO[str]]:
    if report is None:
        yield StringIO()
        return
    with opened_text("--report", report, "w", encoding="utf-8", errors="strict") as file:
        yield file


@contextmanager
def _progress(choices: Choices, file: Path) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal; the function that it yields takes the line just done."""
    with file.open("rb") as counted:
        total = sum(block.count(b"\n") for block in iter(lambda: counted.read(_BLOCK_BYTES), b""))
    with progress_bar(choices) as progress:
        task = progress.add_task(file.name, total=total)
        yield lambda number: progress.update(task, completed=number)
