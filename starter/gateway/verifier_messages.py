"""What a verification and its further processes say to each other, over the standard input and output of these.

Each message is a length and a pickle, which only ever comes from a process of our own. The first question is a
`VerifierBeginning`, each later one a `Part`; a part has one answer, a `VerifiedPart` or a `Failure`. The end of the
input ends the process.
"""

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from registration.errors import UgyfelkapuError
from settings.settings import Settings

LENGTH: Final = struct.Struct(">I")
"""Of a message, in bytes: up to 4 GB, and some megabytes in truth."""


@dataclass(frozen=True)
class VerifierBeginning:
    """What a process connects with: `temporal` are variables of its connection, `None` where it is left out.

    `seal_key` is the one that the first process has opened, so that all look at seals or none does; `histories_at_once`
    is its share of what is asked of Temporal.
    """

    settings: Settings = field(repr=False)
    temporal: Mapping[str, str] | None = field(repr=False)
    seal_key: bytes | None = field(repr=False)
    histories_at_once: int


@dataclass(frozen=True)
class Failure:
    """Why a part could not be verified: an exception's class and, of our own, its facts."""

    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, failure: Exception) -> "Failure":
        """As it is sent."""
        facts = failure.facts if isinstance(failure, UgyfelkapuError) else {}
        return cls(type(failure).__name__, facts)

    def exception(self) -> Exception:
        """As it is raised in the process that asked."""
        kind = UgyfelkapuError.kinds.get(self.kind)
        return kind(**self.facts) if kind else VerifierFailed(self.kind)


class VerifierFailed(Exception):
    """A mistake of ours in a further process: the class of its exception."""


def packed(message: object) -> bytes:
    """A message with its length."""
    content = pickle.dumps(message)
    return LENGTH.pack(len(content)) + content


def unpacked(content: bytes) -> object:
    """The message, without its length."""
    message: object = pickle.loads(content)  # noqa: S301  of a process of our own
    return message
