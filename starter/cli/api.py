"""`ugyfelkapu api` serves portals over HTTP."""

import asyncio
from typing import Annotated

import typer

from starter.cli.choices import Lang, choices_of
from starter.cli.conflicts import nothing_before_a_subcommand
from starter.cli.installation import installation
from starter.cli.log import logged_ending
from starter.cli.output import print_json

app = typer.Typer(invoke_without_command=True)


@app.callback()
def api(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port; 0 is any free one.")] = None,
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
        found = installation(choices_of(context))
        set_host, _, set_port = found.settings.api_address.rpartition(":")
        chosen = host or set_host
        listened = f"[{chosen}]" if ":" in chosen.strip("[]") and not chosen.startswith("[") else chosen
        asyncio.run(run(found.settings, found.temporal, f"{listened}:{set_port if port is None else port}"))


@app.command()
def openapi(_lang: Lang = None) -> None:
    """Print the OpenAPI 3.1 document."""
    from starter.api.app import openapi_document

    print_json(openapi_document())
