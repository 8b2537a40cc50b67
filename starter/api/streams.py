"""Lists that may be too long to be held at once, written as they are read."""

from collections.abc import AsyncIterable, AsyncIterator

from registration.answers import json_of
from starter.gateway.csv_lines import csv_header, csv_row


async def as_json(items: AsyncIterable[object]) -> AsyncIterator[str]:
    """A JSON list of answers; what breaks off on the way has no closing bracket."""
    separator = "["
    async for item in items:
        yield separator + json_of(item)
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


async def as_csv(kind: type, items: AsyncIterable[object]) -> AsyncIterator[str]:
    """CSV (RFC 4180) with the fields of an answer as columns."""
    yield csv_header(kind)
    async for item in items:
        yield csv_row(item)
