"""Updates and signals as they arrive, before anybody knows whether they can be read.

The SDK drops a signal that it cannot decode, and fails every workflow task over one without its argument. Of an update
that it cannot decode it quotes what came; a quotation that cannot be written fails every task, too (measured).
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from temporalio import workflow
from temporalio.common import RawValue

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.messages import ExtendValidity, Message, Reactivate
from registration.rules import MESSAGE_NAMES, UPDATE_NAMES
from workflows.failures import as_failure

_SIGNALS: Final[Mapping[str, type[Reactivate | ExtendValidity]]] = {
    MESSAGE_NAMES[kind]: kind for kind in (Reactivate, ExtendValidity)
}
_UPDATES: Final = {name: kind for kind, name in UPDATE_NAMES.items()}

_Kind = TypeVar("_Kind")


def signalled(name: str, arguments: Sequence[RawValue]) -> Reactivate | ExtendValidity | None:
    """The message of a signal; `None` where it is unknown or cannot be read."""
    kind = _SIGNALS.get(name)
    return None if kind is None else read(kind, arguments)


def updated(name: str, arguments: Sequence[RawValue]) -> Message:
    """The message of an update. Raises the failure of `InvalidInput` where it is unknown or cannot be read."""
    kind = _UPDATES.get(name)
    if kind is None:
        raise as_failure(InvalidInput(field="update", rule=InputRule.ONE_OF, choices=", ".join(_UPDATES)))
    message: Message | None = read(kind, arguments)
    if message is None:
        raise as_failure(InvalidInput(field=name, rule=InputRule.MESSAGE))
    return message


def read(kind: type[_Kind], arguments: Sequence[RawValue]) -> _Kind | None:
    """The one argument; `None` where it is of another kind or there is not just one."""
    if len(arguments) != 1:
        return None
    try:
        message = workflow.payload_converter().from_payload(arguments[0].payload, kind)
    except Exception:  # noqa: BLE001  converters raise anything at what another program wrote
        return None
    return message if isinstance(message, kind) else None  # bytes and null come as they are, whatever is asked for
