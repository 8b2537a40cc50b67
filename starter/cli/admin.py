"""What an operator does."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from starter.cli import extend, offices, policy, staff
from starter.cli.choices import AsJson, Lang, Operator, Reference, choices_of, required_operator
from starter.cli.import_accounts import import_accounts
from starter.cli.installation import run
from starter.cli.output import console_of, show

if TYPE_CHECKING:
    from starter.gateway import Engine, IndexesRenewed, KeysRotated

app = typer.Typer(help=__doc__, no_args_is_help=True)
app.command("import")(import_accounts)
app.add_typer(extend.app, name="extend")
app.add_typer(offices.app, name="offices")
app.add_typer(staff.app, name="staff")
app.add_typer(policy.app, name="policy")


@app.command()
def reconcile(context: typer.Context, operator: Operator = None, _json: AsJson = False, _lang: Lang = None) -> None:
    """Run a pass of reconciliation now and print what it found; a second look at a difference takes a minute."""
    from starter.gateway import OperationsGateway

    choices, acting = choices_of(context), required_operator(operator)
    with console_of(stderr=True).status("…"):
        findings = run(choices, lambda engine: OperationsGateway(engine, acting).reconcile())
    show(choices, findings)


@app.command()
def reset(
    context: typer.Context,
    reference: Reference,
    without_signals: Annotated[
        bool,
        typer.Option("--without-signals", help="Leave out the signals that came after the last workflow task."),
    ] = False,
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Let a registration go on whose workflow was terminated, behind its recorded events; see docs/operations.md."""
    from starter.gateway import OperationsGateway

    choices, acting = choices_of(context), required_operator(operator)
    show(
        choices,
        run(
            choices,
            lambda engine: OperationsGateway(engine, acting).reset(reference, with_signals=not without_signals),
        ),
    )


@app.command()
def rotate_keys(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the keys, write nothing.")] = False,
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Wrap all data keys under the first master key, while everything goes on; interrupted, run it again.

    Refused as long as a running process lacks the key; --dry-run names those processes.
    """
    choices, acting = choices_of(context), required_operator(operator)

    async def rotated(engine: "Engine") -> "KeysRotated":
        from starter.gateway import KeysRotated, OperationsGateway

        operations = OperationsGateway(engine, acting)
        waiting = await operations.keys_to_rotate()
        if dry_run:
            return KeysRotated.before(waiting, await operations.processes_without_key())
        console = console_of(stderr=True)
        with Progress(console=console, disable=choices.as_json or not console.is_terminal) as bar:
            task = bar.add_task("", total=sum(waiting.values()))
            done = await operations.rotate_keys(lambda count: bar.advance(task, count))
        return KeysRotated.after(done.rewrapped, done.remaining)

    show(choices, run(choices, rotated))


@app.command()
def reindex(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count the indexes, write nothing.")] = False,
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Make all blind indexes anew by the first search key, while everything goes on; interrupted, run it again."""
    choices, acting = choices_of(context), required_operator(operator)

    async def renewed(engine: "Engine") -> "IndexesRenewed":
        from starter.gateway import IndexesRenewed, OperationsGateway

        operations = OperationsGateway(engine, acting)
        if dry_run:
            return IndexesRenewed.before(await operations.indexes_to_renew())
        console = console_of(stderr=True)
        with Progress(console=console, disable=choices.as_json or not console.is_terminal) as bar:
            task = bar.add_task("", total=None)
            done = await operations.reindex(lambda looked_at, total: bar.update(task, completed=looked_at, total=total))
        return IndexesRenewed.after(done.renewed, done.remaining)

    show(choices, run(choices, renewed))
