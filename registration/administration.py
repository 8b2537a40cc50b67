"""What administrative acts put in place, as the access record has it: what, under which key, with which content.

An entry has a digest of the new content. So policies, offices, disabled staff, bulk extensions and
checkpoints follow from the access record, which is chained, and can be compared with it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from registration.operations import Administered

GONE: Final = "none"
"""In place of a digest: there is nothing under this key any more."""


_TERMS: Final = ("id", "expiring_before", "days", "requested_by", "requested_at")

COLUMNS: Final[Mapping[Administered, tuple[str, ...]]] = {
    Administered.POLICY: ("version", "body", "adopted_at"),
    Administered.OFFICE: ("code", "body", "name", "address", "open"),
    Administered.STAFF: ("id", "disabled_at", "disabled_by"),
    Administered.EXTENSION: _TERMS,
    Administered.APPROVAL: (*_TERMS, "approved_by", "approved_at"),
}
"""The columns that a digest is of, the key first; an approval's is of the terms that were approved, too.

A column without a value is left out, so that a table may gain columns.
"""


@dataclass(frozen=True)
class Content:
    """The content under a key: `digest` is 64 hexadecimal digits, or `GONE`."""

    about: Administered
    key: str
    digest: str

    def __str__(self) -> str:
        """As a list of entries shows it."""
        return f"{self.about} {self.key} {self.digest}"

    @classmethod
    def of(cls, about: Administered, row: Mapping[str, Any]) -> Self:
        """The content of a row of the table: SHA-256 of its columns as JSON, sorted, without spaces, times in UTC."""
        values = {name: row[name] for name in COLUMNS[about] if row[name] is not None}
        text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_text)
        return cls(about, str(row[COLUMNS[about][0]]), hashlib.sha256(text.encode()).hexdigest())


class ListContent:
    """The content of a bulk extension's list, account by account in the order of their ids, however long it is."""

    def __init__(self, extension_id: str) -> None:
        """The list of this extension, without any account."""
        self._extension_id = extension_id
        self._hash = hashlib.sha256()

    def add(self, row: Mapping[str, Any]) -> None:
        """The next account: `registration_id`, `valid_until`, `until`."""
        line = f"{row['registration_id']} {_text(row['valid_until'])} {_text(row['until'])}\n"
        self._hash.update(line.encode())

    def content(self) -> Content:
        """What the accounts up to now make."""
        return Content(Administered.LIST, self._extension_id, self._hash.hexdigest())


def _text(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
