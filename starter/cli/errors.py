"""From an exception to one sentence and an exit status; a traceback only under UGYFELKAPU_DEBUG=1."""

from dataclasses import dataclass
from typing import Final

import typer

from registration.dependencies import Dependency
from registration.errors import InvalidInput, UgyfelkapuError, Unavailable
from registration.statuses import Language
from starter.cli.sentences import CliProblem
from starter.cli.usage import in_hungarian
from wiring.setting_rules import SettingsError
from wiring.start_problems import CannotStart

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
    CliProblem.ONE_WAY_TO_GO,
    CliProblem.SIGNAL_OR_ANSWER,
    CliProblem.ONE_WAY_TO_VERIFY,
    CliProblem.NOBODY_TO_ASK,
    CliProblem.ONE_WAY_TO_EXTEND,
    CliProblem.USAGE,
}


class CliError(Exception):
    """What only the command line refuses."""

    def __init__(self, problem: CliProblem, **facts: str) -> None:
        """`facts` fill the sentence's blanks."""
        self.problem = problem
        self.facts = facts
        super().__init__(problem.in_language(Language.EN, **facts))


@dataclass(frozen=True)
class Ending:
    """How a failed command ends: the exit status, the sentence for standard error, and what they are about, if known.

    `setting` is an environment variable.
    """

    status: int
    sentence: str
    dependency: Dependency | None = None
    setting: str | None = None


def ending_of(error: Exception, language: Language) -> Ending:
    """One sentence for whatever went wrong."""
    if ending := _of_dependencies(error, language):
        return ending
    match error:
        case InvalidInput():
            return Ending(BAD_INPUT, error.sentence(language))
        case UgyfelkapuError():
            return Ending(REFUSED, error.sentence(language))
        case CliError(problem=problem, facts=facts):
            status = BAD_INPUT if problem in _BAD_INPUT else REFUSED
            return Ending(status, problem.in_language(language, **facts))
        case typer.TyperException():
            reason = " ".join(error.format_message().split())
            reason = in_hungarian(reason) if language is Language.HU else reason
            return Ending(error.exit_code, CliProblem.USAGE.in_language(language, reason=reason))
        case _:
            return Ending(REFUSED, CliProblem.UNEXPECTED.in_language(language, reason=type(error).__name__))


def _of_dependencies(error: Exception, language: Language) -> Ending | None:
    """How a command ends that a server, a setting or a key kept from its work."""
    match error:
        case Unavailable():
            setting = error.dependency and error.dependency.setting(error.facts)
            return Ending(REFUSED, error.for_operators(language), error.dependency, setting)
        case SettingsError():
            return Ending(BAD_INPUT, error.sentence(language), setting=error.variable)
        case CannotStart():
            status = BAD_INPUT if error.wrong_setting else REFUSED
            return Ending(status, error.sentence(language), error.dependency, error.setting)
        case _:
            return None
