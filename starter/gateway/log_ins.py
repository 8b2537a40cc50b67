"""The log-ins of an account: noted when they happen, listed for their client, forgotten after 180 days (issue 12)."""

from dataclasses import dataclass, field
from typing import Final

from registration.log_ins import PastLogIn, browser_family
from starter.gateway.client_addresses import rough_network
from starter.gateway.engine import Engine, answering, now
from starter.gateway.sessions import Session
from store.log_ins import LOG_INS_KEPT

_BATCH: Final = 1_000
"""Rows of a table deleted at once: a few milliseconds."""


@dataclass(frozen=True)
class ClientBrowser:
    """The browser of a client on our own pages: the random value of its cookie, and its `User-Agent`."""

    token: str = field(repr=False)
    user_agent: str


class LogInHistory:
    """Every method raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._store = engine.log_ins

    async def note(
        self, session: Session, client_address: str, browser: ClientBrowser | None, portal: str | None = None
    ) -> None:
        """Notes a log-in before its session begins: one that cannot be noted, so that its client sees it, is none.

        `browser` is `None` where it came through a `portal`. Nothing is noted where the password is another one by now:
        its session is not valid either.
        """
        family = browser_family(browser.user_agent) if browser else None
        log_in = PastLogIn(now(), rough_network(client_address), family, portal)
        await self._store.note(
            session.registration_id, session.credential_id, log_in, browser.token if browser else None
        )

    @answering
    async def latest(self, registration_id: str, most: int = LOG_INS_KEPT) -> list[PastLogIn]:
        """The last log-ins of a registration, the newest first."""
        return await self._store.latest(registration_id, most)

    @answering
    async def forget_old(self) -> None:
        """Deletes what is older, in batches."""
        while await self._store.forget(now(), _BATCH):
            pass
