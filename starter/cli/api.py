"""`ugyfelkapu api` serves portals over HTTP."""

import typer

from settings.processes import Process
from starter.cli.choices import Lang, choices_of
from starter.cli.conflicts import nothing_before_a_subcommand
from starter.cli.installation import installation
from starter.cli.listening import Host, Port, address_of
from starter.cli.log import logged_ending
from starter.cli.output import print_json
from starter.cli.waiting import Wait, run_once_answered

app = typer.Typer(invoke_without_command=True)


@app.callback()
def api(
    context: typer.Context,
    host: Host = None,
    port: Port = None,
    wait: Wait = 0,
    _lang: Lang = None,
) -> None:
    """Run the HTTP API until SIGTERM or Ctrl-C; what is under way is finished first.

    It listens on UGYFELKAPU_API_ADDRESS (127.0.0.1:8000) unless --host or --port say otherwise.
    """
    if context.invoked_subcommand is not None:
        nothing_before_a_subcommand(context, "_lang")
        return
    from starter.api.server import run

    with logged_ending("api"):
        found = installation(choices_of(context), Process.API)
        listened = address_of(found.settings.api_address, host, port)
        run_once_answered(lambda: run(found.settings, found.temporal, listened), wait)


@app.command()
def openapi(_lang: Lang = None) -> None:
    """Print the OpenAPI 3.1 document."""
    from starter.api.app import openapi_document

    print_json(openapi_document())
