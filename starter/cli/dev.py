"""`ugyfelkapu dev`: the embedded environment, and what only makes sense beside it."""

import shlex
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from registration.errors import InvalidInput
from registration.forms import checked_choice, checked_identifier, checked_subject
from registration.input_rules import InputRule
from settings.operator_files import problem_of
from starter.cli.choices import AsJson, FormFile, Lang, choices_of
from starter.cli.errors import CliError
from starter.cli.input import STDIN, duration_of, read_bytes
from starter.cli.installation import needs_embedded
from starter.cli.outcomes import DevToken, SignatureWritten
from starter.cli.output import console_of, print_json, show
from starter.cli.problems import CliProblem

app = typer.Typer(invoke_without_command=True, subcommand_metavar="[COMMAND]")

_PORTAL: Final = "portal"
_YEAR: Final = timedelta(days=365)
"""The longest validity of what is made here."""


class Level(StrEnum):
    """What the signature is to be; `simple` is refused."""

    QUALIFIED = "qualified"
    ADVANCED = "advanced"
    SIMPLE = "simple"


class Format(StrEnum):
    """A signature beside the form, or a PDF with the form in it."""

    CADES = "cades"
    PADES = "pades"


@app.callback()
def dev(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FOLDER", help="Where its data is kept; .ugyfelkapu if not given.")
    ] = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Run Temporal, its web UI, PostgreSQL, an inbox, a worker, the API and both sites in this terminal, until Ctrl-C.

    Each server is left out where the environment names one: TEMPORAL_ADDRESS, UGYFELKAPU_DATABASE_URL,
    UGYFELKAPU_SMTP_URL. The other commands find it from the same folder. The API listens on UGYFELKAPU_API_ADDRESS, or
    on port 8000 where that is free; the pages for citizens on UGYFELKAPU_PAGES_ADDRESS, or on port 8080, those for
    staff on UGYFELKAPU_STAFF_ADDRESS, or on port 8081; the letters on port 8025. Letters name the pages, unless
    UGYFELKAPU_PORTAL_URL is set. Staff sign in as sample staff, unless UGYFELKAPU_STAFF_ISSUER is set.
    """
    choices = choices_of(context)
    if data is not None:
        choices.folder, choices.needs_folder = data, True
    if context.invoked_subcommand is None:
        from starter.cli.dev_server import serve

        serve(choices)


@app.command()
def env(context: typer.Context, _json: AsJson = False, _lang: Lang = None) -> None:
    """Print the variables of the environment that runs on this folder, keys included, as the shell's `export` lines.

    For a program of your own: (eval "$(ugyfelkapu dev env)" && python program.py). The parentheses keep them out of
    your shell, in which `ugyfelkapu dev` would leave out the servers that are named already.
    """
    choices = choices_of(context)
    variables = needs_embedded(choices).variables(choices.folder)
    if choices.as_json:
        print_json(variables)
        return
    for name, value in variables.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command()
def token(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="portal, clerk, supervisor, auditor or operator.")] = _PORTAL,
    caller: Annotated[
        str | None, typer.Option("--id", "--caller", help="The caller's opaque id; <role>-1 if not given.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="The office that a clerk or supervisor acts for.")] = None,
    valid: Annotated[str, typer.Option(metavar="DURATION", help="30d, 12h, 45m or 90s.")] = "8h",
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Print a token for the API of the environment that runs on this folder."""
    from starter.dev.tokens import token as signed_token
    from starter.gateway.principals import Role

    choices = choices_of(context)
    chosen = checked_choice("--role", role, Role)
    if chosen.acts_for_an_office and office is None:
        raise InvalidInput(field="--office", rule=InputRule.REQUIRED)
    if office is not None and not chosen.acts_for_an_office:
        raise CliError(CliProblem.NOT_FOR_ROLE, role=chosen)
    needs_embedded(choices)
    made = signed_token(
        choices.folder,
        chosen,
        caller=checked_subject("--id", caller or f"{chosen}-1"),
        office=None if office is None else checked_identifier("--office", office),
        valid=duration_of(valid, longest=_YEAR),
    )
    if choices.as_json:
        print_json(DevToken(made))
        return
    console_of().print(made, soft_wrap=True, highlight=False, markup=False)


@app.command()
def sign(
    context: typer.Context,
    file: FormFile,
    level: Annotated[Level, typer.Option(help="The level of the signature.")] = Level.ADVANCED,
    kind: Annotated[Format, typer.Option("--format", help="CAdES beside the form, or PAdES.")] = Format.CADES,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write it; beside the form, as .p7s or .pdf, if not given."),
    ] = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Sign the form in FILE as its applicant would, with a certificate of the embedded environment's test authority.

    The applicant's identity is not checked. Only the embedded environment in this folder trusts the authority.
    """
    from registration.forms import RegistrationForm
    from registration.times import day_in_budapest
    from starter.dev.authority import Signatory
    from starter.dev.certificate_profiles import PROFILES
    from starter.dev.kept_authority import kept_authority
    from starter.dev.signing import pdf_with, sign_cades, sign_pades
    from starter.gateway.signatures import form_in

    choices, content, now = choices_of(context), read_bytes("FILE", file), datetime.now(UTC)
    applicant = RegistrationForm.parse(form_in(content), today=day_in_budapest(now))
    person = Signatory(applicant.family_name, applicant.given_name, applicant.birth_date)
    credential = kept_authority(choices.folder).certify(
        person, PROFILES[level], since=now - timedelta(minutes=1), until=now + _YEAR
    )
    is_cades = kind is Format.CADES
    signed = sign_cades(content, credential, now) if is_cades else sign_pades(pdf_with(content), credential)
    written = output or Path("form" if file == STDIN else file).with_suffix(".p7s" if is_cades else ".pdf")
    try:
        written.write_bytes(signed)
    except OSError as trouble:
        raise CliError(CliProblem.FILE_UNWRITABLE, field="--output", reason=problem_of(trouble)) from None
    show(choices, SignatureWritten(str(written), str(level), str(kind)))
