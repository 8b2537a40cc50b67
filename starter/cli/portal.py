"""What a portal does, by hand or in a script: start registrations, look at them."""

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from registration.descriptions import Accepted, ComparedDescription, Description
from registration.explanations import step_in_words
from starter.cli.choices import (
    COMMAND_LINE,
    HERE,
    AsJson,
    Choices,
    ClientAddress,
    FormFile,
    Lang,
    Reference,
    choices_of,
)
from starter.cli.conflicts import not_together
from starter.cli.input import STDIN, read_bytes, read_object
from starter.cli.installation import run
from starter.cli.output import Column, show, show_table, title_in, title_of
from starter.translation import translated

if TYPE_CHECKING:
    from dataclasses import Field

app = typer.Typer()
_PANEL: Final = "Portal"


@app.command(rich_help_panel=_PANEL)
def register(
    context: typer.Context,
    file: FormFile,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Register online with the form in FILE; the one-time code goes out by e-mail."""
    from starter.gateway import PortalGateway

    choices, form = choices_of(context), read_object("FILE", file)
    registration_id = run(choices, lambda engine: PortalGateway(engine).register(form, client_address=client_address))
    show(choices, Accepted(registration_id))


@app.command(rich_help_panel=_PANEL)
def register_signed(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The form as JSON; or a PDF signed with PAdES, with the form in it.")
    ],
    signature: Annotated[
        str | None,
        typer.Argument(metavar="SIGNATURE", help="The detached CAdES signature (DER) over the JSON's bytes."),
    ] = None,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Register with an electronic signature of at least the advanced level; the one-time code goes out by e-mail.

    In the embedded environment `ugyfelkapu dev sign FILE` makes such a signature.
    """
    from starter.gateway import PortalGateway

    not_together(f"SIGNATURE {STDIN}", signature == STDIN, f"FILE {STDIN}", file == STDIN)
    choices, document = choices_of(context), read_bytes("FILE", file)
    signed = None if signature is None else read_bytes("SIGNATURE", signature)
    registration_id = run(
        choices,
        lambda engine: PortalGateway(engine).register_signed(document, signed, client_address=client_address),
    )
    show(choices, Accepted(registration_id))


@app.command(rich_help_panel=_PANEL)
def describe(context: typer.Context, reference: Reference, _json: AsJson = False, _lang: Lang = None) -> None:
    """Show a registration's status: its workflow's own answer beside the read model in PostgreSQL."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)
    found = run(choices, lambda engine: AuditorGateway(engine, COMMAND_LINE).compare(reference))
    show(choices, found, without=("workflow", "read_model"))
    if choices.as_json:
        return
    rows = [each for each in fields(Description) if each.name != "registration_id"]
    show_table(
        choices,
        [
            Column("", "", lambda each: title_in(choices, each.metadata["title"])),
            Column(
                "", title_of(ComparedDescription, "workflow"), lambda each: _in_words(choices, found.workflow, each)
            ),
            Column("", title_of(ComparedDescription, "read_model"), lambda each: getattr(found.read_model, each.name)),
        ],
        rows,
    )


def _in_words(choices: Choices, description: Description, of: "Field[Any]") -> object:
    value = getattr(description, of.name)
    return translated(step_in_words(value), choices.language) if of.name == "next_step" else value
