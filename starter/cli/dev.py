"""`ugyfelkapu dev`: the embedded environment, and what only makes sense beside it."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from starter.cli.choices import AsJson, FormFile, Lang, choices_of
from starter.cli.errors import CliError
from starter.cli.input import STDIN, read_bytes
from starter.cli.output import show
from starter.cli.sentences import CliProblem

app = typer.Typer(invoke_without_command=True, subcommand_metavar="[COMMAND]")

_VALID: Final = timedelta(days=365)


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
    """Run Temporal with its web UI, PostgreSQL, an inbox and a worker in this terminal, until Ctrl-C.

    Each server is left out where the environment names one: TEMPORAL_ADDRESS, UGYFELKAPU_DATABASE_URL,
    UGYFELKAPU_SMTP_URL. The other commands find it from the same folder.
    """
    choices = choices_of(context)
    choices.folder = data or choices.folder
    if context.invoked_subcommand is None:
        from starter.cli.dev_server import serve

        serve(choices)


@app.command()
def sign(
    context: typer.Context,
    file: FormFile,
    level: Annotated[Level, typer.Option(help="The level of the signature.")] = Level.ADVANCED,
    form: Annotated[Format, typer.Option("--format", help="CAdES beside the form, or PAdES.")] = Format.CADES,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write it; beside the form, as .p7s or .pdf, if not given."),
    ] = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Sign the form in FILE as its applicant would, with a certificate of the embedded environment's test authority.

    Nobody checks who the applicant is. Only the embedded environment in this folder trusts the authority.
    """
    from registration.forms import RegistrationForm
    from starter.dev.authority import Person
    from starter.dev.certificate_profiles import PROFILES
    from starter.dev.kept_authority import kept_authority
    from starter.dev.signing import pdf_with, sign_cades, sign_pades
    from starter.gateway.signatures import form_in

    choices, content, now = choices_of(context), read_bytes("FILE", file), datetime.now(UTC)
    applicant = RegistrationForm.parse(form_in(content), today=now.date())
    person = Person(applicant.family_name, applicant.given_name, applicant.birth_date)
    credential = kept_authority(choices.folder).certify(
        person, PROFILES[level], since=now - timedelta(minutes=1), until=now + _VALID
    )
    is_cades = form is Format.CADES
    signed = sign_cades(content, credential, now) if is_cades else sign_pades(pdf_with(content), credential)
    written = output or Path("form" if file == STDIN else file).with_suffix(".p7s" if is_cades else ".pdf")
    try:
        written.write_bytes(signed)
    except OSError as trouble:
        reason = trouble.strerror or type(trouble).__name__
        raise CliError(CliProblem.FILE_UNWRITABLE, field="--output", reason=reason) from None
    show(choices, {"signature": str(written), "level": str(level), "format": str(form)})
