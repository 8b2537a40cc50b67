"""What an error is to programs: one row for each, declared with the error's class (RFC 9457, docs/api.md)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True)
class Problem:
    """A type of problem. `status` is that of HTTP, `name` the end of the URI, the class's unless given; both stay.

    422: what was typed is wrong; 409: the registration's state refuses; 403: this caller may not; 429 and 503: it may
    work later. `title` is a message id, the same for every problem of the type; `advice` is what a caller does about
    it. `example` has the facts of the example in the OpenAPI document; `retry_after` is in seconds.
    """

    status: int
    title: str
    advice: str
    example: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    retry_after: int | None = None
    name: str = ""

    def of(self, error: str) -> Self:
        """The row as the class called `error` has it, such as `not-found` for `NotFound`."""
        return self if self.name else replace(self, name=re.sub(r"(?<!^)(?=[A-Z])", "-", error).lower())

    @property
    def uri(self) -> str:
        """The stable `type`."""
        return f"urn:ugyfelkapu:problem:{self.name}"
