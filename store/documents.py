"""Dataclasses to and from the JSON that stands in columns and sealed blobs."""

from typing import TypeVar

from pydantic import TypeAdapter

_Document = TypeVar("_Document")


def dump(document: object) -> bytes:
    """The JSON of a dataclass, UTF-8."""
    return TypeAdapter(type(document)).dump_json(document)


def load(kind: type[_Document], text: str | bytes) -> _Document:
    """The dataclass that `dump` wrote. Raises `pydantic.ValidationError` for anything else."""
    return TypeAdapter(kind).validate_json(text)
