"""`ugyfelkapu secrets` makes the secrets that an installation begins with."""

from pathlib import Path
from typing import Annotated

import typer

from settings.fresh_secrets import FILES, fill
from settings.operator_files import problem_of
from starter.cli.choices import AsJson, Lang, choices_of
from starter.cli.errors import CliError
from starter.cli.outcomes import SecretsMade
from starter.cli.output import show
from starter.cli.problems import CliProblem

app = typer.Typer()


@app.command(rich_help_panel="Service")
def secrets(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to put them; made if it is missing.")],
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Fill FOLDER with fresh secrets, one in each file, as docker-compose.yml reads them; what exists is kept.

    Public keys of checkpoints are derived from those that sign: to derive them again, delete the file first. The
    folder can be opened by its owner only, so keep the files in it.
    """
    try:
        made = fill(folder)
    except (OSError, UnicodeDecodeError) as trouble:
        raise CliError(CliProblem.FILE_UNWRITABLE, field="FOLDER", reason=problem_of(trouble)) from None
    show(choices_of(context), SecretsMade(made, tuple(name for name in FILES if name not in made)))
