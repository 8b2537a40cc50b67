"""The policy in force: the periods of every registration's next status."""

from operator import attrgetter
from typing import Annotated

import typer

from registration.policy_form import AdoptedPolicy, PolicyAnswer, PolicyChange
from registration.sentences import N_
from starter.cli.choices import AsJson, Lang, Operator, choices_of, required_operator
from starter.cli.conflicts import nothing_before_a_subcommand
from starter.cli.input import read_object
from starter.cli.installation import run
from starter.cli.operator_options import Operations, as_operator
from starter.cli.output import Column, column, columns, show, show_rows, show_table, title_in, title_of

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
@as_operator
def history(operations: Operations) -> None:
    """List every policy there has been, newest first."""
    found = operations.act(lambda it: it.policy_history())
    over = [column(AdoptedPolicy, "adopted_at"), *(each.within("policy") for each in columns(PolicyAnswer))]
    show_rows(operations.choices, found, over, found.policies)


@app.command()
@as_operator
def adopt(
    acting: Operations,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="The new version and what it changes as JSON, named as by `policy --json`; '-' is standard input.",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, write nothing.")] = False,
) -> None:
    """Put a new version in force, from each registration's next status; no announced deadline gets shorter."""
    choices, typed = acting.choices, read_object("FILE", file)
    found = acting.act(lambda it: it.try_policy(typed) if dry_run else it.change_policy(typed))
    if found.changes and not choices.as_json:
        name = Column(
            "name",
            title_of(PolicyChange, "name"),
            lambda change: title_in(choices, title_of(PolicyAnswer, change.name)),
        )
        new = Column("adopted", N_("proposed") if dry_run else title_of(PolicyChange, "adopted"), attrgetter("adopted"))
        show_table(choices, [name, column(PolicyChange, "in_force"), new], found.changes)
    show(choices, found, without=("changes",))
