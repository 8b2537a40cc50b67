"""What the environment says of a secret: the value itself, or `UGYFELKAPU_<NAME>_FILE`, the file that holds it."""

import os
from pathlib import Path
from typing import Final

from settings.operator_files import FileProblem, problem_of, read_file
from settings.setting_rules import BrokenRule, SettingRule, SettingsError, variable_of

_MOST_BYTES: Final = 65_536
"""A ring of a thousand keys."""


def is_file_given(field: str) -> bool:
    """Whether the environment names a file for a setting."""
    return bool(os.environ.get(f"{variable_of(field)}_FILE"))


def given(field: str) -> str | None:
    """The value of a setting by its name in `Settings`, without the line break at its end; `None` where none is given.

    An empty variable is one that is not set. Raises `SettingsError` where a file cannot be read, has no text or too
    much of it, or where both variables are set.
    """
    value, file = os.environ.get(variable_of(field)), os.environ.get(f"{variable_of(field)}_FILE")
    if not file:
        return value or None
    if value:
        raise _broken(field, SettingRule.VALUE_AND_FILE, other=variable_of(field))
    return _text_of(field, Path(file))


def _text_of(field: str, file: Path) -> str:
    try:
        text = read_file(file, _MOST_BYTES).decode().rstrip("\r\n")
    except (OSError, ValueError) as trouble:
        raise _broken(field, SettingRule.SECRET_FILE, most=_MOST_BYTES, reason=problem_of(trouble)) from None
    if not text:
        raise _broken(field, SettingRule.SECRET_FILE, most=_MOST_BYTES, reason=FileProblem.EMPTY)
    return text


def _broken(field: str, rule: SettingRule, **facts: object) -> SettingsError:
    return SettingsError(f"{field}_file", BrokenRule(rule, **facts))
