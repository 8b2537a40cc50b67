"""The log-ins of an account: noted when they happen, listed for their client, forgotten after 180 days (issue 12)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from registration.log_ins import KEPT_FOR, PastLogIn, browser_family
from starter.gateway.client_addresses import rough_network
from starter.gateway.engine import Engine, answering, now
from store.log_in_rows import LogInEntry, LogInFacts
from store.log_ins import LOG_INS_KEPT, log_in_entry

_BATCH: Final = 1_000
"""Rows of a table deleted at once: a few milliseconds."""


@dataclass(frozen=True)
class ClientBrowser:
    """The browser of a client on our own pages: the random value of its cookie, and its `User-Agent`."""

    token: str = field(repr=False)
    user_agent: str


def browsers_since() -> datetime:
    """Since when a browser must have been used to be known at a log-in now (UTC)."""
    return now() - KEPT_FOR


def entry_of(
    registration_id: str, facts: LogInFacts, client_address: str, browser: ClientBrowser | None, portal: str | None
) -> LogInEntry:
    """A log-in now, to be noted with the right password: one that cannot be noted, for its client to see, is none.

    `browser` is `None` where it came through a `portal`.
    """
    family = browser_family(browser.user_agent) if browser else None
    log_in = PastLogIn(now(), rough_network(client_address), family, portal)
    return log_in_entry(registration_id, facts, log_in, browser.token if browser else None)


class LogInHistory:
    """Every method raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._store = engine.log_ins

    @answering
    async def latest(self, registration_id: str, most: int = LOG_INS_KEPT) -> list[PastLogIn]:
        """The last log-ins of a registration, the newest first."""
        return await self._store.latest(registration_id, most)

    @answering
    async def forget_old(self) -> None:
        """Deletes what is older, in batches."""
        while await self._store.forget(now(), _BATCH):
            pass
