"""What an auditor reads: the life of a registration, why it is where it is, and the counts of all."""

import typer

from starter.cli import audit_record
from starter.cli.choices import AsJson, Lang, Reference, choices_of
from starter.cli.output import print_json
from starter.cli.session import run

app = typer.Typer(help=__doc__, no_args_is_help=True)
audit_record.add_to(app)


@app.command()
def timeline(context: typer.Context, reference: Reference, _json: AsJson = False, _lang: Lang = None) -> None:
    """Show the whole life of a registration: when, who, what, why, and what was ahead."""
    from starter.gateway import AuditGateway

    choices = choices_of(context)
    life = run(choices, lambda gateway: AuditGateway(gateway).timeline(reference))
    print_json(life)
