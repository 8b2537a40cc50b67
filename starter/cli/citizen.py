"""What a client does for themself, by hand or in a script."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from registration.descriptions import PresentStatus
from registration.statuses import Purpose
from starter.cli.choices import LetterLanguage, ValidityDays
from starter.cli.citizen_options import Citizen, as_citizen
from starter.cli.conflicts import not_together
from starter.cli.output import show

if TYPE_CHECKING:
    from starter.gateway import CitizenGateway

app = typer.Typer()
_PANEL: Final = "Citizen"

UserName = Annotated[str, typer.Argument(metavar="USER_NAME", help="The user name, as the client types it.")]
_CODE: Final = "UGYFELKAPU_CODE"
_PASSWORD: Final = "UGYFELKAPU_PASSWORD"  # noqa: S105  the variable's name
_NEW_PASSWORD: Final = "UGYFELKAPU_NEW_PASSWORD"  # noqa: S105  the variable's name


@app.command(rich_help_panel=_PANEL)
@as_citizen
def redeem(citizen: Citizen, user_name: UserName, validity_days: ValidityDays = None) -> None:
    """Redeem the one-time code for a password, and choose one.

    Code and password, in this order, are typed unseen, or come from --stdin (two lines), or from UGYFELKAPU_CODE and
    UGYFELKAPU_PASSWORD. They are no arguments: those are visible in the list of processes and in the shell's history.
    """
    code = citizen.secrets.ask("code", _CODE)
    password = citizen.secrets.ask("password", _PASSWORD, confirm=True)
    answer = citizen.act(
        lambda it: it.redeem_code(
            user_name, code, password, client_address=citizen.client_address, validity_days=validity_days
        )
    )
    show(citizen.choices, answer)


@app.command(rich_help_panel=_PANEL)
@as_citizen
def request_code(
    citizen: Citizen,
    user_name: UserName,
    email: Annotated[str | None, typer.Option(help="The e-mail address; asked for (or --stdin) if not given.")] = None,
) -> None:
    """Have a one-time code sent, as when the password is forgotten."""
    not_together("--stdin", citizen.from_stdin, "--email", email is not None)
    address = citizen.secrets.ask("email", hidden=False) if email is None else email
    answer = citizen.act(lambda it: it.request_code(user_name, address, client_address=citizen.client_address))
    show(citizen.choices, answer)


@app.command(rich_help_panel=_PANEL)
@as_citizen
def login(citizen: Citizen, user_name: UserName) -> None:
    """Log in. The password is typed unseen, or comes from --stdin or UGYFELKAPU_PASSWORD."""
    from starter.gateway import LoggedIn

    password = citizen.secrets.ask("password", _PASSWORD)
    session = citizen.act(lambda it: it.authenticate(user_name, password, client_address=citizen.client_address))
    show(citizen.choices, LoggedIn.of(session))


@app.command(rich_help_panel=_PANEL)
@as_citizen
def change_password(citizen: Citizen, user_name: UserName, validity_days: ValidityDays = None) -> None:
    """Change the password; a new validity starts.

    The present and the new password, in this order, are typed unseen, or come from --stdin (two lines), or from
    UGYFELKAPU_PASSWORD and UGYFELKAPU_NEW_PASSWORD.
    """
    present = citizen.secrets.ask("password", _PASSWORD)
    password = citizen.secrets.ask("new password", _NEW_PASSWORD, confirm=True)
    answer = citizen.act(
        lambda it: it.change_password(
            user_name, present, password, client_address=citizen.client_address, validity_days=validity_days
        )
    )
    show(citizen.choices, answer)


@app.command(rich_help_panel=_PANEL)
@as_citizen
def change_email(
    citizen: Citizen,
    user_name: UserName,
    email: Annotated[str | None, typer.Option(help="The new address; asked for (or --stdin) if not given.")] = None,
) -> None:
    """Ask for another e-mail address: a code goes there, and `confirm --purpose NEW_EMAIL` makes the change.

    The password and, unless given, the address, in this order, are typed, or come from --stdin, one line each; the
    password also from UGYFELKAPU_PASSWORD.
    """
    password = citizen.secrets.ask("password", _PASSWORD)
    address = citizen.secrets.ask("email", hidden=False) if email is None else email
    here = citizen.client_address

    async def asking(gateway: "CitizenGateway") -> PresentStatus:
        session = await gateway.authenticate(user_name, password, client_address=here)
        return await gateway.request_email_change(
            session.registration_id, address, client_address=here, credential_id=session.credential_id
        )

    show(citizen.choices, citizen.act(asking))


@app.command(rich_help_panel=_PANEL)
@as_citizen
def change_language(citizen: Citizen, user_name: UserName, language: LetterLanguage) -> None:
    """Have letters follow in another language.

    The password is typed unseen, or comes from --stdin or UGYFELKAPU_PASSWORD.
    """
    password = citizen.secrets.ask("password", _PASSWORD)
    here = citizen.client_address

    async def changing(gateway: "CitizenGateway") -> PresentStatus:
        session = await gateway.authenticate(user_name, password, client_address=here)
        return await gateway.change_language(
            session.registration_id, language, client_address=here, credential_id=session.credential_id
        )

    show(citizen.choices, citizen.act(changing))


@app.command(rich_help_panel=_PANEL)
@as_citizen
def close(citizen: Citizen, user_name: UserName) -> None:
    """Ask for the closing of the registration: a code goes out, and `confirm --purpose CLOSURE` closes for good.

    The password is typed unseen, or comes from --stdin or UGYFELKAPU_PASSWORD.
    """
    password = citizen.secrets.ask("password", _PASSWORD)
    here = citizen.client_address

    async def asking(gateway: "CitizenGateway") -> PresentStatus:
        session = await gateway.authenticate(user_name, password, client_address=here)
        return await gateway.request_closure(
            session.registration_id, client_address=here, credential_id=session.credential_id
        )

    show(citizen.choices, citizen.act(asking))


@app.command(rich_help_panel=_PANEL)
@as_citizen
def confirm(
    citizen: Citizen,
    user_name: UserName,
    purpose: Annotated[Purpose, typer.Option(help="What the code confirms: NEW_EMAIL or CLOSURE.")],
) -> None:
    """Confirm a new e-mail address, or the closing, with the code that was sent.

    The code is typed unseen, or comes from --stdin or UGYFELKAPU_CODE.
    """
    code = citizen.secrets.ask("code", _CODE)
    answer = citizen.act(lambda it: it.confirm(user_name, code, purpose, client_address=citizen.client_address))
    show(citizen.choices, answer)
