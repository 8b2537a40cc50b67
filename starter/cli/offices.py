"""Registration bodies' offices: clerks act for open ones only."""

from pathlib import Path
from typing import Annotated

import typer

from registration.offices import Office
from starter.cli.choices import AsJson, Lang, Operator, choices_of, required_operator
from starter.cli.csv_input import COMMA, UTF_8, Delimiter, Encoding, opened_csv
from starter.cli.installation import run
from starter.cli.outcomes import OfficesImported
from starter.cli.output import columns, show, show_rows

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The offices as CSV; see examples/offices.csv.")],
    operator: Operator = None,
    encoding: Encoding = UTF_8,
    delimiter: Delimiter = COMMA,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Add the offices in FILE and replace those whose codes are known: all of them, or none; others stay."""
    from registration.offices import OFFICE_COLUMNS
    from starter.gateway import AdministrationGateway

    choices, acting = choices_of(context), required_operator(operator)
    with opened_csv(file, OFFICE_COLUMNS, encoding=encoding, delimiter=delimiter) as lines:
        count = run(choices, lambda engine: AdministrationGateway(engine, acting).import_offices(lines))
    show(choices, OfficesImported(count))


@app.command("list")
def list_(context: typer.Context, operator: Operator = None, _json: AsJson = False, _lang: Lang = None) -> None:
    """List all offices."""
    from starter.gateway import AdministrationGateway

    choices, acting = choices_of(context), required_operator(operator)
    found = run(choices, lambda engine: AdministrationGateway(engine, acting).offices())
    show_rows(choices, found, columns(Office), found.offices)
