"""The gate before an upgrade, run with the new build's image."""

import asyncio
import logging
from typing import TYPE_CHECKING, Annotated

import typer

from settings.telemetry import log_to_stderr
from starter.cli.choices import AsJson, Lang, choices_of
from starter.cli.errors import CliError
from starter.cli.installation import installation
from starter.cli.output import columns, console_of, show_rows, show_table
from starter.cli.problems import CliProblem
from starter.translation import catalogue

if TYPE_CHECKING:
    from starter.gateway.replay_sample import ReplaySample

_MOST = 1000
"""Of each source. More say little more: a change of the code meets kinds of histories, not single ones."""


def replay_sample(
    context: typer.Context,
    most: Annotated[
        int,
        typer.Argument(metavar="N", min=1, max=_MOST, help="Up to so many open histories, and as many archived ones."),
    ],
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Replay a sample of live and archived histories with this build, before it is deployed; see docs/upgrades.md.

    Registrations of all statuses and ages, open workflows of other types, and runs of the archive. Needs no database
    and changes nothing. Exit status 0 where all replay, and there is one.
    """
    from starter.gateway.replay_sample import ReplayCount, ReplayFailure, sample_replayed
    from temporal.client import connect

    log_to_stderr()
    logging.getLogger("temporalio").addHandler(logging.NullHandler())  # a failure is printed below, in one sentence
    choices = choices_of(context)
    found = installation(choices)

    async def sampled() -> "ReplaySample":
        client = await connect(found.temporal)
        return await sample_replayed(found.settings, client, most, catalogue(choices.language))

    with console_of(stderr=True).status("…"):
        sample = asyncio.run(sampled())
    show_rows(choices, sample, columns(ReplayCount), sample.counts)
    if sample.failures and not choices.as_json:
        show_table(choices, columns(ReplayFailure), sample.failures)
    if not sample.counts:
        raise CliError(CliProblem.NOTHING_TO_REPLAY)
    if not sample.holds:
        total = sum(count.replayed + count.differing for count in sample.counts)
        raise CliError(CliProblem.REPLAY_DIFFERS, count=str(len(sample.failures)), all=str(total))
