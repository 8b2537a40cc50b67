"""Blind indexes of personal data: keyed hashes of folded text, by which persons are found and user names kept unique.

Each begins with the mark of the search index that made it, so that values of several keys and foldings coexist while
one replaces another (`store/reindexing.py`).
"""

import hmac
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from settings.foldings import FOLDINGS

MARK_BYTES: Final = 8


@dataclass(frozen=True)
class SearchIndex:
    """A key of 32 bytes and a folding; `name` is the operator's, for reports."""

    name: str
    key: bytes = field(repr=False)
    folding: int = 1

    @cached_property
    def mark(self) -> bytes:
        """The prefix of its values; it reveals nothing of the key, and differs for another key or folding."""
        return hmac.digest(self.key, f"search index|{self.folding}".encode(), "sha256")[:MARK_BYTES]

    def user_name(self, user_name: str) -> bytes:
        """The index by which a user name is found and kept unique; it does not reveal the name."""
        return self._of("user-name", FOLDINGS[self.folding].user_name(user_name))

    def address(self, address: str) -> bytes:
        """The index by which a clerk finds an e-mail address."""
        return self._of("e-mail", FOLDINGS[self.folding].address(address))

    def identity(self, birth_name: str, birth_date: date, mothers_birth_name: str) -> bytes:
        """The index by which a clerk finds a person's registrations."""
        return self._of("identity", FOLDINGS[self.folding].identity(birth_name, birth_date, mothers_birth_name))

    def made(self, value: bytes | None) -> bool:
        """Whether this index made a value."""
        return value is not None and value.startswith(self.mark)

    def _of(self, use: str, text: str) -> bytes:
        return self.mark + hmac.digest(self.key, f"{use}|{text}".encode(errors="replace"), "sha256")


def lock_of(value: bytes) -> int:
    """The number of the advisory lock of a value: 64 bits of it, signed."""
    return int.from_bytes(value[MARK_BYTES : MARK_BYTES + 8], signed=True)
