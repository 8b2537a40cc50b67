"""Extend passwords' validity: of one account by its id, or of very many with a second person's approval."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.core import TyperGroup

from registration.errors import Unavailable
from registration.extensions import USUAL_RATE, ExtensionState, ExtensionStatus
from registration.record import Event, EventKind
from registration.times import time_of
from starter.cli.choices import AsJson, Choices, Lang, Operator, Reference, choices_of, required_operator
from starter.cli.errors import CliError
from starter.cli.input import opened_text
from starter.cli.output import console_of, plain, show, show_rows
from starter.cli.sentences import CliProblem
from starter.cli.session import run

if TYPE_CHECKING:
    from starter.gateway import Gateway, OperationsGateway

_ONE: Final = "account"
_Outcome = TypeVar("_Outcome")


class _OneOrMany(TyperGroup):
    """`extend ID …` is short for `extend account ID …`: whatever is no subcommand is a registration."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  Typer's own context
        if args and args[0] not in {*self.commands, "--help"}:
            args = [_ONE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help=__doc__, no_args_is_help=True, cls=_OneOrMany)

_OUTCOMES: Final = {EventKind.VALIDITY_EXTENDED, EventKind.SIGNAL_REFUSED}
_OUTCOME_SECONDS: Final = 10
"""A signal is taken up in milliseconds; after this it is only sure that it will be."""

_LOOK_SECONDS: Final = 1
_ENDS: Final = {ExtensionState.DONE, ExtensionState.PAUSED, ExtensionState.STOPPED}
_REPORT_COLUMNS: Final = ("registration_id", "valid_until", "until", "outcome", "reason")

Extension = Annotated[str, typer.Argument(metavar="ID", help="The extension's id, as `request` printed it.")]
Before = Annotated[
    str,
    typer.Option(
        "--before",
        metavar="DATE",
        help="Accounts whose password expires before: YYYY-MM-DD (the start of that day in Budapest) or a time.",
    ),
]
Days = Annotated[int | None, typer.Option("--days", metavar="NUMBER", help="Move each expiry by so many days.")]
ToAnniversary = Annotated[
    bool, typer.Option("--to-anniversary", help="Move each expiry to the next anniversary of its registration.")
]
_RATE_HELP: Final = "Registrations a second."


@app.command(_ONE)
def account(
    context: typer.Context,
    reference: Reference,
    until: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="YYYY-MM-DD (the end of that day in Budapest) or YYYY-MM-DDTHH:MM with an offset, such as Z.",
        ),
    ],
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Extend one password's validity, also beyond the 2 years, and say whether the registration accepted it."""
    choices, moment = choices_of(context), time_of("--until", until)
    acting = required_operator(operator)

    async def extended(gateway: "Gateway") -> Event:
        from starter.gateway import AuditGateway, OperationsGateway

        registration_id = await gateway.registration_id(reference)
        audit = AuditGateway(gateway)
        before = (await audit.snapshot(registration_id)).sequence
        await OperationsGateway(gateway, acting).extend_validity(registration_id, moment)
        try:
            async with asyncio.timeout(_OUTCOME_SECONDS):
                while True:
                    for event in await audit.events(registration_id):
                        if event.sequence > before and event.actor.id == acting and event.kind in _OUTCOMES:
                            return event
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Unavailable from None

    event = run(choices, extended)
    if event.kind is EventKind.SIGNAL_REFUSED:
        raise CliError(CliProblem.SIGNAL_REFUSED, reason=event.detail or "–")
    show(choices, {"applied": True, "status": event.status, "password_valid_until": event.password_valid_until})


