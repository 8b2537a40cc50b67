"""What an operator does."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Final

import typer

from registration.errors import Unavailable
from registration.record import Event, EventKind
from registration.times import time_of
from starter.cli import offices, staff
from starter.cli.choices import AsJson, Lang, Operator, Reference, choices_of, required_operator
from starter.cli.errors import CliError
from starter.cli.import_accounts import import_accounts
from starter.cli.output import console_of, show
from starter.cli.sentences import CliProblem
from starter.cli.session import run

if TYPE_CHECKING:
    from starter.gateway import Gateway

app = typer.Typer(help=__doc__, no_args_is_help=True)
app.command("import")(import_accounts)
app.add_typer(offices.app, name="offices")
app.add_typer(staff.app, name="staff")

_OUTCOMES: Final = {EventKind.VALIDITY_EXTENDED, EventKind.SIGNAL_REFUSED}
_OUTCOME_SECONDS: Final = 10
"""A signal is taken up in milliseconds; after this it is only sure that it will be."""
_NOBODY: Final = "reconcile"
"""A pass of reconciliation is in no registration's record: its operator need not be named."""


@app.command()
def reconcile(context: typer.Context, _json: AsJson = False, _lang: Lang = None) -> None:
    """Run a pass of reconciliation now and print what it found; a second look at a difference takes a minute."""
    from starter.gateway import OperationsGateway

    choices = choices_of(context)
    with console_of(stderr=True).status("…"):
        findings = run(choices, lambda gateway: OperationsGateway(gateway, _NOBODY).reconcile())
    show(choices, findings)


@app.command()
def extend(
    context: typer.Context,
    reference: Reference,
    until: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="YYYY-MM-DD (the end of that day in Budapest) or YYYY-MM-DDTHH:MM with an offset, such as Z.",
        ),
    ],
    operator: Operator = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Extend a password's validity, also beyond the 2 years, and say whether the registration accepted it."""
    choices, moment = choices_of(context), time_of("--until", until)
    acting = required_operator(operator)

    async def extended(gateway: "Gateway") -> Event:
        from starter.gateway import AuditGateway, OperationsGateway

        registration_id = await gateway.registration_id(reference)
        audit = AuditGateway(gateway)
        before = (await audit.snapshot(registration_id)).sequence
        await OperationsGateway(gateway, acting).extend_validity(registration_id, moment)
        try:
            async with asyncio.timeout(_OUTCOME_SECONDS):
                while True:
                    for event in await audit.events(registration_id):
                        if event.sequence > before and event.actor.id == acting and event.kind in _OUTCOMES:
                            return event
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Unavailable from None

    event = run(choices, extended)
    if event.kind is EventKind.SIGNAL_REFUSED:
        raise CliError(CliProblem.SIGNAL_REFUSED, reason=event.detail or "–")
    show(choices, {"applied": True, "status": event.status, "password_valid_until": event.password_valid_until})
