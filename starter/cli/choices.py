"""The options that every command has, and what a person typed besides them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import typer

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.statuses import Language

DATA_FOLDER: Final = Path(".ugyfelkapu")


@dataclass
class Choices:
    """What holds for the whole of one command: language, form of the output, folder of the embedded environment."""

    language: Language = Language.HU
    as_json: bool = False
    folder: Path = field(default=DATA_FOLDER)
    context: typer.Context | None = field(default=None, repr=False)
    """The command that runs: its refusals name its options."""
    needs_folder: bool = False
    """The folder was typed: no installation that the environment names may take its place."""


def choices_of(context: typer.Context) -> Choices:
    """The choices of the running command."""
    choices = context.find_root().obj
    if not isinstance(choices, Choices):
        raise TypeError(type(choices).__name__)
    choices.context = context
    return choices


def _choose_language(context: typer.Context, language: Language | None) -> Language | None:
    if language is not None:
        choices_of(context).language = language
    return language


def _choose_json(context: typer.Context, as_json: bool) -> bool:
    choices_of(context).as_json |= as_json
    return as_json


Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        callback=_choose_language,
        is_eager=True,
        help="Language of what people read: hu or en; also UGYFELKAPU_LANG; else that of your locale.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", callback=_choose_json, help="Print JSON for programs; times in UTC.")]
Reference = Annotated[str, typer.Argument(metavar="ID", help="The registration's id, user name or receipt number.")]
COMMAND_LINE: Final = "command-line"
"""The auditor's id where none is given: a person with a shell and the keys."""

Auditor = Annotated[
    str, typer.Option(envvar="UGYFELKAPU_AUDITOR", help="The auditor's id, for the access record; never a name.")
]
Operator = Annotated[str | None, typer.Option(envvar="UGYFELKAPU_OPERATOR", help="The operator's id, never a name.")]


def required_operator(operator: str | None) -> str:
    """The operator's id, which every act of an operator needs. Raises `InvalidInput`."""
    if operator is None:
        raise InvalidInput(field="--operator", rule=InputRule.REQUIRED)
    return operator


FormFile = Annotated[
    str, typer.Argument(metavar="FILE", help="The form as JSON (see examples/); '-' is standard input.")
]
ClientAddress = Annotated[
    str,
    typer.Option("--client-address", metavar="ADDRESS", help="The client's own address, by which tries are counted."),
]
ValidityDays = Annotated[
    int | None,
    typer.Option("--validity-days", metavar="DAYS", help="How long the password is valid; the longest if not given."),
]
LetterLanguage = Annotated[Language, typer.Argument(metavar="LANGUAGE", help="Of the letters: hu or en.")]
FromStdin = Annotated[
    bool, typer.Option("--stdin", help="Read what is secret from standard input, one line each, in the order asked.")
]
HERE: Final = "127.0.0.1"
"""The client's address if none is given: that of this terminal."""
