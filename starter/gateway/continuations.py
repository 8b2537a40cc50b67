"""What a log-in goes on with: a page of ours, and what was typed into its form before the session ended; 24 hours.

Both are kept as drafts are: only the browser's cookie finds and opens them.
"""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

from starter.gateway.drafts import COOKIE, KEPT_FOR, count_new, save
from starter.gateway.engine import Engine, answering, now
from store.drafts import DraftStore
from store.rows import Draft

_OWNER: Final = re.compile(r"[0-9a-f]{64}")
"""A SHA-256 in hexadecimal digits."""


class Destination(StrEnum):
    """A page that a log-in can lead to, by a name of its own: nothing that a browser sends is an address."""

    ACCOUNT = "ACCOUNT"
    LIFE = "LIFE"
    LOOKS = "LOOKS"
    DATA = "DATA"
    PASSWORD = "PASSWORD"  # noqa: S105  a name
    EMAIL = "EMAIL"
    LANGUAGE = "LANGUAGE"
    CLOSING = "CLOSING"
    DESK_SEARCH = "DESK_SEARCH"
    DESK_REGISTRATION = "DESK_REGISTRATION"


@dataclass(frozen=True)
class Continuation:
    """Where a log-in leads. `owner`, where it is known, is whose session has ended: it leads nobody else there.

    `taken_by` is the form that has been led there: sent twice, it leads there twice.
    """

    destination: Destination
    owner: str = ""
    taken_by: str = ""


def owner_of(cookie: str, holder_id: str) -> str:
    """Who is logged in, for forms of this browser alone."""
    return hmac.digest(cookie.encode(), b"owner|" + holder_id.encode(), "sha256").hex()


class Continuations:
    """One continuation for each browser, by the random value of its cookie. Every method raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine
        self._store = engine.drafts.of_kind("continuation")

    @answering
    async def keep(self, cookie: str, continuation: Continuation, *, client_address: str) -> None:
        """Keeps it in place of the one before.

        Raises `InvalidInput` for a value that is no cookie's, `TooManyGuesses` as `Drafts.save`.
        """
        await count_new(self._engine, self._store, cookie, client_address)
        await save(self._store, cookie, asdict(continuation))

    @answering
    async def find(self, cookie: str) -> Continuation | None:
        """What the next log-in of this browser goes on with, or what the last one has gone on with."""
        content = _content(await self._store.find(cookie)) if COOKIE.fullmatch(cookie) else {}
        return Continuation(**content | {"destination": Destination(content["destination"])}) if content else None

    @answering
    async def take(self, cookie: str, holder_id: str, *, form: str) -> Destination | None:
        """Where the log-in of a client or a colleague leads, for one form of the log-in page, by its id.

        `None` where it is somebody else's, who finds it no more either.
        """
        found = await self.find(cookie)
        if found is None or found.taken_by not in {"", form}:
            return None
        await save(self._store, cookie, asdict(replace(found, taken_by=form)))
        return found.destination if found.owner in {"", owner_of(cookie, holder_id)} else None

    @answering
    async def delete(self, cookie: str) -> None:
        """Deletes it, if there is one."""
        if COOKIE.fullmatch(cookie):
            await self._store.delete(cookie)


class AccountDrafts:
    """What was typed into a form of an account whose session had ended by the time it was sent.

    One for each browser and owner, found and opened only with both: whoever else logs in at the same computer has
    another one. Every method raises `Unavailable`.
    """

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine
        self._drafts = engine.drafts

    @answering
    async def save(
        self, cookie: str, owner: str, destination: Destination, typed: Mapping[str, str], *, client_address: str
    ) -> bool:
        """Keeps what was typed, if anything was, in place of what was kept before; `False` where `owner` is none.

        Raises as `Drafts.save`: no password and no code is ever kept.
        """
        if not _OWNER.fullmatch(owner):
            return False
        if typed:
            await count_new(self._engine, self._of(owner), cookie, client_address)
            await save(self._of(owner), cookie, {"destination": destination, "typed": dict(typed)})
        return True

    @answering
    async def load(self, cookie: str, owner: str, destination: Destination) -> dict[str, str]:
        """What was typed into the form of a page; empty where nothing is kept (any more)."""
        content = _content(await self._of(owner).find(cookie)) if COOKIE.fullmatch(cookie) else {}
        return dict(content["typed"]) if content.get("destination") == destination else {}

    @answering
    async def delete(self, cookie: str, owner: str) -> None:
        """Deletes what was typed, if anything is kept."""
        if COOKIE.fullmatch(cookie) and _OWNER.fullmatch(owner):
            await self._of(owner).delete(cookie)

    def _of(self, owner: str) -> DraftStore:
        return self._drafts.of_kind(f"account draft|{owner}")


def _content(kept: Draft | None) -> dict[str, Any]:
    """Empty after 24 hours, whatever the row says."""
    return dict(json.loads(kept.content)) if kept and now() < kept.saved_at + KEPT_FOR else {}
