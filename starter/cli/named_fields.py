"""A refusal for the person who typed the command: it names options and arguments, not the fields of an interface."""

import re
from typing import Final

import typer
from typer.core import TyperArgument, TyperOption

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.statuses import Language
from starter.translation import translated

_FROM_FILES: Final = {"evidence": {"document_kind", "document_number", "consent", "recipient"}}
"""Fields that a file may hold instead of options, by the option that names the file."""
_OTHER_NAMES: Final = {"extension_id": "extension", "search": "criterion"}
"""The interface's name of a field, where the command's parameter has another one."""
_NAMING_FIELDS: Final = {InputRule.ONE_CRITERION, InputRule.SPAN_ORDER}
_FIELD: Final = re.compile(r"\b(?:[a-z]+(?:_[a-z]+)+|email|since)\b")


def in_options(refusal: InvalidInput, language: Language, context: typer.Context | None) -> tuple[str, str]:
    """The name of what is wrong, and the sentence; fields that came in a file keep their names."""
    names = _names(context) if context else {}
    field = str(refusal.facts["field"])
    named = names.get(_OTHER_NAMES.get(field, field), field)
    sentence = translated(InvalidInput(**{**refusal.facts, "field": named}).sentence, language)
    if refusal.facts.get("rule") in _NAMING_FIELDS:
        sentence = _FIELD.sub(lambda found: names.get(found[0], found[0]), sentence)
    return named, sentence


def _names(context: typer.Context) -> dict[str, str]:
    """Each parameter's name, as the command line has it."""
    filed = {name for option, names in _FROM_FILES.items() if context.params.get(option) for name in names}
    return {
        parameter.name: parameter.opts[-1] if isinstance(parameter, TyperOption) else _metavar(parameter)
        for parameter in context.command.params
        if parameter.name and parameter.name not in filed
    }


def _metavar(argument: object) -> str:
    """How the help names an argument."""
    return (argument.metavar or "").strip("[]") if isinstance(argument, TyperArgument) else ""
