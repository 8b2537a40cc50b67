"""What administrative acts put in place, as the access record has it: what, under which key, with which content.

An entry has a digest of the new content. So policies, offices, disabled staff, bulk extensions and
checkpoints follow from the access record, which is chained, and can be compared with it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Self

from registration.sentences import N_

GONE: Final = "none"
"""In place of a digest: there is nothing under this key any more."""

_TERMS: Final = ("id", "expiring_before", "days", "requested_by", "requested_at")


@dataclass(frozen=True)
class AdministeredRow:
    """What an administrative operation puts in place.

    `text`: what people read of it, a message id. `columns`: those of its table that a digest is of, the key first; none
    where the digest is made otherwise. A column without a value is left out, so that a table may gain columns.
    `changes_in_order`: operators alone change it, more than once, so that its entries are in one chain. `of_extension`:
    it is a part of a bulk extension.
    """

    text: str
    columns: tuple[str, ...] = ()
    changes_in_order: bool = False
    of_extension: bool = False


class Administered(StrEnum):
    """What administrative operations put in place, and the access record has a digest of."""

    row: AdministeredRow

    def __new__(cls, name: str, *rows: AdministeredRow) -> Self:
        """A member is its name; its one row says what it is. Looked up by its name alone."""
        member = str.__new__(cls, name)
        member._value_ = name
        (member.row,) = rows
        return member

    POLICY = "policy", AdministeredRow(N_("the policy"), ("version", "body", "adopted_at"))
    OFFICE = (
        "office",
        AdministeredRow(N_("the office"), ("code", "body", "name", "address", "open"), changes_in_order=True),
    )
    STAFF = (
        "staff",
        AdministeredRow(N_("the disabling"), ("id", "disabled_at", "disabled_by"), changes_in_order=True),
    )
    EXTENSION = "extension", AdministeredRow(N_("what was asked for"), _TERMS, of_extension=True)
    APPROVAL = (
        "extension_approval",
        AdministeredRow(N_("the approval"), (*_TERMS, "approved_by", "approved_at"), of_extension=True),
    )
    LIST = "extension_list", AdministeredRow(N_("the list of accounts"), of_extension=True)
    CHECKPOINT = "checkpoint", AdministeredRow(N_("the checkpoint"))


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
        columns = about.row.columns
        values = {name: row[name] for name in columns if row[name] is not None}
        text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_text)
        return cls(about, str(row[columns[0]]), hashlib.sha256(text.encode()).hexdigest())


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
