"""What commands write into files, or on standard output for `-`."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from starter.cli.errors import CliError
from starter.cli.input import STDIN
from starter.cli.sentences import CliProblem


def write(field: str, file: str, text: str) -> None:
    """Writes a file, or standard output for `-`. Raises `CliError`."""
    if file == STDIN:
        typer.echo(text, nl=False)
        return
    try:
        Path(file).write_text(text, encoding="utf-8", newline="")
    except (OSError, ValueError) as trouble:
        reason = (trouble.strerror if isinstance(trouble, OSError) else None) or type(trouble).__name__
        raise CliError(CliProblem.FILE_UNWRITABLE, field=field, reason=reason) from None


def write_csv(file: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows under the names of their columns (RFC 4180); times in UTC."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row.get(name)) for name in columns})
    write("--csv", file, text.getvalue())


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "" if value is None else str(value)
