"""What commands write into files, or on standard output for `-`."""

from collections.abc import Iterable
from pathlib import Path

import typer

from settings.operator_files import problem_of
from starter.cli.errors import CliError
from starter.cli.input import STDIN
from starter.cli.problems import CliProblem


def write(field: str, file: str, text: str) -> None:
    """Writes a file, or standard output for `-`; a new file is its owner's alone. Raises `CliError`."""
    if file == STDIN:
        typer.echo(text, nl=False)
        return
    try:
        Path(file).touch(mode=0o600)
        Path(file).write_text(text, encoding="utf-8", newline="")
    except (OSError, ValueError) as trouble:
        raise CliError(CliProblem.FILE_UNWRITABLE, field=field, reason=problem_of(trouble)) from None


def write_csv(file: str, kind: type, items: Iterable[object]) -> None:
    """Writes answers of one kind, with their fields as columns; times in UTC."""
    from starter.gateway.csv_lines import csv_of

    write("--csv", file, csv_of(kind, items))
