"""Dataclasses to and from the JSON of columns and sealed blobs."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

_Document = TypeVar("_Document")
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def dump(document: object) -> bytes:
    """The JSON of a dataclass, UTF-8."""
    return _adapter(type(document)).dump_json(document)


def load(kind: type[_Document], text: str | bytes) -> _Document:
    """The dataclass that `dump` wrote. Raises `pydantic.ValidationError` for anything else."""
    document: _Document = _adapter(kind).validate_json(text)
    return document
