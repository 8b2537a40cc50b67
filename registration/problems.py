"""What an error is to programs: one row for each, declared with the error's class (RFC 9457, docs/api.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """A type of problem. `name` is the end of its URI; it and `status`, that of HTTP, never change.

    422: what was typed is wrong; 409: the registration's state refuses; 403: this caller may not; 429 and 503: it may
    work later. `title`, a message id, is the same for every problem of the type; `advice` is what a caller does about
    it. `example` has the facts of the example in the OpenAPI document; `retry_after` is in seconds, for a
    `Retry-After`.
    """

    name: str
    status: int
    title: str
    advice: str
    example: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | None = None

    @property
    def uri(self) -> str:
        """The stable `type`."""
        return f"urn:ugyfelkapu:problem:{self.name}"
