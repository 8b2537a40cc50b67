"""`ugyfelkapu dev` runs the embedded environment; its commands make what one needs to try things in it."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from registration.forms import checked_choice, checked_identifier
from starter.cli.choices import AsJson, Lang, choices_of
from starter.cli.input import duration_of
from starter.cli.output import console_of, print_json
from starter.cli.session import needs_embedded

app = typer.Typer(invoke_without_command=True)

_PORTAL: Final = "portal"
_LONGEST: Final = timedelta(days=365)


@app.callback()
def dev(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FOLDER", help="Where its data is kept; .ugyfelkapu if not given.")
    ] = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Run Temporal with its web UI, PostgreSQL, an inbox, a worker and the API in this terminal, until Ctrl-C.

    Each server is left out where the environment names one: TEMPORAL_ADDRESS, UGYFELKAPU_DATABASE_URL,
    UGYFELKAPU_SMTP_URL. The other commands find it from the same folder. The API listens on UGYFELKAPU_API_ADDRESS, or
    on port 8000 where that is free.
    """
    choices = choices_of(context)
    choices.folder = data or choices.folder
    if context.invoked_subcommand is None:
        from starter.cli.dev_server import serve

        serve(choices)


@app.command()
def token(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="portal, clerk, supervisor, auditor or operator.")] = _PORTAL,
    caller: Annotated[str | None, typer.Option("--id", help="The caller's opaque id; <role>-1 if not given.")] = None,
    office: Annotated[str | None, typer.Option(help="The office of a clerk or supervisor.")] = None,
    valid: Annotated[str, typer.Option(metavar="DURATION", help="30d, 12h, 45m or 90s.")] = "8h",
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Print a token for the API of the environment that runs on this folder."""
    from starter.api.tokens import Role
    from starter.dev.tokens import token as signed_token

    choices = choices_of(context)
    needs_embedded(choices)
    chosen = checked_choice("--role", role, Role)
    made = signed_token(
        choices.folder,
        chosen,
        caller=checked_identifier("--id", caller or f"{chosen}-1"),
        office=None if office is None else checked_identifier("--office", office),
        valid=duration_of(valid, longest=_LONGEST),
    )
    if choices.as_json:
        print_json({"token": made})
        return
    console_of().print(made, soft_wrap=True, highlight=False, markup=False)
