"""Extend passwords' validity: of one account by its id, or of very many with a second person's approval."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.core import TyperGroup

from registration.dependencies import Dependency
from registration.errors import Unavailable
from registration.extension_answers import ExtensionCount, ExtensionItem, ExtensionProgress, ExtensionStatus
from registration.extensions import USUAL_RATE, ExtensionOutcome, ExtensionState
from registration.record import Event, EventKind
from registration.sentences import N_
from registration.times import time_of
from starter.cli.choices import COMMAND_LINE, Choices, Reference
from starter.cli.errors import CliError
from starter.cli.input import opened_text
from starter.cli.operator_options import Operations, as_operator
from starter.cli.outcomes import ReportWritten, ValidityExtended
from starter.cli.output import (
    Column,
    columns,
    console_of,
    progress_bar,
    show,
    show_rows,
    show_table,
    title_in,
    title_of,
)
from starter.cli.problems import CliProblem
from starter.translation import translated

if TYPE_CHECKING:
    from starter.gateway import Engine, OperationsGateway

_ONE: Final = "account"


class _OneOrMany(TyperGroup):
    """`extend ID …` is short for `extend account ID …`: whatever is no subcommand is a registration."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  Typer's own context
        if args and args[0] not in {*self.commands, "--help"}:
            args = [_ONE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help=__doc__, no_args_is_help=True, cls=_OneOrMany)

_OUTCOME_SECONDS: Final = 10
"""A signal is taken up in milliseconds; after this it is only sure that it will be."""

_LOOK_SECONDS: Final = 1
_ENDS: Final = {ExtensionState.DONE, ExtensionState.PAUSED, ExtensionState.STOPPED}
ExtensionId = Annotated[str, typer.Argument(metavar="ID", help="The extension's id, as `request` printed it.")]
Before = Annotated[
    str,
    typer.Option(
        "--before",
        metavar="DATE",
        help="Accounts whose password expires before: YYYY-MM-DD (the start of that day) or YYYY-MM-DDTHH:MM, "
        "in Budapest unless an offset is given.",
    ),
]
Days = Annotated[int | None, typer.Option("--days", metavar="NUMBER", help="Move each expiry by so many days.")]
ToAnniversary = Annotated[
    bool, typer.Option("--to-anniversary", help="Move each expiry to the next anniversary of its registration.")
]
_RATE_HELP: Final = "Registrations a second."


@app.command(_ONE)
@as_operator
def account(
    operations: Operations,
    reference: Reference,
    until: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="YYYY-MM-DD (the end of that day) or YYYY-MM-DDTHH:MM; Budapest's unless an offset is given, as Z.",
        ),
    ],
) -> None:
    """Extend one password's validity, also beyond what clients may choose, and say whether it was accepted."""
    moment = time_of("--until", until, by_a_person=True)

    async def extended(acting: "OperationsGateway", engine: "Engine") -> Event:
        from starter.gateway import AuditorGateway

        registration_id = await engine.registration_id(reference)
        audit = AuditorGateway(engine, COMMAND_LINE)
        before = (await audit.snapshot(registration_id)).sequence
        await acting.extend_validity(registration_id, moment)
        try:
            async with asyncio.timeout(_OUTCOME_SECONDS):
                while True:
                    for event in await audit.events(registration_id):
                        own = event.actor.id == operations.operator and event.kind.row.answers_extension
                        if own and event.sequence > before:
                            return event
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Unavailable(Dependency.WORKER) from None

    event = operations.act_with(extended)
    if event.kind is EventKind.SIGNAL_REFUSED:
        raise CliError(CliProblem.SIGNAL_REFUSED, reason=event.refusal or "–")
    show(operations.choices, ValidityExtended(True, event.status, event.password_valid_until))


@app.command()
@as_operator
def request(
    operations: Operations,
    before: Before,
    *,
    days: Days = None,
    to_anniversary: ToAnniversary = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the accounts, write nothing.")] = False,
) -> None:
    """Ask for the extension of all accounts that expire before a date; another person has to approve it."""
    choices, moment = operations.choices, time_of("--before", before, whole_day=False, by_a_person=True)
    if (days is None) is not to_anniversary:
        raise CliError(CliProblem.ONE_WAY_TO_EXTEND)
    if dry_run:
        found = operations.act(lambda it: it.extensions.count(moment, days=days))
        if not choices.as_json:
            show_table(choices, columns(ExtensionCount), found.counts)
        show(choices, found, without=("counts",))
        return
    show(choices, operations.act(lambda it: it.extensions.request(moment, days=days)))