@app.command()
def request(
    context: typer.Context,
    before: Before,
    *,
    days: Days = None,
    to_anniversary: ToAnniversary = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the accounts, write nothing.")] = False,
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Ask for the extension of all accounts that expire before a date; another person has to approve it."""
    choices, moment = choices_of(context), time_of("--before", before, whole_day=False)
    if (days is None) is not to_anniversary:
        raise CliError(CliProblem.ONE_WAY_TO_EXTEND)
    if dry_run:
        found = _on(choices, operator, lambda operations: operations.count_extension(moment, days=days))
        if choices.as_json:
            show(choices, found)
            return
        show_rows(choices, ("status", "month", "until_month", "accounts"), [asdict(count) for count in found.counts])
        show(choices, {"total": found.total, "hopeless": found.hopeless})
        return
    show(choices, _on(choices, operator, lambda operations: operations.request_extension(moment, days=days)))


@app.command()
def approve(
    context: typer.Context, extension: Extension, operator: Operator = None, _json: AsJson = False, _lang: Lang = None
) -> None:
    """Approve what another person asked for."""
    choices = choices_of(context)
    show(choices, _on(choices, operator, lambda operations: operations.approve_extension(extension)))


@app.command()
def start(
    context: typer.Context,
    extension: Extension,
    rate: Annotated[float, typer.Option(metavar="NUMBER", help=_RATE_HELP)] = USUAL_RATE,
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Carry out an approved extension and watch it to its end; Ctrl-C only ends the watching."""
    choices = choices_of(context)

    async def watched(operations: "OperationsGateway") -> ExtensionStatus:
        status = await operations.start_extension(extension, rate)
        with _bar(choices) as bar:
            task = bar.add_task("", total=None)
            while status.state not in _ENDS:
                progress = status.progress
                bar.update(task, total=progress.total or None, completed=progress.total - progress.open)
                await asyncio.sleep(_LOOK_SECONDS)
                status = await operations.extension(extension)
        return status

    _show_status(choices, _on(choices, operator, watched))


@app.command()
def pause(
    context: typer.Context, extension: Extension, operator: Operator = None, _json: AsJson = False, _lang: Lang = None
) -> None:
    """Let no further account be extended, some seconds later at the latest, until `resume`."""
    choices = choices_of(context)
    _on(choices, operator, lambda operations: operations.pause_extension(extension))
    show(choices, {"id": extension, "paused": True})


@app.command()
def resume(
    context: typer.Context,
    extension: Extension,
    rate: Annotated[float | None, typer.Option(metavar="NUMBER", help=_RATE_HELP)] = None,
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Go on, at another rate if one is given."""
    choices = choices_of(context)
    _on(choices, operator, lambda operations: operations.resume_extension(extension, rate))
    show(choices, {"id": extension, "paused": False})


@app.command()
def status(
    context: typer.Context, extension: Extension, operator: Operator = None, _json: AsJson = False, _lang: Lang = None
) -> None:
    """Say who asked, who approved, and how far it has come."""
    choices = choices_of(context)
    _show_status(choices, _on(choices, operator, lambda operations: operations.extension(extension)))


@app.command()
def report(
    context: typer.Context,
    extension: Extension,
    file: Annotated[Path, typer.Option("--csv", metavar="FILE", help="Where every account is listed.")],
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """List every account with its old and new expiry and what came of it, at any time."""
    choices = choices_of(context)

    async def written(operations: "OperationsGateway") -> dict[str, int]:
        counts: dict[str, int] = {}
        items = operations.extension_report(extension)
        first = await anext(items, None)  # what is no extension leaves no file behind
        with opened_text("--csv", file, "w", encoding="utf-8", errors="strict") as listed:
            lines = csv.DictWriter(listed, _REPORT_COLUMNS)
            lines.writeheader()
            while first:
                counts[first.outcome] = counts.get(first.outcome, 0) + 1
                lines.writerow(plain(first))
                first = await anext(items, None)
        return counts

    counts = _on(choices, operator, written)
    show(choices, {"accounts": sum(counts.values()), **counts, "report": str(file)})


def _on(
    choices: Choices, operator: str | None, operation: "Callable[[OperationsGateway], Awaitable[_Outcome]]"
) -> _Outcome:
    acting = required_operator(operator)

    async def done(gateway: "Gateway") -> _Outcome:
        from starter.gateway import OperationsGateway

        return await operation(OperationsGateway(gateway, acting))

    return run(choices, done)


def _show_status(choices: Choices, status: ExtensionStatus) -> None:
    facts = asdict(status.extension) | {"state": status.state, "rate": status.rate} | asdict(status.progress)
    if not choices.as_json:
        facts["waiting"] = facts.pop("open")  # the label of "open" is the offices'
    show(choices, facts)


def _bar(choices: Choices) -> Progress:
    console = console_of(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed:.0f}/s"), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=choices.as_json or not console.is_terminal)
