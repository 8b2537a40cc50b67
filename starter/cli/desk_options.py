"""The options that all commands of a desk share, said once: a command gets them as one `Desk`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.messages import ActorKind
from starter.cli.choices import AsJson, Choices, Lang, choices_of
from starter.cli.conflicts import not_together
from starter.cli.input import STDIN, read_object
from starter.cli.installation import run
from starter.cli.shared_options import Command, with_options_of

if TYPE_CHECKING:
    from starter.gateway import DeskGateway, Engine

_Outcome = TypeVar("_Outcome")

Clerk = Annotated[str | None, typer.Option(envvar="UGYFELKAPU_CLERK", help="The clerk's id, never a name.")]
Office = Annotated[str | None, typer.Option(envvar="UGYFELKAPU_OFFICE", help="The office's code.")]
Supervisor = Annotated[bool, typer.Option("--supervisor", help="The id is a supervisor's, who acts as such.")]
DocumentKind = Annotated[str | None, typer.Option(help="IDENTITY_CARD, PASSPORT or DRIVING_LICENCE.")]
DocumentNumber = Annotated[
    str | None,
    typer.Option(
        envvar="UGYFELKAPU_DOCUMENT_NUMBER",
        help="The document's number; the variable or --evidence keeps it out of the list of processes.",
    ),
]
Consent = Annotated[bool, typer.Option("--consent", help="The client has signed the consent.")]
Recipient = Annotated[
    str | None,
    typer.Option(
        envvar="UGYFELKAPU_RECIPIENT",
        help="Who receives disclosed data, by name; the variable or --evidence keeps it out of the list of processes.",
    ),
]
EvidenceFile = Annotated[
    str | None,
    typer.Option(
        "--evidence",
        metavar="FILE",
        help="The evidence as JSON (see examples/); what it lacks may be given with the options above.",
    ),
]


@dataclass(frozen=True)
class Desk:
    """Who acts, for which office, and what was seen; `evidence` lacks what was not given, so that it can be named."""

    choices: Choices
    clerk: str
    office: str
    kind: ActorKind
    evidence: Mapping[str, Any]
    reads_stdin: bool = False
    """The evidence came from standard input, which gives nothing else then."""

    def act(self, operation: "Callable[[DeskGateway], Awaitable[_Outcome]]") -> _Outcome:
        """Does one operation at the desk. Raises what it raises."""
        from starter.gateway import DeskGateway

        async def acting(engine: "Engine") -> _Outcome:
            return await operation(DeskGateway(engine, self.clerk, self.office, self.kind))

        return run(self.choices, acting)


def at_the_desk(command: Command) -> Command:
    """The command with the options that say who acts; its first argument is the `Desk`."""
    return with_options_of(_desk, command)


def in_person(command: Command) -> Command:
    """The same for an act in person, with the options that say what was seen."""
    return with_options_of(_desk_with_evidence, command)


def _desk(
    context: typer.Context,
    *,
    clerk: Clerk = None,
    office: Office = None,
    supervisor: Supervisor = False,
    _json: AsJson = False,
    _lang: Lang = None,
) -> Desk:
    return _made(context, clerk, office, supervisor, {})


def _desk_with_evidence(
    context: typer.Context,
    *,
    clerk: Clerk = None,
    office: Office = None,
    supervisor: Supervisor = False,
    document_kind: DocumentKind = None,
    document_number: DocumentNumber = None,
    consent: Consent = False,
    recipient: Recipient = None,
    evidence: EvidenceFile = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> Desk:
    read = read_object("--evidence", evidence) if evidence else {}
    typed = {
        "document_kind": document_kind,
        "document_number": document_number,
        "consent": consent or None,
        "recipient": recipient,
    }
    given = {name: value for name, value in typed.items() if value is not None}
    for name in given:
        not_together(f"--{name.replace('_', '-')}", name in read, "--evidence", is_other_given=True)
    return replace(_made(context, clerk, office, supervisor, read | given), reads_stdin=evidence == STDIN)


def _made(
    context: typer.Context, clerk: str | None, office: str | None, supervisor: bool, seen: Mapping[str, Any]
) -> Desk:
    if clerk is None:
        raise InvalidInput(field="--clerk", rule=InputRule.REQUIRED)
    if office is None:
        raise InvalidInput(field="--office", rule=InputRule.REQUIRED)
    kind = ActorKind.SUPERVISOR if supervisor else ActorKind.CLERK
    return Desk(choices_of(context), clerk, office, kind, seen)