@app.command()
@as_operator
def approve(operations: Operations, extension: ExtensionId) -> None:
    """Approve what another person asked for."""
    show(operations.choices, operations.act(lambda it: it.extensions.approve(extension)))


@app.command()
@as_operator
def start(
    operations: Operations,
    extension: ExtensionId,
    rate: Annotated[float, typer.Option(metavar="NUMBER", help=_RATE_HELP)] = USUAL_RATE,
) -> None:
    """Carry out an approved extension and watch it to its end; Ctrl-C only ends the watching."""

    async def watched(acting: "OperationsGateway") -> ExtensionStatus:
        status = await acting.extensions.start(extension, rate)
        with _bar(operations.choices) as bar:
            task = bar.add_task("", total=None)
            while status.state not in _ENDS:
                progress = status.progress
                bar.update(task, total=progress.total or None, completed=progress.total - progress.open)
                await asyncio.sleep(_LOOK_SECONDS)
                status = await acting.extensions.status(extension)
        return status

    show(operations.choices, operations.act(watched))


@app.command()
@as_operator
def pause(operations: Operations, extension: ExtensionId) -> None:
    """Let no further account be extended, some seconds later at the latest, until `resume`."""
    show(operations.choices, operations.act(lambda it: it.extensions.pause(extension)))


@app.command()
@as_operator
def resume(
    operations: Operations,
    extension: ExtensionId,
    rate: Annotated[float | None, typer.Option(metavar="NUMBER", help=_RATE_HELP)] = None,
) -> None:
    """Go on, at another rate if one is given."""
    show(operations.choices, operations.act(lambda it: it.extensions.resume(extension, rate)))


@app.command()
@as_operator
def status(operations: Operations, extension: ExtensionId) -> None:
    """Say who asked, who approved, and how far it has come."""
    show(operations.choices, operations.act(lambda it: it.extensions.status(extension)))


@app.command("list")
@as_operator
def list_(
    operations: Operations,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="ID", help="Only those asked for before this extension.")
    ] = None,
) -> None:
    """List the bulk extensions, newest first, 20 at a time."""
    choices, found = operations.choices, operations.act(lambda it: it.extensions.newest(older_than))
    to_anniversary = title_in(choices, N_("to anniversary"))
    over = (
        *columns(ExtensionStatus, "extension_id", "requested_at", "requested_by", "before"),
        Column("days", title_of(ExtensionStatus, "days"), lambda each: each.days or to_anniversary),
        Column("total", title_of(ExtensionProgress, "total"), lambda each: each.progress.total),
        *columns(ExtensionStatus, "state", "approved_by", "approved_at"),
    )
    show_rows(choices, found, over, found.extensions)
    if found.more and not choices.as_json:
        older = CliProblem.OLDER_EXTENSIONS.with_facts(last=found.extensions[-1].extension_id)
        sentence = translated(older, choices.language)
        console_of(stderr=True).print(sentence)


@app.command()
@as_operator
def report(
    operations: Operations,
    extension: ExtensionId,
    file: Annotated[Path, typer.Option("--csv", metavar="FILE", help="Where every account is listed.")],
) -> None:
    """List every account with its old and new expiry and what came of it, at any time."""
    from starter.gateway.csv_lines import csv_header, csv_row

    async def written(acting: "OperationsGateway") -> Counter[str]:
        counts: Counter[str] = Counter()
        items = await acting.extensions.report(extension)  # what is no extension leaves no file behind
        first = await anext(items, None)
        with opened_text("--csv", file, "w", encoding="utf-8", errors="strict") as listed:
            listed.write(csv_header(ExtensionItem))
            while first:
                counts[first.outcome] += 1
                listed.write(csv_row(first))
                first = await anext(items, None)
        return counts

    counts = operations.act(written)
    by_outcome = {outcome.lower(): counts[outcome] for outcome in ExtensionOutcome}
    show(operations.choices, ReportWritten(accounts=counts.total(), **by_outcome, report=str(file)))


def _bar(choices: Choices) -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed:.0f}/s"), TimeRemainingColumn())
    return progress_bar(choices, *columns)
