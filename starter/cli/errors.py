"""From an exception to one sentence and an exit status; a traceback only under UGYFELKAPU_DEBUG=1."""

from dataclasses import dataclass
from typing import Final

import typer

from registration.errors import InvalidInput, UgyfelkapuError, Unavailable
from registration.statuses import Language
from starter.cli.sentences import CliProblem
from starter.cli.usage import in_hungarian
from wiring.setting_rules import SettingsError

REFUSED: Final = 1
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130

_BAD_INPUT: Final = {
    CliProblem.NO_INSTALLATION,
    CliProblem.NOT_EMBEDDED,
    CliProblem.FOLDER_UNUSABLE,
    CliProblem.FILE_UNREADABLE,
    CliProblem.FILE_UNWRITABLE,
    CliProblem.NO_SUCH_LETTER,
    CliProblem.NO_LETTER_TO,
    CliProblem.NO_LETTER_YET,
    CliProblem.NOT_TOGETHER,
    CliProblem.NOT_FOR_ROLE,
    CliProblem.OPTION_TOO_EARLY,
    CliProblem.NO_ENVIRONMENT,
    CliProblem.ONE_WAY_TO_GO,
    CliProblem.SIGNAL_OR_ANSWER,
    CliProblem.ONE_WAY_TO_VERIFY,
    CliProblem.NOBODY_TO_ASK,
    CliProblem.ONE_WAY_TO_EXTEND,
    CliProblem.DATABASE_REFUSES,
    CliProblem.USAGE,
}

_DATABASE_REFUSES: Final = {"InvalidPasswordError", "InvalidAuthorizationSpecificationError", "InvalidCatalogNameError"}
"""Exceptions of the PostgreSQL driver, which this room does not import."""


class CliError(Exception):
    """What only the command line refuses."""

    def __init__(self, problem: CliProblem, **facts: str) -> None:
        """`facts` fill the sentence's blanks."""
        self.problem = problem
        self.facts = facts
        super().__init__(problem.in_language(Language.EN, **facts))


@dataclass(frozen=True)
class Ending:
    """How a failed command ends: the exit status and the sentence for standard error."""

    status: int
    sentence: str


def ending_of(error: Exception, language: Language) -> Ending:
    """One sentence for whatever went wrong."""
    match error:
        case InvalidInput():
            return Ending(BAD_INPUT, error.sentence(language))
        case UgyfelkapuError():
            return Ending(REFUSED, error.sentence(language))
        case SettingsError():
            return Ending(BAD_INPUT, error.sentence(language))
        case CliError(problem=problem, facts=facts):
            status = BAD_INPUT if problem in _BAD_INPUT else REFUSED
            return Ending(status, problem.in_language(language, **facts))
        case typer.TyperException():
            reason = " ".join(error.format_message().split())
            reason = in_hungarian(reason) if language is Language.HU else reason
            return Ending(error.exit_code, CliProblem.USAGE.in_language(language, reason=reason))
        case _:
            return _unexpected(error, language)


def _unexpected(error: Exception, language: Language) -> Ending:
    kind = type(error).__name__
    if isinstance(error, RuntimeError) and str(error).startswith("Failed client connect"):
        return Ending(REFUSED, Unavailable().sentence(language))
    if kind == "UndefinedTableError":
        return Ending(REFUSED, CliProblem.NOT_PREPARED.in_language(language))
    if kind in _DATABASE_REFUSES:
        return Ending(BAD_INPUT, CliProblem.DATABASE_REFUSES.in_language(language, reason=kind))
    return Ending(REFUSED, CliProblem.UNEXPECTED.in_language(language, reason=kind))
