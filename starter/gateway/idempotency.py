"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a repeated request gets the answer of the first one.

A request is a row before anything is done for it. The row has the `request_id` that the engine will know the request
by, so one that a crash cut off is simply run again: whatever was done already stays done once.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from registration.errors import IdempotencyKeyReused, RequestInProgress
from starter.gateway.engine import Engine, answering, new_request_id, now
from store.rows import StoredAnswer

_ABANDONED_AFTER: Final = timedelta(seconds=30)
"""A process that has not answered by then has most likely died; if not, running the request twice changes nothing."""

_KEPT_FOR: Final = timedelta(hours=24)
_BATCH: Final = 1_000
"""Rows deleted at once: a few milliseconds."""


@dataclass(frozen=True)
class Begun:
    """The caller's own request, to be run now under this id."""

    key: str
    request: str = field(repr=False)
    request_id: str


class Idempotency:
    """Answers of requests that may come again. Every method raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._store = engine.idempotency

    @answering
    async def begin(self, caller: str, key: str, request: str) -> Begun | StoredAnswer:
        """Takes a request on, or returns the answer that it had. `request` is its whole content.

        Raises `IdempotencyKeyReused` where the key came with another content, `RequestInProgress`.
        """
        key, moment = _key_of(caller, key), now()
        request_id = await self._store.begin(key, request, new_request_id(), moment, moment - _ABANDONED_AFTER)
        if request_id:
            return Begun(key, request, request_id)
        known = await self._store.find(key, request)
        if known and not known.same_content:
            raise IdempotencyKeyReused
        if known and known.answer:
            return known.answer
        raise RequestInProgress

    @answering
    async def answer(self, caller: str, key: str, request: str) -> StoredAnswer | None:
        """The answer that a request had; `None` where it has none, or the key came with another content."""
        known = await self._store.find(_key_of(caller, key), request)
        return known.answer if known and known.same_content else None

    @answering
    async def finish(self, begun: Begun, answer: StoredAnswer) -> StoredAnswer:
        """Keeps the final answer, and returns the one to give: the first that was kept."""
        return await self._store.finish(begun.key, begun.request, begun.request_id, answer)

    @answering
    async def release(self, begun: Begun) -> None:
        """Gives a request up that has no final answer: the next try runs it."""
        await self._store.release(begun.key, begun.request_id)

    @answering
    async def forget_old(self) -> None:
        """Deletes what is older than 24 hours, in batches."""
        while await self._store.forget(now() - _KEPT_FOR, _BATCH) == _BATCH:
            pass


def _key_of(caller: str, key: str) -> str:
    """A caller's id has no space, so no two callers' keys are the same text, whatever bars there are in them."""
    return f"{caller.replace('|', ' ')}|{key}"
