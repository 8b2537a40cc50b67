"""Stored forms are frozen since version 1.0: each is as the committed file of its name under `forms/` has it.

What turns red when something stored has changed:

- a value of a vocabulary (status, event kind, letter, operation): `test_a_vocabulary_has_its_frozen_values[Status]`
- a field's name, type or default, a form that is new or gone: `test_a_form_has_its_frozen_fields[Event]`
- the hash rule, the canonical text, the JSON of a form: `test_a_form_is_written_as_it_was_frozen[Event-...]`
- a name of Temporal's, of a message or a refusal, a letter's id: `test_a_name_is_as_it_was_frozen[task queues]`
- what a rule writes into an event: `tests/replay/test_audit_replay.py`, on the recorded lives
- anything else that is stored, such as seals, codes, columns, files: `test_bundle.py`
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from temporalio.api.common.v1 import Payload

from store.documents import load
from temporal.payloads import BRIEF_JSON
from tests.frozen.golden import example_of, files, frozen
from tests.frozen.walk import DOCUMENTS, HASHED, every_form, in_histories

RULE: Final = (
    "a stored form has changed. From version 1.0 on it may only grow (docs/architecture.md, 'How a stored form may "
    "grow'): a new field is optional, empty by default, left out of the canonical text when empty, and never in "
    "Snapshot; a new value or name is added, none is changed or removed. `python -m tests.frozen.golden` writes what "
    "has grown in this way into tests/frozen/forms: review each changed line"
)
NOW: Final = files()
FROZEN: Final = frozen()
FORMS: Final = sorted(name.removesuffix(".json") for name in NOW.keys() | FROZEN.keys() if name[0].isupper())
NOT_STORED: Final = {"Examination", "SealedProgress"}
"""What passes between two processes of one version."""


def part(content: dict[str, Any], file: str, name: str) -> Any:  # noqa: ANN401  JSON
    """A part of a file, `None` where there is none."""
    return content.get(f"{file}.json", {}).get(name)


def parts_of(file: str) -> list[str]:
    """The names in a file, now and frozen."""
    return sorted(NOW[f"{file}.json"].keys() | FROZEN[f"{file}.json"].keys())


@pytest.mark.parametrize("name", FORMS)
def test_a_form_has_its_frozen_fields(name: str) -> None:
    assert part(NOW, name, "fields") == part(FROZEN, name, "fields"), RULE


@pytest.mark.parametrize("which", ["with every field", "with the fewest fields"])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_written_as_it_was_frozen(name: str, which: str) -> None:
    assert part(NOW, name, which) == part(FROZEN, name, which), RULE


@pytest.mark.parametrize("name", parts_of("vocabularies"))
def test_a_vocabulary_has_its_frozen_values(name: str) -> None:
    assert part(NOW, "vocabularies", name) == part(FROZEN, "vocabularies", name), RULE


@pytest.mark.parametrize("name", parts_of("names"))
def test_a_name_is_as_it_was_frozen(name: str) -> None:
    assert part(NOW, "names", name) == part(FROZEN, "names", name), RULE


@pytest.mark.parametrize("name", FORMS)
def test_what_was_written_is_read(name: str) -> None:
    kind = every_form()[name]
    for which, fewest in (("with every field", False), ("with the fewest fields", True)):
        stored = part(FROZEN, name, which) or {}
        for where, document in stored.items():
            if where != "hash":
                assert read(kind, where, document) == example_of(kind, fewest=fewest), RULE


def read(kind: type, where: str, document: Any) -> Any:  # noqa: ANN401  a form
    """The form that a document holds, as it is read from where it is stored."""
    match where:
        case "in Temporal":
            payload = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(document).encode())
            return BRIEF_JSON.payload_converter.from_payload(payload, kind)
        case "canonical text":
            return load(kind, document)
        case _:
            return load(kind, json.dumps(document))


def test_every_form_that_is_stored_by_itself_has_examples() -> None:
    alone = {kind.__name__ for kind in {*in_histories(), *DOCUMENTS, *HASHED}}
    assert {name for name in FORMS if part(FROZEN, name, "with every field")} == alone


def test_every_document_that_is_loaded_is_frozen() -> None:
    """Complete over the code: what `store.documents.load` reads is a stored form."""
    assert set(loaded()) - NOT_STORED <= set(every_form())


def loaded() -> Iterator[str]:
    """The names of the classes that are loaded, wherever that is."""
    root = Path(__file__).parents[2]
    for room in ("store", "audit", "activities", "starter", "temporal"):
        for file in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id="load"), args=[ast.Name(id=name), *_]) if name[0].isupper():
                        yield name
