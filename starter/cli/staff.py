"""Clerks, supervisors, auditors and operators who may not act any more, whatever their tokens say."""

from typing import Annotated

import typer

from registration.staff_answers import DisabledStaff
from starter.cli.operator_options import Operations, as_operator
from starter.cli.output import columns, show, show_rows

app = typer.Typer(help=__doc__, no_args_is_help=True)

StaffId = Annotated[str, typer.Argument(metavar="ID", help="The opaque id, as in tokens.")]


@app.command()
@as_operator
def disable(operations: Operations, staff_id: StaffId) -> None:
    """Refuse everything this person asks for, at once and everywhere. You cannot disable yourself."""
    show(operations.choices, operations.act(lambda it: it.disable_staff(staff_id)))


@app.command()
@as_operator
def enable(operations: Operations, staff_id: StaffId) -> None:
    """Let this person act again."""
    show(operations.choices, operations.act(lambda it: it.enable_staff(staff_id)))


@app.command("list")
@as_operator
def list_(operations: Operations) -> None:
    """List who may not act any more."""
    found = operations.act(lambda it: it.disabled_staff())
    show_rows(operations.choices, found, columns(DisabledStaff), found.disabled)
