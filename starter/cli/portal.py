"""What a portal does for a client, by hand or in a script."""

from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from registration.explanations import step_in_words
from registration.messages import Answer, NextStep
from registration.statuses import Purpose
from starter.cli.choices import (
    HERE,
    AsJson,
    ClientAddress,
    FormFile,
    FromStdin,
    Lang,
    Reference,
    ValidityDays,
    choices_of,
)
from starter.cli.conflicts import not_together
from starter.cli.input import STDIN, Secrets, read_bytes, read_object
from starter.cli.installation import run
from starter.cli.output import label, print_json, show, show_rows

app = typer.Typer()
_PANEL: Final = "Portal"

UserName = Annotated[str, typer.Argument(metavar="USER_NAME", help="The user name, as the client types it.")]
_CODE: Final = "UGYFELKAPU_CODE"
_PASSWORD: Final = "UGYFELKAPU_PASSWORD"  # noqa: S105  the variable's name
_NEW_PASSWORD: Final = "UGYFELKAPU_NEW_PASSWORD"  # noqa: S105  the variable's name


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
    show(choices, {"registration_id": registration_id})


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
    show(choices, {"registration_id": registration_id})


@app.command(rich_help_panel=_PANEL)
def redeem(
    context: typer.Context,
    user_name: UserName,
    validity_days: ValidityDays = None,
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Redeem the one-time code for a password, and choose one.

    Code and password, in this order, are typed unseen, or come from --stdin (two lines), or from UGYFELKAPU_CODE and
    UGYFELKAPU_PASSWORD. They are no arguments: those stand in the list of processes and in the shell's history.
    """
    from starter.gateway import PortalGateway

    choices, secrets = choices_of(context), Secrets(from_stdin=from_stdin)
    code = secrets.ask("code", _CODE)
    password = secrets.ask("password", _PASSWORD, confirm=True)
    answer = run(
        choices,
        lambda engine: PortalGateway(engine).redeem_code(
            user_name,
            code,
            password,
            client_address=client_address,
            validity_days=validity_days,
        ),
    )
    show(choices, answer)


@app.command(rich_help_panel=_PANEL)
def request_code(
    context: typer.Context,
    user_name: UserName,
    email: Annotated[str | None, typer.Option(help="The e-mail address; asked for (or --stdin) if not given.")] = None,
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Have a one-time code sent, as when the password is forgotten."""
    from starter.gateway import PortalGateway

    choices = choices_of(context)
    not_together("--stdin", from_stdin, "--email", email is not None)
    address = Secrets(from_stdin=from_stdin).ask("email", hidden=False) if email is None else email
    answer: Answer = run(
        choices,
        lambda engine: PortalGateway(engine).request_code(user_name, address, client_address=client_address),
    )
    show(choices, answer)


@app.command(rich_help_panel=_PANEL)
def login(
    context: typer.Context,
    user_name: UserName,
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Log in. The password is typed unseen, or comes from --stdin or UGYFELKAPU_PASSWORD."""
    from starter.gateway import PortalGateway

    choices, password = choices_of(context), Secrets(from_stdin=from_stdin).ask("password", _PASSWORD)
    session = run(
        choices,
        lambda engine: PortalGateway(engine).authenticate(user_name, password, client_address=client_address),
    )
    show(choices, {key: value for key, value in asdict(session).items() if key != "credential_id"})


@app.command(rich_help_panel=_PANEL)
def change_password(
    context: typer.Context,
    user_name: UserName,
    validity_days: ValidityDays = None,
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Change the password; a new validity starts.

    The present and the new password, in this order, are typed unseen, or come from --stdin (two lines), or from
    UGYFELKAPU_PASSWORD and UGYFELKAPU_NEW_PASSWORD.
    """
    from starter.gateway import PortalGateway

    choices, secrets = choices_of(context), Secrets(from_stdin=from_stdin)
    present = secrets.ask("password", _PASSWORD)
    password = secrets.ask("new password", _NEW_PASSWORD, confirm=True)
    answer = run(
        choices,
        lambda engine: PortalGateway(engine).change_password(
            user_name, present, password, client_address=client_address, validity_days=validity_days
        ),
    )
    show(choices, answer)


@app.command(rich_help_panel=_PANEL)
def change_email(
    context: typer.Context,
    user_name: UserName,
    email: Annotated[str | None, typer.Option(help="The new address; asked for (or --stdin) if not given.")] = None,
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Ask for another e-mail address: a code goes there, and `confirm --purpose NEW_EMAIL` makes the change.

    The password and, unless given, the address, in this order, are typed, or come from --stdin, one line each; the
    password also from UGYFELKAPU_PASSWORD.
    """
    from starter.gateway import Engine, PortalGateway

    choices, secrets = choices_of(context), Secrets(from_stdin=from_stdin)
    password = secrets.ask("password", _PASSWORD)
    address = secrets.ask("email", hidden=False) if email is None else email

    async def asking(engine: Engine) -> Answer:
        portal = PortalGateway(engine)
        session = await portal.authenticate(user_name, password, client_address=client_address)
        return await portal.request_email_change(
            session.registration_id, address, client_address=client_address, credential_id=session.credential_id
        )

    show(choices, run(choices, asking))


@app.command(rich_help_panel=_PANEL)
def close(
    context: typer.Context,
    user_name: UserName,
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Ask for the closing of the registration: a code goes out, and `confirm --purpose CLOSURE` closes for good.

    The password is typed unseen, or comes from --stdin or UGYFELKAPU_PASSWORD.
    """
    from starter.gateway import Engine, PortalGateway

    choices, password = choices_of(context), Secrets(from_stdin=from_stdin).ask("password", _PASSWORD)

    async def asking(engine: Engine) -> Answer:
        portal = PortalGateway(engine)
        session = await portal.authenticate(user_name, password, client_address=client_address)
        return await portal.request_closure(
            session.registration_id, client_address=client_address, credential_id=session.credential_id
        )

    show(choices, run(choices, asking))


@app.command(rich_help_panel=_PANEL)
def confirm(
    context: typer.Context,
    user_name: UserName,
    purpose: Annotated[Purpose, typer.Option(help="What the code confirms: NEW_EMAIL or CLOSURE.")],
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Confirm a new e-mail address, or the closing, with the code that was sent.

    The code is typed unseen, or comes from --stdin or UGYFELKAPU_CODE.
    """
    from starter.gateway import PortalGateway

    choices, code = choices_of(context), Secrets(from_stdin=from_stdin).ask("code", _CODE)
    answer: Answer = run(
        choices,
        lambda engine: PortalGateway(engine).confirm(user_name, code, purpose, client_address=client_address),
    )
    show(choices, answer)


@app.command(rich_help_panel=_PANEL)
def describe(context: typer.Context, reference: Reference, _json: AsJson = False, _lang: Lang = None) -> None:
    """Show where a registration stands: its workflow's own answer beside the read model in PostgreSQL."""
    from starter.gateway import AuditorGateway, Engine

    async def both(engine: Engine) -> tuple[dict[str, Any], dict[str, Any]]:
        audit = AuditorGateway(engine)
        registration_id = await engine.registration_id(reference)
        return asdict(await audit.describe(registration_id)), asdict(await audit.snapshot(registration_id))

    choices = choices_of(context)
    running, stored = run(choices, both)
    ends = [code["valid_until"] for code in stored.pop("codes") if code["purpose"] is Purpose.PASSWORD]
    stored["code_valid_until"] = ends[0] if ends else None
    registration_id = running.pop("registration_id")
    agree = all(running[key] == stored[key] for key in ("status", "sequence", "head"))
    if choices.as_json:
        print_json(
            {"registration_id": registration_id, "agree": agree, "workflow": running, "read_model": stored},
        )
        return
    running["next_step"] = step_in_words(NextStep(**running["next_step"])).in_language(choices.language)
    show(choices, {"registration_id": registration_id, "agree": agree})
    both_know = [key for key in running if key in stored] + [key for key in running if key not in stored]
    rows = [{"": label(choices, key), "workflow": running[key], "read_model": stored.get(key, "")} for key in both_know]
    show_rows(choices, ("", "workflow", "read_model"), rows)
