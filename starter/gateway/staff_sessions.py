"""Sessions of staff: the token in a cookie, checked at each request against who may act by then."""

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from registration.errors import Refusal, SessionEnded
from registration.offices import Office
from registration.operations import Operation
from starter.gateway.engine import Engine, answering, new_request_id, now
from starter.gateway.principals import Principal, Role
from starter.gateway.staff_door import StaffWork
from store.rows import StaffSessionFacts

IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=10)
"""Since the sign-in: a working day."""

_NOTED_EVERY: Final = timedelta(minutes=1)
"""A session's last use is written at most so often: an idle session may end by so much earlier, never later."""

_TOKEN_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""So many bytes in base64url."""

_BATCH: Final = 1_000
"""Rows deleted at once: a few milliseconds."""


@dataclass(frozen=True)
class StaffSession:
    """A session as it is now: who, and (UTC) since when; it ends at `ends_at`, or at `idle_until` if it is not used."""

    principal: Principal
    signed_in_at: datetime
    idle_until: datetime
    ends_at: datetime

    @property
    def seconds_left(self) -> int:
        """Until it ends, unless it is used again."""
        return max(0, int((self.idle_until - now()).total_seconds()))


class StaffSessions:
    """Opens, checks and ends sessions. A token is random, for its browser's cookie alone, and stored nowhere.

    A session is valid for 15 minutes after its last use and 10 hours after the sign-in, as long as the person may act.
    Every method raises `Unavailable`.
    """

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine
        self._store = engine.staff_sessions

    @answering
    async def open(self, principal: Principal) -> str:
        """The token of a new session."""
        token, moment = secrets.token_urlsafe(_TOKEN_BYTES), now()
        roles = tuple(sorted(principal.roles))
        facts = StaffSessionFacts(principal.id, roles, principal.office, moment, moment)
        await self._store.open(token, facts, _end(facts))
        return token

    @answering
    async def present(self, token: str, *, is_use: bool = True) -> StaffSession:
        """The session of a token, which counts as used now if `is_use`, whatever its person may do.

        Raises `SessionEnded`; and, on record, `StaffDisabled` and `OfficeNotOpen`, with which the session has ended.
        """
        facts, moment = await self._facts(token), now()
        is_noted = is_use and moment - facts.used_at >= _NOTED_EVERY
        facts = replace(facts, used_at=moment) if is_noted else facts
        session = _session(facts)
        work = StaffWork(self._engine, session.principal.actor, Operation.PAGES_SESSION)
        try:
            await work.enter()
        except Refusal as refusal:
            await work.refuse(refusal)
            await self._store.end(token)
            raise
        if is_noted:
            await self._store.use(token, facts, session.idle_until)
        return session

    @answering
    async def office_of(self, session: StaffSession) -> Office | None:
        """The office that is acted for; `None` where none is, or it is unknown."""
        office = session.principal.actor.office
        return None if office is None else await self._engine.offices.find(office)

    @answering
    async def end(self, token: str) -> None:
        """Ends a session, which is on record first, if there is one."""
        if not _TOKEN.fullmatch(token):
            return
        with suppress(SessionEnded):
            session = _session(await self._facts(token))
            await StaffWork(
                self._engine, session.principal.actor, Operation.PAGES_SIGN_OUT, new_request_id()
            ).put_on_record()
        await self._store.end(token)

    @answering
    async def forget_old(self) -> None:
        """Deletes the rows of sessions that have ended, in batches."""
        while await self._store.forget(now(), _BATCH) == _BATCH:
            pass

    async def _facts(self, token: str) -> StaffSessionFacts:
        """Those of a session within its times. Raises `SessionEnded`."""
        facts = await self._store.find(token) if _TOKEN.fullmatch(token) else None
        if facts is None or now() >= _end(facts):
            raise SessionEnded
        return facts


def _end(facts: StaffSessionFacts) -> datetime:
    """When a session ends, unless it is used again."""
    return min(facts.used_at + IDLE, facts.signed_in_at + LONGEST)


def _session(facts: StaffSessionFacts) -> StaffSession:
    return StaffSession(
        principal=Principal(facts.staff_id, frozenset(Role(role) for role in facts.roles), facts.office),
        signed_in_at=facts.signed_in_at,
        idle_until=_end(facts),
        ends_at=facts.signed_in_at + LONGEST,
    )
