"""What a clerk does at a registration body. Each act names the clerk and the office; in person, the evidence too."""

from typing import Annotated, Final

import typer

from registration.descriptions import Signalled
from starter.cli import clerk_looks
from starter.cli.choices import FormFile, FromStdin, LetterLanguage, Reference
from starter.cli.conflicts import not_together, one_document_on_stdout
from starter.cli.desk_options import Desk, in_person
from starter.cli.errors import CliError
from starter.cli.files import write
from starter.cli.input import STDIN, Secrets, read_object
from starter.cli.outcomes import ReceiptWritten
from starter.cli.output import show
from starter.cli.problems import CliProblem

app = typer.Typer(help=__doc__, no_args_is_help=True)

_ADDRESS: Final = "The new address; asked for (or --stdin) if not given."


@app.command("register")
@in_person
def register(desk: Desk, file: FormFile) -> None:
    """Open a registration in person with the form in FILE; it is active once its code is redeemed."""
    _one_from_stdin(desk, f"FILE {STDIN}", is_given=file == STDIN)
    form = read_object("FILE", file)
    show(desk.choices, desk.act(lambda it: it.register(form, desk.evidence)))


@app.command()
@in_person
def verify_identity(desk: Desk, reference: Reference) -> None:
    """Verify the identity: a temporary registration becomes final; one that awaits activation will be final at once."""
    show(desk.choices, desk.act(lambda it: it.verify_identity(reference, desk.evidence)))


@app.command()
@in_person
def reactivate(
    desk: Desk,
    reference: Reference,
    email: Annotated[
        str | None,
        typer.Option(help="A new address in place of a dead one, in the same step; '-' reads it from standard input."),
    ] = None,
    signal: Annotated[
        bool,
        typer.Option("--signal", help="Send it as a signal, as a bus would: no answer; refused, it leaves an event."),
    ] = False,
) -> None:
    """Reactivate an inactive registration; a new code goes out by itself."""
    if signal and email is not None:
        raise CliError(CliProblem.SIGNAL_OR_ANSWER)
    _one_from_stdin(desk, f"--email {STDIN}", is_given=email == STDIN)
    if signal:
        show(desk.choices, Signalled(desk.act(lambda it: it.signal_reactivate(reference, desk.evidence))))
        return
    if email is None:
        show(desk.choices, desk.act(lambda it: it.reactivate(reference, desk.evidence)))
        return
    address = Secrets(from_stdin=True).ask("email") if email == STDIN else email
    show(desk.choices, desk.act(lambda it: it.change_email_and_reactivate(reference, address, desk.evidence)))


@app.command()
@in_person
def change_email(
    desk: Desk,
    reference: Reference,
    email: Annotated[str | None, typer.Option(help=_ADDRESS)] = None,
    from_stdin: FromStdin = False,
) -> None:
    """Replace a dead e-mail address; a live code is void, and a fresh one goes out where one is awaited."""
    not_together("--stdin", from_stdin, "--email", email is not None)
    _one_from_stdin(desk, "--stdin", is_given=from_stdin)
    address = Secrets(from_stdin=from_stdin).ask("email", hidden=False) if email is None else email
    show(desk.choices, desk.act(lambda it: it.change_email(reference, address, desk.evidence)))


@app.command()
@in_person
def change_language(desk: Desk, reference: Reference, language: LetterLanguage) -> None:
    """Have letters follow in the language that the client wants."""
    show(desk.choices, desk.act(lambda it: it.change_language(reference, language, desk.evidence)))


@app.command()
@in_person
def disclose(desk: Desk, reference: Reference) -> None:
    """Disclose the registration data to the client; the disclosure is on record before the data is shown."""
    show(desk.choices, desk.act(lambda it: it.disclose(reference, desk.evidence)))


@app.command()
@in_person
def receipt(
    desk: Desk,
    reference: Reference,
    html: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write it as a page to be printed (A4), in the language of --lang; '-' is standard output.",
        ),
    ] = None,
) -> None:
    """Print the registration's receipt for the client: a disclosure, on record before it is printed."""
    one_document_on_stdout(as_json=desk.choices.as_json, html=html)
    made = desk.act(lambda it: it.receipt(reference, desk.evidence))
    if html is None:
        show(desk.choices, made)
        return
    from starter.pages.receipt import receipt_page

    write("--html", html, receipt_page(made, desk.choices.language))
    if html != STDIN:
        show(desk.choices, ReceiptWritten(made.number, html))


@app.command()
@in_person
def close(desk: Desk, reference: Reference) -> None:
    """Close a registration at the client's request; final."""
    show(desk.choices, desk.act(lambda it: it.close(reference, desk.evidence)))


def _one_from_stdin(desk: Desk, option: str, *, is_given: bool) -> None:
    not_together(option, is_given, f"--evidence {STDIN}", desk.reads_stdin)


for look in clerk_looks.LOOKS:
    app.command()(look)
