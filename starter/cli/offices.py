"""Registration bodies' offices: clerks act for open ones only."""

from pathlib import Path
from typing import Annotated

import typer

from registration.offices import Office
from starter.cli.csv_input import COMMA, UTF_8, Delimiter, Encoding, opened_csv
from starter.cli.operator_options import Operations, as_operator
from starter.cli.outcomes import OfficesImported
from starter.cli.output import columns, show, show_rows

app = typer.Typer(help=__doc__, no_args_is_help=True)


@app.command("import")
@as_operator
def import_(
    operations: Operations,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The offices as CSV; see examples/offices.csv.")],
    encoding: Encoding = UTF_8,
    delimiter: Delimiter = COMMA,
) -> None:
    """Add the offices in FILE and replace those whose codes are known: all of them, or none; others stay."""
    from registration.offices import OFFICE_COLUMNS

    with opened_csv(file, OFFICE_COLUMNS, encoding=encoding, delimiter=delimiter) as lines:
        count = operations.act(lambda it: it.offices.put_all(lines))
    show(operations.choices, OfficesImported(count))


@app.command("list")
@as_operator
def list_(operations: Operations) -> None:
    """List all offices."""
    found = operations.act(lambda it: it.offices.every())
    show_rows(operations.choices, found, columns(Office), found.offices)
