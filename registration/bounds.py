"""What fits into a message at the workflow's door, even if sent past the gateway: one bound for each field.

Bounds keep a message small and writable: no lone surrogate, no control character, no size that a payload or a search
attribute cannot carry. What a message may say is the rules' matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from registration.errors import InvalidInput
from registration.forms import checked_identifier, checked_subject
from registration.input_rules import InputRule
from registration.messages import SYSTEM, Actor, Message
from registration.times import is_shown

_LARGEST: Final = 2**31 - 1
"""What the store's numbers hold."""

_DIGEST_DIGITS: Final = 64
"""SHA-256 in hexadecimal."""

_HEXADECIMAL: Final = frozenset("0123456789abcdef")


Bound = Callable[[str, Any], object]
"""Is given a field's path and its value, and raises `InvalidInput` where that does not fit."""


def _digest(field: str, value: object) -> None:
    if not isinstance(value, str) or len(value) != _DIGEST_DIGITS or not _HEXADECIMAL.issuperset(value):
        raise InvalidInput(field=field, rule=InputRule.DIGEST)


def _number(field: str, value: object) -> None:
    if not isinstance(value, int) or not -_LARGEST <= value <= _LARGEST:
        raise InvalidInput(field=field, rule=InputRule.WHOLE_NUMBER_WITHIN, least=str(-_LARGEST), most=str(_LARGEST))


def _moment(field: str, value: object) -> None:
    """A time that an event can hold and that reads back as it was: its offset has no seconds."""
    offset = value.utcoffset() if isinstance(value, datetime) else None
    if not isinstance(value, datetime) or not is_shown(value) or offset is None or offset % timedelta(minutes=1):
        raise InvalidInput(field=field, rule=InputRule.TIME)


BOUNDS: Final[Mapping[str, Bound]] = {
    "request_id": checked_subject,
    "actor.id": checked_subject,
    "actor.office": checked_identifier,
    "evidence.id": checked_identifier,
    "evidence.commitment": _digest,
    "email_id": checked_identifier,
    "credential_id": checked_identifier,
    "letter_id": checked_identifier,
    "code_sequence": _number,
    "validity_days": _number,
    "until": _moment,
}
"""By the path of a field within its message. An enumeration bounds itself; what may be left out may be `None`."""


def check_bounds(message: Message) -> None:
    """Raises `InvalidInput` with the first field whose value does not fit, or where it is no message at all."""
    if not isinstance(message, Message):
        raise InvalidInput(field="message", rule=InputRule.MESSAGE)
    _check(message)


def fits(message: Message) -> bool:
    """Whether every field's value fits."""
    try:
        _check(message)
    except InvalidInput:
        return False
    return True


def sender_of(message: Message) -> tuple[Actor, str | None]:
    """Who sent a message and under which request id, where an event can name them; else the system and `None`."""
    try:
        BOUNDS["request_id"]("request_id", message.request_id)
        _check(message.actor, "actor.")
    except InvalidInput:
        return SYSTEM, None
    return message.actor, message.request_id


def fits_office(office: str) -> bool:
    """Whether an office can be a search attribute: one that is too long terminates its workflow (measured)."""
    try:
        BOUNDS["actor.office"]("office", office)
    except InvalidInput:
        return False
    return True


def _check(part: Any, prefix: str = "") -> None:  # noqa: ANN401  a message, or a part of one: a dataclass
    for field in fields(part):
        path, value = f"{prefix}{field.name}", getattr(part, field.name)
        if is_dataclass(value):
            _check(value, f"{path}.")
        elif not isinstance(value, Enum) and (value is not None or field.default is not None):
            BOUNDS[path](path, value)
