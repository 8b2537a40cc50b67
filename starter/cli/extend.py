"""Extend passwords' validity: of one account by its id, or of very many with a second person's approval."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.core import TyperGroup

from registration.dependencies import Dependency
from registration.errors import Unavailable
from registration.extensions import USUAL_RATE, ExtensionState, ExtensionStatus
from registration.record import Event, EventKind
from registration.times import time_of
from starter.cli.choices import Choices, Reference
from starter.cli.errors import CliError
from starter.cli.input import opened_text
from starter.cli.operator_options import Operations, as_operator
from starter.cli.output import console_of, label, print_json, show, show_rows
from starter.cli.sentences import CliProblem

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
_LISTED: Final = (
    "id",
    "requested_at",
    "requested_by",
    "before",
    "days",
    "total",
    "state",
    "approved_by",
    "approved_at",
)
_REPORT_COLUMNS: Final = ("registration_id", "valid_until", "until", "outcome", "reason")

Extension = Annotated[str, typer.Argument(metavar="ID", help="The extension's id, as `request` printed it.")]
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
    """Extend one password's validity, also beyond the 2 years, and say whether the registration accepted it."""
    moment = time_of("--until", until, by_a_person=True)

    async def extended(acting: "OperationsGateway", engine: "Engine") -> Event:
        from starter.gateway import AuditorGateway

        registration_id = await engine.registration_id(reference)
        audit = AuditorGateway(engine)
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
    facts = {"applied": True, "status": event.status, "password_valid_until": event.password_valid_until}
    show(operations.choices, facts)


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
        found = operations.act(lambda it: it.count_extension(moment, days=days))
        if choices.as_json:
            show(choices, found)
            return
        show_rows(choices, ("status", "month", "until_month", "accounts"), [asdict(count) for count in found.counts])
        show(choices, {"total": found.total, "hopeless": found.hopeless})
        return
    show(choices, operations.act(lambda it: it.request_extension(moment, days=days)))


@app.command()
@as_operator
def approve(operations: Operations, extension: Extension) -> None:
    """Approve what another person asked for."""
    show(operations.choices, operations.act(lambda it: it.approve_extension(extension)))


@app.command()
@as_operator
def start(
    operations: Operations,
    extension: Extension,
    rate: Annotated[float, typer.Option(metavar="NUMBER", help=_RATE_HELP)] = USUAL_RATE,
) -> None:
    """Carry out an approved extension and watch it to its end; Ctrl-C only ends the watching."""

    async def watched(engine: "OperationsGateway") -> ExtensionStatus:
        status = await engine.start_extension(extension, rate)
        with _bar(operations.choices) as bar:
            task = bar.add_task("", total=None)
            while status.state not in _ENDS:
                progress = status.progress
                bar.update(task, total=progress.total or None, completed=progress.total - progress.open)
                await asyncio.sleep(_LOOK_SECONDS)
                status = await engine.extension(extension)
        return status

    _show_status(operations.choices, operations.act(watched))


@app.command()
@as_operator
def pause(operations: Operations, extension: Extension) -> None:
    """Let no further account be extended, some seconds later at the latest, until `resume`."""
    operations.act(lambda it: it.pause_extension(extension))
    show(operations.choices, {"id": extension, "paused": True})


@app.command()
@as_operator
def resume(
    operations: Operations,
    extension: Extension,
    rate: Annotated[float | None, typer.Option(metavar="NUMBER", help=_RATE_HELP)] = None,
) -> None:
    """Go on, at another rate if one is given."""
    operations.act(lambda it: it.resume_extension(extension, rate))
    show(operations.choices, {"id": extension, "paused": False})


@app.command()
@as_operator
def status(operations: Operations, extension: Extension) -> None:
    """Say who asked, who approved, and how far it has come."""
    _show_status(operations.choices, operations.act(lambda it: it.extension(extension)))


@app.command("list")
@as_operator
def list_(
    operations: Operations,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="ID", help="Only those asked for before this extension.")
    ] = None,
) -> None:
    """List the bulk extensions, newest first, 20 at a time."""
    choices, found = operations.choices, operations.act(lambda it: it.extensions(older_than))
    rows = [_facts(each) for each in found.extensions]
    if choices.as_json:
        print_json(_page(rows, more=found.more))
        return
    to_anniversary = label(choices, "to_anniversary")
    show_rows(choices, _LISTED, [{**row, "days": row["days"] or to_anniversary} for row in rows])
    if found.more:
        sentence = CliProblem.OLDER_EXTENSIONS.in_language(choices.language, last=rows[-1]["id"])
        console_of(stderr=True).print(sentence)


@app.command()
@as_operator
def report(
    operations: Operations,
    extension: Extension,
    file: Annotated[Path, typer.Option("--csv", metavar="FILE", help="Where every account is listed.")],
) -> None:
    """List every account with its old and new expiry and what came of it, at any time."""
    from starter.gateway.csv_lines import csv_line

    async def written(engine: "OperationsGateway") -> dict[str, int]:
        counts: dict[str, int] = {}
        items = await engine.extension_report(extension)  # what is no extension leaves no file behind
        first = await anext(items, None)
        with opened_text("--csv", file, "w", encoding="utf-8", errors="strict") as listed:
            listed.write(csv_line(_REPORT_COLUMNS))
            while first:
                counts[first.outcome] = counts.get(first.outcome, 0) + 1
                listed.write(csv_line(getattr(first, name) for name in _REPORT_COLUMNS))
                first = await anext(items, None)
        return counts

    counts = operations.act(written)
    show(operations.choices, {"accounts": sum(counts.values()), **counts, "report": str(file)})


def _page(rows: list[dict[str, Any]], *, more: bool) -> dict[str, Any]:
    return {"extensions": rows, "more": more}


def _facts(status: ExtensionStatus) -> dict[str, Any]:
    facts = asdict(status.extension) | {"state": status.state, "rate": status.rate}
    return facts | asdict(status.progress)


def _show_status(choices: Choices, status: ExtensionStatus) -> None:
    facts = _facts(status)
    if not choices.as_json:
        facts["waiting"] = facts.pop("open")  # the label of "open" is the offices'
    show(choices, facts)


def _bar(choices: Choices) -> Progress:
    console = console_of(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed:.0f}/s"), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=choices.as_json or not console.is_terminal)
