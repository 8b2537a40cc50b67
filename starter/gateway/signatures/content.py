"""The form in the bytes that were signed: JSON that every parser reads the same."""

import json
from typing import Any, NoReturn

from registration.errors import InvalidInput
from registration.input_rules import InputRule


def form_in(content: bytes) -> dict[str, Any]:
    """The JSON object. Raises `InvalidInput`, also for a repeated name, because parsers differ in which one they take.

    One byte order mark before it is ignored; editors on Windows write it.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(field="form", rule=InputRule.JSON)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON (RFC 8259, 6)."""
    raise ValueError(constant)
