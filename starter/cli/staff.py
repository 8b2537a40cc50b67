"""Clerks, supervisors, auditors and operators who may not act any more, whatever their tokens say."""

from typing import Annotated

import typer

from registration.staff_answers import DisabledStaff, StaffAdmission
from starter.cli.choices import AsJson, Lang, Operator, choices_of, required_operator
from starter.cli.installation import run
from starter.cli.output import columns, show, show_rows

app = typer.Typer(help=__doc__, no_args_is_help=True)

StaffId = Annotated[str, typer.Argument(metavar="ID", help="The opaque id, as it stands in tokens.")]


@app.command()
def disable(
    context: typer.Context, staff_id: StaffId, operator: Operator = None, _json: AsJson = False, _lang: Lang = None
) -> None:
    """Refuse whatever this person asks for, at once and everywhere. Nobody can disable themself."""
    from starter.gateway import AdministrationGateway

    choices, acting = choices_of(context), required_operator(operator)
    run(choices, lambda engine: AdministrationGateway(engine, acting).disable(staff_id))
    show(choices, StaffAdmission(staff_id, disabled=True))


@app.command()
def enable(
    context: typer.Context, staff_id: StaffId, operator: Operator = None, _json: AsJson = False, _lang: Lang = None
) -> None:
    """Let this person act again."""
    from starter.gateway import AdministrationGateway

    choices, acting = choices_of(context), required_operator(operator)
    run(choices, lambda engine: AdministrationGateway(engine, acting).enable(staff_id))
    show(choices, StaffAdmission(staff_id, disabled=False))


@app.command("list")
def list_(context: typer.Context, operator: Operator = None, _json: AsJson = False, _lang: Lang = None) -> None:
    """List who may not act any more."""
    from starter.gateway import AdministrationGateway

    choices, acting = choices_of(context), required_operator(operator)
    found = run(choices, lambda engine: AdministrationGateway(engine, acting).disabled())
    show_rows(choices, found, columns(DisabledStaff), found.disabled)
