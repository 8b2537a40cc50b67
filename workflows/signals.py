"""Signals as they arrive, before anybody knows whether they can be read."""

from collections.abc import Mapping, Sequence
from typing import Final

from temporalio import workflow
from temporalio.common import RawValue

from registration.messages import ExtendValidity, Reactivate

_KINDS: Final[Mapping[str, type[Reactivate | ExtendValidity]]] = {
    "reactivate": Reactivate,
    "extend_validity": ExtendValidity,
}


def message_in(name: str, arguments: Sequence[RawValue]) -> Reactivate | ExtendValidity | None:
    """The message of a signal; `None` where it is unknown or cannot be read.

    The SDK would drop a payload that it cannot decode, and fail every workflow task over a missing one (measured).
    """
    kind = _KINDS.get(name)
    if kind is None or len(arguments) != 1:
        return None
    try:
        message = workflow.payload_converter().from_payload(arguments[0].payload, kind)
    except Exception:  # noqa: BLE001  converters raise anything at what another program wrote
        return None
    return message if isinstance(message, kind) else None  # bytes and null come as they are, whatever is asked for
