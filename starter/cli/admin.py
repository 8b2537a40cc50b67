"""What an operator does."""

from typing import TYPE_CHECKING, Annotated

import typer

from registration.system_health import HealthCheck
from starter.cli import extend, offices, policy, staff
from starter.cli.choices import Reference
from starter.cli.import_accounts import import_accounts
from starter.cli.operator_options import Operations, as_operator
from starter.cli.output import columns, console_of, progress_bar, show, show_rows
from starter.cli.replay_sample import replay_sample

if TYPE_CHECKING:
    from starter.gateway import IndexesRenewed, KeysRotated, OperationsGateway, RolledForward

app = typer.Typer(help=__doc__, no_args_is_help=True)
app.command("import")(import_accounts)
app.command()(replay_sample)
app.add_typer(extend.app, name="extend")
app.add_typer(offices.app, name="offices")
app.add_typer(staff.app, name="staff")
app.add_typer(policy.app, name="policy")


@app.command()
@as_operator
def reconcile(operations: Operations) -> None:
    """Run a pass of reconciliation now and print what it found; a second look at a difference takes a minute."""
    with console_of(stderr=True).status("…"):
        findings = operations.act(lambda it: it.reconcile())
    show(operations.choices, findings)


@app.command()
@as_operator
def health(operations: Operations) -> None:
    """Show what is well and what needs attention; what does not answer within 2 seconds is unknown."""
    found = operations.act(lambda it: it.system_health())
    show_rows(operations.choices, found, columns(HealthCheck), found.checks)


@app.command()
@as_operator
def reset(
    operations: Operations,
    reference: Reference,
    without_signals: Annotated[
        bool,
        typer.Option("--without-signals", help="Leave out the signals that came after the last workflow task."),
    ] = False,
) -> None:
    """Let a registration go on whose workflow was terminated, or reset by mistake, behind its recorded events."""
    show(operations.choices, operations.act(lambda it: it.reset(reference, with_signals=not without_signals)))


@app.command()
@as_operator
def roll_forward(operations: Operations) -> None:
    """Record the events that a restored database lacks and Temporal or the archive has; see docs/restore.md.

    What had been erased is erased again. Interrupted, run it again.
    """

    async def rolled(acting: "OperationsGateway") -> "RolledForward":
        with progress_bar(operations.choices) as bar:
            task = bar.add_task("", total=None)
            return await acting.roll_forward(lambda count: bar.advance(task, count))

    show(operations.choices, operations.act(rolled))


@app.command()
@as_operator
def rotate_keys(
    operations: Operations,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the keys, write nothing.")] = False,
) -> None:
    """Wrap all data keys under the first master key, while everything goes on; interrupted, run it again.

    Refused as long as a running process lacks the key; --dry-run names those processes.
    """

    async def rotated(acting: "OperationsGateway") -> "KeysRotated":
        waiting = await acting.keys_to_rotate()
        if dry_run:
            return waiting
        with progress_bar(operations.choices) as bar:
            task = bar.add_task("", total=waiting.remaining)
            return await acting.rotate_keys(lambda count: bar.advance(task, count))

    show(operations.choices, operations.act(rotated))


@app.command()
@as_operator
def reindex(
    operations: Operations,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the indexes, write nothing.")] = False,
) -> None:
    """Renew all blind indexes with the first search key, while everything goes on; interrupted, run it again."""

    async def renewed(acting: "OperationsGateway") -> "IndexesRenewed":
        if dry_run:
            return await acting.indexes_to_renew()
        with progress_bar(operations.choices) as bar:
            task = bar.add_task("", total=None)
            return await acting.reindex(lambda looked_at, total: bar.update(task, completed=looked_at, total=total))

    show(operations.choices, operations.act(renewed))
