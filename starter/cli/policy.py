"""The policy in force: the periods of every registration's next status."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from registration.policy_form import PolicyChange, changes, policy_of
from starter.cli.choices import AsJson, Lang, Operator, choices_of, required_operator
from starter.cli.conflicts import nothing_before_a_subcommand
from starter.cli.input import read_object
from starter.cli.installation import run
from starter.cli.output import label, show, show_rows

if TYPE_CHECKING:
    from starter.gateway import Engine

app = typer.Typer(help=__doc__, invoke_without_command=True, subcommand_metavar="[COMMAND]")


@app.callback()
def policy(context: typer.Context, operator: Operator = None, _json: AsJson = False, _lang: Lang = None) -> None:
    """Show the policy in force."""
    if context.invoked_subcommand is not None:
        nothing_before_a_subcommand(context, "_json", "_lang")
        return
    from starter.gateway import OperationsGateway

    choices, acting = choices_of(context), required_operator(operator)
    show(choices, run(choices, lambda engine: OperationsGateway(engine, acting).policy()))


@app.command()
def adopt(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="The new version and what it changes as JSON, named as by `policy --json`; '-' is standard input.",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, write nothing.")] = False,
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Put a new version in force, from each registration's next status; no announced deadline gets shorter."""
    choices, acting, typed = choices_of(context), required_operator(operator), read_object("FILE", file)

    async def adopted(engine: "Engine") -> list[PolicyChange]:
        from starter.gateway import OperationsGateway

        operations = OperationsGateway(engine, acting)
        present = await operations.policy()
        wanted = policy_of(typed, present)
        if not dry_run:
            await operations.adopt_policy(wanted)
        return changes(present, wanted)

    changed = run(choices, adopted)
    if choices.as_json:
        show(choices, {"adopted": not dry_run, "changes": changed})
        return
    rows = [asdict(change) | {"field": label(choices, change.field)} for change in changed]
    if rows:
        value = "proposed" if dry_run else "adopted"
        rows = [row | {value: row["adopted"]} for row in rows]
        show_rows(choices, ("field", "in_force", value), rows)
    show(choices, {"adopted": not dry_run})
