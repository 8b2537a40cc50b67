"""What an auditor does."""

import typer

from starter.cli import audit_record

app = typer.Typer(help=__doc__, no_args_is_help=True)
audit_record.add_to(app)
