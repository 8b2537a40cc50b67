"""What each stored form is now, as the committed files have it: `python -m tests.frozen.golden` writes them.

A file that was there at version 1.0 may only grow (docs/architecture.md, "How a stored form may grow").
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.converter import AdvancedJSONEncoder

from activities import names as activities
from registration import names
from registration import signature_errors as signature_errors  # noqa: PLC0414  its refusals are `kinds`, too
from registration.canonical import digest
from registration.errors import UgyfelkapuError
from registration.happenings import SIGNAL_REFUSALS
from registration.letters import LetterKind, LetterName
from registration.rules import MESSAGES
from registration.state import Imported
from registration.statuses import Status
from store.documents import dump
from temporal import preparation
from temporal.payloads import BRIEF_JSON
from tests.frozen.walk import (
    DOCUMENTS,
    HASHED,
    activity_definitions,
    as_text,
    every_form,
    hints,
    in_histories,
    workflow_definitions,
)

FORMS: Final = Path(__file__).with_name("forms")
"""A file for each dataclass, `vocabularies.json`, `names.json`."""

_MOMENT: Final = datetime(2028, 2, 29, 9, 30, 15, 250, tzinfo=UTC)
_PLAIN: Final[Mapping[type, object]] = {
    int: 7,
    bool: True,
    float: 2.5,
    datetime: _MOMENT,
    date: date(2028, 2, 29),
}
_CHOSEN: Final[Mapping[type, Mapping[str, object]]] = {Imported: {"status": Status.ACTIVE}}
"""Where not every value makes an example."""


def files() -> dict[str, Any]:
    """The content of every file, by its name."""
    forms = every_form()
    dataclass_forms = {f"{name}.json": form(kind) for name, kind in forms.items() if dataclasses.is_dataclass(kind)}
    return dataclass_forms | {"vocabularies.json": vocabularies(), "names.json": temporal_names()}


def form(kind: type) -> dict[str, Any]:
    """A form's fields; where it is stored by itself, an example with every field and one with the fewest, as stored."""
    described: dict[str, Any] = {"fields": _fields(kind)}
    if kind in {*in_histories(), *DOCUMENTS, *HASHED}:
        described["with every field"] = _stored(example_of(kind))
        described["with the fewest fields"] = _stored(example_of(kind, fewest=True))
    return described


def _stored(example: Any) -> dict[str, Any]:  # noqa: ANN401  a form
    found, kind = {}, type(example)
    if kind in in_histories():
        found["in Temporal"] = json.loads(BRIEF_JSON.payload_converter.to_payload(example).data)
    if kind in DOCUMENTS:
        found["in PostgreSQL or a file"] = json.loads(dump(example))
    if kind in HASHED:
        text = example.canonical()
        found |= {"canonical text": text, "hash": example.hash() if hasattr(example, "hash") else digest(text)}
    return found


def vocabularies() -> dict[str, list[Any]]:
    """The values of each vocabulary, in their order."""
    found = {name: kind for name, kind in sorted(every_form().items()) if issubclass(kind, Enum)}
    return {name: [each.value for each in kind] for name, kind in found.items()}


def temporal_names() -> dict[str, Any]:
    """Temporal's names, and names of ours that are stored as text."""
    return {
        "namespace": names.NAMESPACE,
        "workflow ids": {
            "a registration": names.workflow_id("ID"),
            "a bulk extension": names.extension_workflow_id("ID"),
        },
        "workflows": {
            definition.name: {
                "takes": [as_text(each) for each in definition.arg_types or ()],
                "returns": as_text(definition.ret_type),
                "updates": {name: _call(update) for name, update in sorted(definition.updates.items())},
                "queries": sorted(definition.queries),
            }
            for definition in workflow_definitions()
        },
        "activities": {definition.name: _call(definition) for definition in activity_definitions()},
        "messages": {
            kind.__name__: {way: name for way, name in (("update", row.update), ("signal", row.signal)) if name}
            for kind, row in MESSAGES.items()
        },
        "task queues": [names.REGISTRATION_QUEUE, names.LETTERS_QUEUE, names.CHECKPOINTS_QUEUE],
        "search attributes": {
            name: IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_")
            for name, kind in preparation._ATTRIBUTES.items()
        },
        "schedules": {
            each.id: f"{each.workflow_type} on {each.task_queue}, every {each.every}" for each in preparation._SCHEDULED
        },
        "failures of activities": [activities.LETTER_REFUSED],
        "letter ids": {kind: [LetterName(5, kind).letter_id, LetterName(5, kind, 30).letter_id] for kind in LetterKind},
        "refusals": sorted(
            name for name, kind in UgyfelkapuError.kinds.items() if kind.__module__.startswith("registration.")
        ),
        "refusals of signals": sorted(SIGNAL_REFUSALS),
    }


def _call(definition: Any) -> str:  # noqa: ANN401  of an update or an activity, private to the SDK
    return f"{', '.join(as_text(each) for each in definition.arg_types or ())} -> {as_text(definition.ret_type)}"


def _fields(kind: type) -> dict[str, str]:
    found = {}
    for each in dataclasses.fields(kind):
        text = as_text(hints(kind)[each.name])
        default = each.default_factory() if each.default_factory is not dataclasses.MISSING else each.default
        found[each.name] = text if default is dataclasses.MISSING else f"{text} = {_default(default)}"
    return found


def _default(default: Any) -> str:  # noqa: ANN401  of any field
    if dataclasses.is_dataclass(default):
        make: Callable[[], Any] = type(default)
        assert default == make(), "a default that the class itself does not have is not written down"
        return f"{type(default).__name__}()"
    return json.dumps(default, cls=AdvancedJSONEncoder, ensure_ascii=False)


def example_of(kind: Any, *, fewest: bool = False) -> Any:  # noqa: ANN401  an annotation, and a value of that type
    """A value with every field, or with the `fewest` that are needed."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        wanted = [each.name for each in dataclasses.fields(kind) if not (fewest and _has_default(each))]
        chosen = _CHOSEN.get(kind, {})
        values = {name: chosen.get(name) or _value(hints(kind)[name], name, fewest=fewest) for name in wanted}
        make: Callable[..., Any] = kind
        return make(**values)
    return _value(kind, "text", fewest=fewest)


def _value(annotation: Any, name: str, *, fewest: bool) -> Any:  # noqa: ANN401  as above
    """Of a field, or of a part of it; a text is the field's `name`."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return None if fewest and NoneType in parts else _value(parts[0], name, fewest=fewest)
    if origin in (tuple, list):
        return origin([_value(parts[0], name, fewest=fewest)])
    if origin is dict:
        return {name: _value(parts[1], name, fewest=fewest)}
    if annotation is str:
        return f"{name} ő"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return list(annotation)[-1]
    return _PLAIN[annotation] if annotation in _PLAIN else example_of(annotation, fewest=fewest)


def _has_default(each: "dataclasses.Field[Any]") -> bool:
    return each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING


def frozen() -> dict[str, Any]:
    """The content of every committed file, by its name."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in FORMS.iterdir()}


if __name__ == "__main__":
    FORMS.mkdir(exist_ok=True)
    wanted = files()
    for stale in {path.name for path in FORMS.iterdir()} - wanted.keys():
        (FORMS / stale).unlink()
    for name, content in wanted.items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (FORMS / name).write_text(text, encoding="utf-8")
