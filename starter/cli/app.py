"""The command `ugyfelkapu`: one file for each kind of user; here is what they share."""

import codecs
import io
import os
import sys
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.statuses import Language
from starter.cli import admin, api, audit, citizen, clerk, dev, doctor, embedded, fresh_secrets, portal, service
from starter.cli.choices import DATA_FOLDER, AsJson, Choices, Lang, choices_of
from starter.cli.conflicts import is_typed
from starter.cli.errors import BAD_INPUT, INTERRUPTED, ending_of
from starter.translation import language_of_environment

_HELP: Final = """Registrations of a client gate, each one durable Temporal workflow that lives for years.

Start with `ugyfelkapu demo`, or with `ugyfelkapu dev` in one terminal and the other commands in a second one, in the
same folder. Without it they work on the installation that the variables UGYFELKAPU_* and TEMPORAL_* name.

Exit status: 0 done, 1 refused or not available, 2 bad input, 130 interrupted.
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich")
app.add_typer(dev.app, name="dev", rich_help_panel=embedded.PANEL)
app.add_typer(embedded.app)
app.add_typer(portal.app)
app.add_typer(citizen.app)
app.add_typer(clerk.app, name="clerk", rich_help_panel="People")
app.add_typer(audit.app, name="audit", rich_help_panel="People")
app.add_typer(admin.app, name="admin", rich_help_panel="People")
app.add_typer(api.app, name="api", rich_help_panel="Service")
app.add_typer(service.app)
app.add_typer(doctor.app)
app.add_typer(fresh_secrets.app)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"ugyfelkapu {version('ugyfelkapu')}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            envvar="UGYFELKAPU_DATA",
            metavar="FOLDER",
            help=f"Where the embedded environment keeps its data; {DATA_FOLDER} in this folder if not given.",
        ),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    if data is not None:
        choices = choices_of(context)
        choices.folder, choices.needs_folder = data, is_typed(context, "data")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs one command and ends the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A C locale without Python's UTF-8 mode says nothing of the terminal, which speaks UTF-8 today. One that
            # has no ő is no reason to fail.
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="replace")
    _end(_run(arguments))


def _end(status: int) -> NoReturn:
    """Ends the process at once, without the interpreter's tear-down.

    In it a thread of the Temporal client may still want the interpreter: a command that had done and said everything
    ended by SIGSEGV, once in some thousands (temporalio/sdk-python#300; Python before 3.14).
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # a full disk, a reader that has gone
        status = status or 1
    os._exit(status)


def _run(arguments: list[str] | None) -> int:
    choices = Choices()
    try:
        choices.language = _language()
        command = typer.main.get_command(app)
        status = command.main(arguments, prog_name="ugyfelkapu", standalone_mode=False, obj=choices)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter fails at its own end
        return 1
    except Exception as error:  # noqa: BLE001  no user is shown a traceback
        if type(error).__name__ == "NoArgsIsHelpError":  # the help is printed already
            return BAD_INPUT
        if _debugging():
            traceback.print_exc()
        ending = ending_of(error, choices.language, choices.context)
        as_json = choices.as_json or "--json" in (sys.argv[1:] if arguments is None else arguments)
        print(ending.as_json if as_json else ending.sentence, file=sys.stderr)  # noqa: T201  the one sentence
        return ending.status
    return status if isinstance(status, int) else 0


def _debugging() -> bool:
    return os.environ.get("UGYFELKAPU_DEBUG") == "1"


def _language() -> Language:
    """Of the variable, or of the user's locale."""
    try:
        named = os.environ.get("UGYFELKAPU_LANG")
        return Language(named) if named else language_of_environment(os.environ)
    except ValueError:
        raise InvalidInput(field="UGYFELKAPU_LANG", rule=InputRule.ONE_OF, choices=", ".join(Language)) from None
