"""What a deployment runs besides the API: the worker, the pages, and the preparation of database and Temporal."""

import os
from enum import StrEnum
from typing import Annotated, Final

import typer

from settings.processes import Process
from starter.cli.choices import AsJson, Lang, choices_of
from starter.cli.conflicts import not_together
from starter.cli.installation import installation
from starter.cli.listening import Host, Port, address_of
from starter.cli.log import logged_ending
from starter.cli.outcomes import Downgraded, Prepared
from starter.cli.output import show
from starter.cli.waiting import Wait, run_once_answered

app = typer.Typer()
_PANEL: Final = "Service"


class Queue(StrEnum):
    """The task queues that a worker may serve."""

    REGISTRATION = "registration"
    LETTERS = "letters"


class SiteName(StrEnum):
    """Whom pages are for."""

    CITIZEN = "citizen"
    STAFF = "staff"


@app.command(rich_help_panel=_PANEL)
def worker(
    context: typer.Context,
    queue: Annotated[list[Queue] | None, typer.Option(help="A queue to serve; repeatable; all if not given.")] = None,
    wait: Wait = 0,
    _lang: Lang = None,
) -> None:
    """Run a worker until SIGTERM or Ctrl-C; what is under way is finished first."""
    from worker import ALL_QUEUES
    from worker import run as run_worker

    with logged_ending("worker"):
        found = installation(choices_of(context), Process.WORKER)
        os.environ.update(found.temporal)
        queues = [str(chosen) for chosen in queue] if queue else ALL_QUEUES
        run_once_answered(lambda: run_worker(found.settings, queues), wait)


@app.command(rich_help_panel=_PANEL)
def pages(
    context: typer.Context,
    site: Annotated[SiteName, typer.Option(help="Whom the pages are for.")] = SiteName.CITIZEN,
    host: Host = None,
    port: Port = None,
    wait: Wait = 0,
    _lang: Lang = None,
) -> None:
    """Run the pages of a site until SIGTERM or Ctrl-C; what is under way is finished first.

    Those for citizens listen on UGYFELKAPU_PAGES_ADDRESS (127.0.0.1:8080), those for staff on UGYFELKAPU_STAFF_ADDRESS
    (127.0.0.1:8081), unless --host or --port say otherwise. Citizens come by UGYFELKAPU_PORTAL_URL: where that is
    https, UGYFELKAPU_TRUSTED_PROXIES names the proxies in front of the pages. Staff come by UGYFELKAPU_STAFF_URL.
    """
    from starter.pages.server import CITIZENS, STAFF, run

    with logged_ending("pages"):
        served = STAFF if site is SiteName.STAFF else CITIZENS
        found = installation(choices_of(context), served.process)
        listened = address_of(getattr(found.settings, served.address), host, port)
        run_once_answered(lambda: run(served, found.settings, found.temporal, listened), wait)


@app.command(rich_help_panel=_PANEL)
def migrate(
    context: typer.Context,
    give_up_code_key: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Retire this code key at once: codes made with it are wrong; repeatable."),
    ] = None,
    downgrade: Annotated[
        str | None,
        typer.Option(
            "--downgrade-to",
            metavar="REVISION",
            help="Take the schema back to this revision instead, with what only later ones store; docs/upgrades.md.",
        ),
    ] = None,
    wait: Wait = 0,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Prepare the database, its register of keys, and Temporal; running it again is harmless."""
    from starter.gateway.preparation import downgrade_to, prepare
    from temporal.client import connect

    choices = choices_of(context)
    not_together("--downgrade-to", downgrade, "--give-up-code-key", give_up_code_key)
    found = installation(choices, Process.MIGRATE)

    async def prepared() -> None:
        if downgrade is not None:
            await downgrade_to(found.settings, downgrade)
            return
        client = await connect(found.temporal, lazy=True)
        await prepare(found.settings, client, give_up_code_keys=give_up_code_key or ())

    run_once_answered(prepared, wait)
    show(choices, Prepared(prepared=True) if downgrade is None else Downgraded(downgrade))
