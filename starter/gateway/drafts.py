"""Drafts of forms (WCAG 2.2.1): what was typed and not sent yet, for the browser that it was typed into, 24 hours."""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from registration.errors import DraftLocked, InvalidInput
from registration.input_rules import InputRule
from registration.limits import Act
from settings.mail_address import compared_address
from starter.gateway.client_addresses import sender_of
from starter.gateway.engine import Engine, answering, now
from store.drafts import DraftStore
from store.rows import Draft

KEPT_FOR: Final = timedelta(hours=24)
"""WCAG 2.2 calls a limit of 20 hours and more no limit (2.2.1)."""

IDLE: Final = timedelta(minutes=15)
"""As a session: then somebody else may be at this computer."""

_NOTED_EVERY: Final = timedelta(minutes=1)
MOST_TRIES: Final = 5
_MOST_BYTES: Final = 16 * 1024
COOKIE: Final = re.compile(r"[A-Za-z0-9_-]{22,128}")
"""At least 128 bits in base64url."""

_SECRET: Final = re.compile(r"password|code", re.IGNORECASE)
_BATCH: Final = 1_000
"""Rows deleted at once: a few milliseconds."""


class Drafts:
    """One draft for each browser, by the random value of its cookie, from which place and key of the draft follow.

    Every method raises `Unavailable`.
    """

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine
        self._store = engine.drafts

    @answering
    async def save(self, cookie: str, content: Mapping[str, Any], *, client_address: str) -> None:
        """Keeps what was typed, fields of JSON by name, in place of what was kept before.

        `email` among them is what opens it later. Raises `InvalidInput` above 16 KiB and for a value that is no
        cookie's, `ValueError` for a field named like a password or a code: those are never kept; `TooManyGuesses` where
        too many other browsers at this address have begun something.
        """
        await count_new(self._engine, self._store, cookie, client_address)
        await save(self._store, cookie, content)

    @answering
    async def load(self, cookie: str, *, email: str | None = None) -> dict[str, Any] | None:
        """What was typed, which counts as used now; `None` where nothing is kept (any more).

        After 15 minutes without use raises `DraftLocked` unless `email` is the draft's own; the fifth wrong one deletes
        the draft.
        """
        draft, moment = await self._find(cookie), now()
        if draft is None or moment >= draft.saved_at + KEPT_FOR:
            return None
        content: dict[str, Any] = json.loads(draft.content)
        is_locked = moment >= draft.used_at + IDLE
        if is_locked and not await self._opens(cookie, content.get("email"), email):
            return None
        if is_locked or moment - draft.used_at >= _NOTED_EVERY:
            await self._store.use(cookie, replace(draft, used_at=moment), draft.saved_at + KEPT_FOR)
        return content

    @answering
    async def delete(self, cookie: str) -> None:
        """Deletes what was typed, if anything is kept."""
        if COOKIE.fullmatch(cookie):
            await self._store.delete(cookie)

    @answering
    async def forget_old(self) -> None:
        """Deletes what is older than 24 hours, in batches."""
        while await self._store.forget(now(), _BATCH) == _BATCH:
            pass

    async def _find(self, cookie: str) -> Draft | None:
        return await self._store.find(cookie) if COOKIE.fullmatch(cookie) else None

    async def _opens(self, cookie: str, known: object, email: str | None) -> bool:
        """Whether the address is the known one; counted first. `False` once the draft is deleted.

        Raises `DraftLocked` while there may be another try.
        """
        if email is None:
            raise DraftLocked
        tries = await self._store.count_try(cookie, MOST_TRIES)
        if tries is None:
            return False
        if _is_same(known, email):
            return True
        if tries < MOST_TRIES:
            raise DraftLocked
        await self._store.delete(cookie)
        return False


async def count_new(engine: Engine, store: DraftStore, cookie: str, client_address: str) -> None:
    """Counts what a browser begins, but not what replaces it. Raises `TooManyGuesses`, `InvalidInput`."""
    if COOKIE.fullmatch(cookie) and await store.find(cookie) is None:
        await engine.limits.count(Act.DRAFT, sender_of(client_address))


async def save(store: DraftStore, cookie: str, content: Mapping[str, Any]) -> None:
    """Keeps fields of JSON for 24 hours. Raises `InvalidInput` and `ValueError` as `Drafts.save`."""
    if not COOKIE.fullmatch(cookie):
        raise InvalidInput(field="cookie", rule=InputRule.NOT_ACCEPTED)
    if secret := next(filter(_SECRET.search, _names(content)), None):
        raise ValueError(secret)
    text, moment = json.dumps(content), now()
    if len(text) > _MOST_BYTES:
        raise InvalidInput(field="form", rule=InputRule.LONG_LINE, most=str(_MOST_BYTES))
    await store.save(cookie, Draft(text, moment, moment), moment + KEPT_FOR)


def _is_same(known: object, typed: str) -> bool:
    """Without an address of its own nothing opens a draft."""
    expected, given = (compared_address(known if isinstance(known, str) else ""), compared_address(typed))
    return bool(expected) and hmac.compare_digest(expected.encode(errors="replace"), given.encode(errors="replace"))


def _names(content: object) -> list[str]:
    """The names of all fields, at any depth."""
    if isinstance(content, Mapping):
        return [each for name, value in content.items() for each in (str(name), *_names(value))]
    return [name for value in content for name in _names(value)] if isinstance(content, list | tuple) else []
