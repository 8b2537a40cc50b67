"""Lists as CSV, and those that may be too long to be held at once, written as they are read."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any

from pydantic import BaseModel


async def as_json(items: AsyncIterable[BaseModel]) -> AsyncIterator[str]:
    """A JSON list; what breaks off on the way has no closing bracket."""
    separator = "["
    async for item in items:
        yield separator + item.model_dump_json()
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


async def as_csv(kind: type[BaseModel], items: AsyncIterable[BaseModel]) -> AsyncIterator[str]:
    """CSV (RFC 4180) with the fields of a shape as columns."""
    yield _line(kind.model_fields)
    async for item in items:
        yield _line(item.model_dump(mode="json").values())


def csv_text(kind: type[BaseModel], items: Iterable[BaseModel]) -> str:
    """The same of a list that is there already."""
    return _line(kind.model_fields) + "".join(_line(item.model_dump(mode="json").values()) for item in items)


def _line(fields: Iterable[Any]) -> str:
    """One line; what has no value is empty."""
    line = io.StringIO()
    csv.writer(line).writerow(fields)
    return line.getvalue()
