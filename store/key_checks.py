"""Whether this process has the keys that the installation works with (`key_checks`); read by every process at start.

A writer to the table can only keep processes from starting: a digest that fits another key cannot be made without that
key, and `migrate` adds a key only after it has opened what is stored under its id.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from settings.start_problems import CannotStart, StartProblem
from store.database import queries
from store.keys import Keys, KeyUse

if TYPE_CHECKING:
    from store.processes import Connection


@dataclass(frozen=True)
class KeyCheck:
    """A key that was registered; once `retired`, nothing that is stored needs it."""

    digest: bytes
    retired: bool


@dataclass(frozen=True)
class KeyChecks:
    """All of them, by use and id."""

    known: Mapping[tuple[str, str], KeyCheck]

    @classmethod
    async def read(cls, connection: "Connection") -> "KeyChecks":
        """What `migrate` has registered."""
        rows = [row async for row in queries.key_checks(connection)]
        return cls({(row["use"], row["key_id"]): KeyCheck(row["digest"], row["retired"]) for row in rows})

    def compare(self, keys: Keys) -> None:
        """Raises `CannotStart` for a key that is another one, unknown, retired and yet in use, or missing."""
        self.compare_known(keys)
        for use, ring in keys.items():
            for place, key_id in enumerate(ring):
                known = self.known.get((use.name, key_id))
                if known is None or (known.retired and place == 0):
                    raise _problem(StartProblem.KEY_NOT_REGISTERED, use, key_id)
            for key_id in self.without(use, ring):
                raise _problem(StartProblem.KEY_MISSING, use, key_id)

    def compare_known(self, keys: Keys) -> None:
        """Raises `CannotStart` for a key that is another one than was registered under its id."""
        for use, ring in keys.items():
            for key_id, key in ring.items():
                known = self.known.get((use.name, key_id))
                if known and not hmac.compare_digest(known.digest, use.check(key_id, key)):
                    raise _problem(StartProblem.KEY_DIFFERS, use, key_id)

    def without(self, use: KeyUse, ring: Iterable[str]) -> list[str]:
        """The keys of a use that are not retired and not in a ring."""
        mine = set(ring)
        return [
            key_id
            for (name, key_id), known in self.known.items()
            if name == use.name and not known.retired and key_id not in mine
        ]

    def retired(self, use: KeyUse) -> frozenset[str]:
        """The keys of a use that nothing needs any more."""
        return frozenset(key_id for (name, key_id), known in self.known.items() if name == use.name and known.retired)


def _problem(problem: StartProblem, use: KeyUse, key_id: str) -> CannotStart:
    return CannotStart(problem, setting=use.setting, key=key_id)
