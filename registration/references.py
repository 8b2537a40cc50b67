"""What names a registration in an address or on a page: its id or its receipt's number, never a user name."""

import re
from typing import Final

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.typed_text import plain_separators

REFERENCE_PATTERN: Final = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]{4}-[0-9]{4}-[0-9]{3}"
_REFERENCE: Final = re.compile(REFERENCE_PATTERN)


def is_reference(typed: str) -> bool:
    """Whether it has the form of an id or of a receipt's number, whatever dashes and format characters it came with."""
    return _REFERENCE.fullmatch(plain_separators(typed).strip()) is not None


def checked_reference(typed: str) -> str:
    """The same, typed. Raises `InvalidInput`."""
    if not is_reference(typed):
        raise InvalidInput(field="reference", rule=InputRule.REFERENCE)
    return typed
