"""Payloads are plain JSON that an auditor can read (principle 5), without fields that have their empty default."""

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Final

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    AdvancedJSONEncoder,
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)


class _BriefEncoder(AdvancedJSONEncoder):
    """Leaves out what is `None`, zero or empty and comes back by default; policy values always stay."""

    def default(self, o: Any) -> Any:  # noqa: ANN401  as in the base class
        if is_dataclass(o) and not isinstance(o, type):
            values = ((field, getattr(o, field.name)) for field in fields(o))
            return {field.name: value for field, value in values if _says_something(field, value)}
        return super().default(o)


def _says_something(field: "Field[Any]", value: object) -> bool:
    if value:
        return True
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return default is MISSING or value != default


class _BriefPayloadConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        brief = JSONPlainPayloadConverter(encoder=_BriefEncoder)
        standard = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(brief if isinstance(one, JSONPlainPayloadConverter) else one for one in standard))

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """As in the base class, but no error quotes a payload: up to 2 MB, and characters that no failure can carry."""
        try:
            return super().from_payloads(payloads, type_hints)
        except Exception:  # noqa: BLE001  converters raise anything at what another program wrote
            raise RuntimeError("unreadable") from None


BRIEF_JSON: Final = DataConverter(payload_converter_class=_BriefPayloadConverter)
"""The converter of every client and worker; it and the standard converter read each other's payloads."""
