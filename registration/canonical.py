"""The exact text that a record's entry is hashed and stored as."""

import hashlib
import json
from datetime import date
from typing import Any


def canonical(entry: object) -> str:
    """A dataclass as JSON: sorted keys, no spaces, fields without a value left out, times and dates in ISO 8601."""
    return json.dumps(_valued(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def digest(text: str) -> str:
    """SHA-256 of a canonical text; 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401  json's hook: a time, a date, or a dataclass within the entry
    return value.isoformat() if isinstance(value, date) else _valued(value)


def _valued(part: object) -> dict[str, Any]:
    return {key: value for key, value in vars(part).items() if value not in (None, ())}
