"""Checkpoints: one signed hash over the ends of all chains, each naming the checkpoint before it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from registration.canonical import canonical

COMPLETE_EVERY: Final = 30
"""Every 30th heads file, the first of all included, names every chain: verification starts there."""

NAMED_AT_MOST: Final = 100
"""Contradictions that a document names one by one; it counts them all."""

REGISTRATION_CHAIN: Final = "registration"
ACCESS_CHAIN: Final = "access"


class Head(NamedTuple):
    """The end of one chain: `("registration", id)` or `("access", office, day)`, its length, its last hash.

    Heads are ordered by their chains, as text by code points. A tuple, for there may be ten million of them.
    """

    chain: tuple[str, ...]
    length: int
    hash: str

    def line(self) -> str:
        """The leaf of the Merkle tree and the line of a heads file: a JSON list, UTF-8, without spaces."""
        return json.dumps([*self.chain, self.length, self.hash], separators=(",", ":"), ensure_ascii=False)

    def continued_by(self, found: "Head") -> bool | None:
        """Whether `found` is the end of the same chain later on; `None` where only its older entries can show it."""
        if found.length > self.length > 0:
            return None
        return found.length > self.length or found == self


def head_of(line: str | bytes) -> Head:
    """The head that `Head.line` wrote. Raises `ValueError` for anything else."""
    match json.loads(line):
        case [str(kind), str(first), int(length), str(last_hash)]:
            return Head((kind, first), length, last_hash)
        case [str(kind), str(first), str(second), int(length), str(last_hash)]:
            return Head((kind, first, second), length, last_hash)
    raise ValueError("not a head")


class Pairing:
    """Walks along two ordered streams of heads: what the last checkpoint knows, and what exists now."""

    def __init__(self, known: Iterable[Head]) -> None:
        """`known` is in order, as what is taken later must be."""
        self._known = iter(known)
        self._next = next(self._known, None)

    def take(self, found: Iterable[Head]) -> Iterator[tuple[Head | None, Head | None]]:
        """Pairs of what is known and what was found, in order, up to the last that was found."""
        for head in found:
            yield from self._before(head)
            if self._next and self._next.chain == head.chain:
                yield self._next, head
                self._next = next(self._known, None)
            else:
                yield None, head

    def rest(self) -> Iterator[tuple[Head, None]]:
        """What is known behind the last that was found."""
        while self._next:
            yield self._next, None
            self._next = next(self._known, None)

    def _before(self, head: Head) -> Iterator[tuple[Head, None]]:
        while self._next and self._next.chain < head.chain:
            yield self._next, None
            self._next = next(self._known, None)


@dataclass(frozen=True)
class Contradiction:
    """A chain that the database no longer continues: `length` entries of it existed at an earlier checkpoint."""

    chain: tuple[str, ...]
    length: int


@dataclass(frozen=True)
class Checkpoint:
    """The document: `root` over `leaves` heads, `heads` the SHA-256 of the heads file with `changed` lines.

    `previous` is the SHA-256 of the document file before it. Hashes are hexadecimal, `at` is UTC. A chain that the
    database contradicts keeps its earlier leaf, so that no later checkpoint blesses it: `contradicted` counts them,
    `contradictions` names the first of them. `request_id` is the workflow run that asked for it.
    """

    number: int
    at: datetime
    leaves: int
    root: str
    heads: str
    changed: int
    complete: bool
    key_id: str
    request_id: str
    previous: str | None = None
    contradicted: int = 0
    contradictions: tuple[Contradiction, ...] = ()

    def canonical(self) -> str:
        """The exact text that is signed."""
        return canonical(self)


@dataclass(frozen=True)
class CheckpointOrder:
    """What a checkpoint is made for: when it was decided (UTC), and the workflow run that repeats it."""

    at: datetime
    request_id: str


@dataclass(frozen=True)
class CheckpointMade:
    """The outcome of a checkpoint's workflow; the fields are those of the document, whose SHA-256 is `document`.

    `mailed` counts the auditors whose mail servers took it.
    """

    number: int
    at: datetime
    leaves: int
    changed: int
    contradicted: int
    root: str
    document: str
    mailed: int = 0


@dataclass(frozen=True)
class CheckpointMailing:
    """Mails the checkpoint with this number to the auditors."""

    number: int


@dataclass(frozen=True)
class CheckpointMailed:
    """How many auditors' mail servers took it."""

    auditors: int


def is_complete(number: int) -> bool:
    """Whether the heads file of a checkpoint names every chain."""
    return number % COMPLETE_EVERY == 1
