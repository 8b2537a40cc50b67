"""Lists that may be too long to be held at once, written as they are read."""

from collections.abc import AsyncIterable, AsyncIterator

from pydantic import BaseModel

from starter.gateway.csv_lines import csv_line


async def as_json(items: AsyncIterable[BaseModel]) -> AsyncIterator[str]:
    """A JSON list; what breaks off on the way has no closing bracket."""
    separator = "["
    async for item in items:
        yield separator + item.model_dump_json()
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


async def as_csv(kind: type[BaseModel], items: AsyncIterable[BaseModel]) -> AsyncIterator[str]:
    """CSV (RFC 4180) with the fields of a shape as columns."""
    yield csv_line(kind.model_fields)
    async for item in items:
        yield csv_line(item.model_dump(mode="json").values())
