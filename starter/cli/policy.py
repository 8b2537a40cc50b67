"""The policy in force: the periods of every registration's next status."""

from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import typer

from registration.policy_form import PolicyAdoption, PolicyAnswer, PolicyChange, changes, policy_of
from registration.sentences import N_
from starter.cli.choices import AsJson, Lang, Operator, choices_of, required_operator
from starter.cli.conflicts import nothing_before_a_subcommand
from starter.cli.input import read_object
from starter.cli.installation import run
from starter.cli.output import Column, column, show, show_table, title_in, title_of

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
    show(choices, PolicyAnswer.of(run(choices, lambda engine: OperationsGateway(engine, acting).policy())))


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
    if changed and not choices.as_json:
        name = Column(
            "name",
            title_of(PolicyChange, "name"),
            lambda change: title_in(choices, title_of(PolicyAnswer, change.name)),
        )
        new = Column("adopted", N_("proposed") if dry_run else title_of(PolicyChange, "adopted"), attrgetter("adopted"))
        show_table(choices, [name, column(PolicyChange, "in_force"), new], changed)
    show(choices, PolicyAdoption(not dry_run, tuple(changed)), without=("changes",))
