"""What a clerk looks up, and a supervisor: no evidence is needed, and each look is in the access record."""

from typing import Annotated, Any, Final

import typer

from registration.access_lines import AccessDay
from registration.times import span_of
from starter.cli.accesses import Day, day_of, show_accesses
from starter.cli.choices import Reference
from starter.cli.conflicts import not_together
from starter.cli.desk_options import Desk, at_the_desk
from starter.cli.input import read_object
from starter.cli.output import columns, console_of, show, show_rows
from starter.cli.problems import CliProblem
from starter.translation import translated


@at_the_desk
def search(
    desk: Desk,
    *,
    receipt_number: Annotated[str | None, typer.Option("--receipt", metavar="NUMBER", help="NNNN-NNNN-NNN.")] = None,
    user_name: Annotated[str | None, typer.Option(help="The whole user name.")] = None,
    email: Annotated[str | None, typer.Option(help="The present e-mail address.")] = None,
    birth_name: Annotated[str | None, typer.Option(help="Name at birth, with the next two.")] = None,
    birth_date: Annotated[str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD.")] = None,
    mothers_birth_name: Annotated[str | None, typer.Option(help="Mother's name at birth.")] = None,
    criterion: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="One of these as JSON, '-' is standard input: out of the list of processes."),
    ] = None,
) -> None:
    """Find registrations by a receipt, a user name, an e-mail address, or a person's natural identity data."""
    typed = {
        "receipt_number": receipt_number,
        "user_name": user_name,
        "email": email,
        "birth_name": birth_name,
        "birth_date": birth_date,
        "mothers_birth_name": mothers_birth_name,
    }
    asked: dict[str, Any] = {name: value for name, value in typed.items() if value is not None}
    if criterion is not None:
        for name in asked:
            option = "--receipt" if name == "receipt_number" else f"--{name.replace('_', '-')}"
            not_together(option, name, "--criterion", criterion)
        asked = read_object("--criterion", criterion)
    result = desk.act(lambda it: it.search(asked))
    from starter.gateway import FoundRegistration

    over = columns(FoundRegistration, "receipt_number", "status", "channel", "office", "since", "registration_id")
    show_rows(desk.choices, result, over, result.found)
    if result.more and not desk.choices.as_json:
        console_of(stderr=True).print(translated(CliProblem.MORE_FOUND, desk.choices.language))


@at_the_desk
def compare(
    desk: Desk,
    reference: Reference,
    *,
    birth_name: Annotated[str | None, typer.Option(help="Name at birth, as the document has it.")] = None,
    birth_date: Annotated[str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD.")] = None,
    mothers_birth_name: Annotated[str | None, typer.Option(help="Mother's name at birth.")] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="All three as JSON, '-' is standard input: out of the list of processes."),
    ] = None,
) -> None:
    """Say whether the person with a document is the registration's holder; nothing that is stored is shown."""
    typed = {"birth_name": birth_name, "birth_date": birth_date, "mothers_birth_name": mothers_birth_name}
    given: dict[str, Any] = {name: value for name, value in typed.items() if value is not None}
    if person is not None:
        for name in given:
            not_together(f"--{name.replace('_', '-')}", name, "--person", person)
        given = read_object("--person", person)
    show(desk.choices, desk.act(lambda it: it.compare(reference, given)))


@at_the_desk
def letters(desk: Desk, reference: Reference) -> None:
    """List the letters to a client and what became of them; those that did not arrive can be sent again."""
    sent = desk.act(lambda it: it.letters(reference))
    from starter.gateway import LetterLine

    show_rows(desk.choices, sent, columns(LetterLine), sent.letters)


@at_the_desk
def send_again(
    desk: Desk,
    reference: Reference,
    letter: Annotated[str, typer.Argument(metavar="LETTER", help="The letter's id, as `letters` lists it.")],
) -> None:
    """Send a letter that did not arrive again, to the present address."""
    show(desk.choices, desk.act(lambda it: it.send_again(reference, letter)))


@at_the_desk
def evidence(
    desk: Desk,
    reference: Reference,
    sequence: Annotated[int, typer.Option("--event", metavar="N", help="The number of the act's event.")],
) -> None:
    """Show what was seen at an act in person of the own office: who, to whom, on which document; for supervisors."""
    show(desk.choices, desk.act(lambda it: it.supervision.evidence(reference, sequence)))


@at_the_desk
def accesses(
    desk: Desk,
    day: Day = None,
) -> None:
    """Show who looked, acted or was refused at the own office on a day; for supervisors."""
    chosen = day_of(day)
    entries = desk.act(lambda it: it.supervision.access_entries(*span_of(chosen)))
    show_accesses(desk.choices, AccessDay(desk.office, chosen, tuple(entries)))


LOOKS: Final = (search, compare, letters, send_again, evidence, accesses)
"""The commands of this file, for `clerk.py`."""
