"""From an exception to one sentence and an exit status; a traceback only under UGYFELKAPU_DEBUG=1."""

import json
from dataclasses import dataclass
from typing import Final

import typer

from registration.dependencies import Dependency
from registration.errors import InvalidInput, UgyfelkapuError, Unavailable
from registration.input_rules import InputRule
from registration.sentences import Sentence
from registration.statuses import Language
from settings.setting_rules import SettingsError
from settings.start_problems import CannotStart
from starter.cli.named_fields import in_options
from starter.cli.problems import CliProblem
from starter.cli.usage import in_our_words
from starter.translation import translated

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
    CliProblem.PROGRESS_UNUSABLE,
    CliProblem.NO_TERMINAL,
    CliProblem.ONE_WAY_TO_EXTEND,
    CliProblem.USAGE,
}
_INTERRUPTED: Final = {CliProblem.VERIFICATION_INTERRUPTED, CliProblem.VERIFICATION_KEPT}


class CliError(Exception):
    """What only the command line refuses."""

    def __init__(self, problem: CliProblem, **facts: str) -> None:
        """`facts` fill the sentence's blanks."""
        self.problem = problem
        self.facts = facts
        super().__init__(str(problem.with_facts(**facts)))


@dataclass(frozen=True)
class Ending:
    """How a failed command ends: the exit status and the sentence for standard error; for programs, also what it is.

    `type` is the refusal's stable name; `field` the option, argument or field that breaks a rule, `rule` its name;
    `dependency` is what did not do its part, `setting` the environment variable to look at.
    """

    status: int
    sentence: str
    type: str
    field: str | None = None
    rule: str | None = None
    dependency: Dependency | None = None
    setting: str | None = None

    @property
    def as_json(self) -> str:
        """One line, as `--json` asks for."""
        facts = {"type": self.type, "detail": self.sentence, "field": self.field, "rule": self.rule}
        facts |= {"dependency": self.dependency and self.dependency.name, "setting": self.setting}
        return json.dumps({**facts, "exit_status": self.status}, ensure_ascii=False)


def ending_of(error: Exception, language: Language, context: typer.Context | None = None) -> Ending:
    """One sentence for whatever went wrong, in the names of the command that ran."""
    if ending := _of_dependencies(error, language):
        return ending
    match error:
        case InvalidInput():
            field, sentence = in_options(error, language, context)
            rule = error.facts["rule"]
            return Ending(
                BAD_INPUT, sentence, "InvalidInput", field, rule.name if isinstance(rule, InputRule) else rule
            )
        case UgyfelkapuError():
            return Ending(REFUSED, translated(error.sentence, language), type(error).__name__)
        case CliError(problem=problem, facts=facts):
            status = BAD_INPUT if problem in _BAD_INPUT else INTERRUPTED if problem in _INTERRUPTED else REFUSED
            return Ending(status, translated(problem.with_facts(**facts), language), problem.name, facts.get("option"))
        case typer.TyperException():
            reason = " ".join(error.format_message().split())
            sentence = translated(Sentence(CliProblem.USAGE, {"reason": in_our_words(reason)}), language)
            return Ending(error.exit_code, sentence, CliProblem.USAGE.name)
        case _:
            sentence = translated(CliProblem.UNEXPECTED.with_facts(reason=type(error).__name__), language)
            return Ending(REFUSED, sentence, CliProblem.UNEXPECTED.name)


def _of_dependencies(error: Exception, language: Language) -> Ending | None:
    """How a command ends that a server, a setting or a key kept from its work."""
    kind = type(error).__name__
    match error:
        case Unavailable():
            setting = error.dependency and error.dependency.setting(error.facts)
            sentence = translated(error.for_operators, language)
            return Ending(REFUSED, sentence, kind, dependency=error.dependency, setting=setting)
        case SettingsError():
            return Ending(BAD_INPUT, translated(error.sentence, language), kind, setting=error.variable)
        case CannotStart():
            status = BAD_INPUT if error.wrong_setting else REFUSED
            sentence = translated(error.sentence, language)
            return Ending(status, sentence, kind, dependency=error.dependency, setting=error.setting)
        case _:
            return None
