"""Decodes signals, which may hold anything.

The SDK drops a signal that it cannot decode, and fails every workflow task over one without its argument (measured). An
update that it cannot decode is refused by itself (`temporal/payloads.py` sees to it that nothing is quoted).
"""

from collections.abc import Sequence
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RawValue

from registration.messages import Message
from registration.rules import SIGNALS

_Kind = TypeVar("_Kind")


def signalled(name: str, arguments: Sequence[RawValue]) -> Message | None:
    """The message of a signal; `None` where it is unknown or cannot be read."""
    kind = SIGNALS.get(name)
    return None if kind is None else read(kind, arguments)


def read(kind: type[_Kind], arguments: Sequence[RawValue]) -> _Kind | None:
    """The one argument; `None` where it is of another kind or there is not just one."""
    if len(arguments) != 1:
        return None
    try:
        message = workflow.payload_converter().from_payload(arguments[0].payload, kind)
    except Exception:  # noqa: BLE001  converters raise anything at what another program wrote
        return None
    return message if isinstance(message, kind) else None  # the converter returns bytes and null for any type
