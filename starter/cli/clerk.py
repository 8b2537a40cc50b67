"""What a clerk does at a registration body. Each act names the clerk, the office and the evidence."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from starter.cli.choices import AsJson, Choices, FormFile, FromStdin, Lang, Reference, choices_of
from starter.cli.input import Secrets, read_object
from starter.cli.output import show
from starter.cli.session import run

if TYPE_CHECKING:
    from starter.gateway import DeskGateway, Gateway

app = typer.Typer(help=__doc__, no_args_is_help=True)
_Outcome = TypeVar("_Outcome")

Clerk = Annotated[str | None, typer.Option(envvar="UGYFELKAPU_CLERK", help="The clerk's id, never a name.")]
Office = Annotated[str | None, typer.Option(envvar="UGYFELKAPU_OFFICE", help="The office's code.")]
DocumentKind = Annotated[str | None, typer.Option(help="IDENTITY_CARD, PASSPORT or DRIVING_LICENCE.")]
DocumentNumber = Annotated[
    str | None,
    typer.Option(
        envvar="UGYFELKAPU_DOCUMENT_NUMBER",
        help="The document's number; the variable or --evidence keeps it out of the list of processes.",
    ),
]
Consent = Annotated[bool, typer.Option("--consent", help="The client has signed the consent.")]
EvidenceFile = Annotated[
    str | None,
    typer.Option(
        "--evidence", metavar="FILE", help="The evidence as JSON (see examples/), instead of the three above."
    ),
]


@app.command("register")
def register(
    context: typer.Context,
    file: FormFile,
    *,
    clerk: Clerk = None,
    office: Office = None,
    document_kind: DocumentKind = None,
    document_number: DocumentNumber = None,
    consent: Consent = False,
    evidence: EvidenceFile = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Open a registration in person with the form in FILE; it is active once its code is redeemed."""
    choices, form = choices_of(context), read_object("FILE", file)
    seen = _evidence(document_kind, document_number, consent, evidence)
    registration_id = _at_the_desk(choices, clerk, office, lambda desk: desk.register(form, seen))
    show(choices, {"registration_id": registration_id})


@app.command()
def verify_identity(
    context: typer.Context,
    reference: Reference,
    *,
    clerk: Clerk = None,
    office: Office = None,
    document_kind: DocumentKind = None,
    document_number: DocumentNumber = None,
    consent: Consent = False,
    evidence: EvidenceFile = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Make a temporary registration final."""
    choices, seen = choices_of(context), _evidence(document_kind, document_number, consent, evidence)
    show(choices, _at_the_desk(choices, clerk, office, lambda desk: desk.verify_identity(reference, seen)))


@app.command()
def reactivate(
    context: typer.Context,
    reference: Reference,
    *,
    signal: Annotated[
        bool,
        typer.Option("--signal", help="Send it as a signal, as a bus would: no answer; refused, it leaves an event."),
    ] = False,
    clerk: Clerk = None,
    office: Office = None,
    document_kind: DocumentKind = None,
    document_number: DocumentNumber = None,
    consent: Consent = False,
    evidence: EvidenceFile = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Reactivate an inactive registration; a new code goes out by itself."""
    choices, seen = choices_of(context), _evidence(document_kind, document_number, consent, evidence)
    if signal:
        _at_the_desk(choices, clerk, office, lambda desk: desk.signal_reactivate(reference, seen))
        show(choices, {"signalled": True})
        return
    show(choices, _at_the_desk(choices, clerk, office, lambda desk: desk.reactivate(reference, seen)))


@app.command()
def change_email(
    context: typer.Context,
    reference: Reference,
    *,
    email: Annotated[str | None, typer.Option(help="The new address; asked for (or --stdin) if not given.")] = None,
    from_stdin: FromStdin = False,
    clerk: Clerk = None,
    office: Office = None,
    document_kind: DocumentKind = None,
    document_number: DocumentNumber = None,
    consent: Consent = False,
    evidence: EvidenceFile = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Replace a dead e-mail address; a live code is void, and a fresh one goes out where one is awaited."""
    choices, seen = choices_of(context), _evidence(document_kind, document_number, consent, evidence)
    address = email or Secrets(from_stdin=from_stdin).ask("email", hidden=False)
    show(choices, _at_the_desk(choices, clerk, office, lambda desk: desk.change_email(reference, address, seen)))


@app.command()
def disclose(
    context: typer.Context,
    reference: Reference,
    *,
    clerk: Clerk = None,
    office: Office = None,
    document_kind: DocumentKind = None,
    document_number: DocumentNumber = None,
    consent: Consent = False,
    evidence: EvidenceFile = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Tell the registration data to the client; the disclosure is on record before it is told."""
    choices, seen = choices_of(context), _evidence(document_kind, document_number, consent, evidence)
    told = _at_the_desk(choices, clerk, office, lambda desk: desk.disclose(reference, seen))
    show(choices, {"registration_id": told.registration_id, **asdict(told.person), "email": told.email})


@app.command()
def close(
    context: typer.Context,
    reference: Reference,
    *,
    clerk: Clerk = None,
    office: Office = None,
    document_kind: DocumentKind = None,
    document_number: DocumentNumber = None,
    consent: Consent = False,
    evidence: EvidenceFile = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Close a registration at the client's request; final."""
    choices, seen = choices_of(context), _evidence(document_kind, document_number, consent, evidence)
    show(choices, _at_the_desk(choices, clerk, office, lambda desk: desk.close(reference, seen)))


def _evidence(kind: str | None, number: str | None, consent: bool, file: str | None) -> dict[str, Any]:
    """The evidence as the gateway takes it; what was not given is left out, so that the gateway can name it."""
    read = read_object("--evidence", file) if file else {}
    given = {"document_kind": kind, "document_number": number, "consent": consent or None}
    return read | {name: value for name, value in given.items() if value is not None}


def _at_the_desk(
    choices: Choices,
    clerk: str | None,
    office: str | None,
    act: "Callable[[DeskGateway], Awaitable[_Outcome]]",
) -> _Outcome:
    from starter.gateway import DeskGateway

    if clerk is None:
        raise InvalidInput(field="--clerk", rule=InputRule.REQUIRED)
    if office is None:
        raise InvalidInput(field="--office", rule=InputRule.REQUIRED)

    async def acting(gateway: "Gateway") -> _Outcome:
        return await act(DeskGateway(gateway, clerk, office))

    return run(choices, acting)
