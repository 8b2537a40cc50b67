"""Sessions of browsers: the token in a cookie, checked at each request against what is true by then."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import uuid4

from registration.errors import LogInRefused, SessionEnded
from registration.statuses import Status
from starter.gateway.engine import Engine, answering, now
from starter.gateway.sessions import Session, session_of
from store.log_in_rows import SessionFacts, StoredSession

IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=12)
"""Since the password was typed. Both are Login.gov's; NIST SP 800-63B (2.2.3) allows 1 and 24 hours."""

_NOTED_EVERY: Final = timedelta(minutes=1)
"""A session's last use is written at most so often: an idle session may end by so much earlier, never later."""

_TOKEN_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""So many bytes in base64url."""

_MOST_LISTED: Final = 100
_BATCH: Final = 1_000
"""Rows deleted at once: a few milliseconds."""


class Method(StrEnum):
    """How somebody has authenticated, as RFC 8176 names it."""

    PASSWORD = "pwd"  # noqa: S105  a name


class Acr(StrEnum):
    """How far an authentication can be relied on (OpenID Connect Core, section 2: `acr`)."""

    TEMPORARY = "urn:ugyfelkapu:acr:temporary"
    """Nobody has verified the identity."""
    VERIFIED = "urn:ugyfelkapu:acr:verified"
    """The identity is verified."""


_ACRS: Final[Mapping[tuple[Status, frozenset[str]], Acr]] = {
    (Status.ACTIVE, frozenset({Method.PASSWORD})): Acr.VERIFIED,
}
"""By status and methods; whatever is not here counts as the weakest."""


@dataclass(frozen=True)
class BrowserSession:
    """A session as it is now. All times are UTC.

    `session_id` is random and may be shown. It ends at `ends_at`, or at `idle_until` if it is not used again.
    """

    registration_id: str
    session_id: str
    status: Status
    deadline: datetime | None
    password_valid_until: datetime | None
    credential_id: str = field(repr=False)
    methods: tuple[str, ...]
    authenticated_at: datetime
    idle_until: datetime
    ends_at: datetime

    @property
    def seconds_left(self) -> int:
        """Until it ends, unless it is used again."""
        return max(0, int((self.idle_until - now()).total_seconds()))

    @property
    def acr(self) -> Acr:
        """What status and methods amount to."""
        return _ACRS.get((self.status, frozenset(self.methods)), Acr.TEMPORARY)


@dataclass(frozen=True)
class OpenSession:
    """A line of the list of one's own sessions: when the password was typed, and the last use, to the minute (UTC)."""

    session_id: str
    authenticated_at: datetime
    used_at: datetime
    is_this: bool


class BrowserSessions:
    """Opens, checks and ends sessions. A token is random, for its browser's cookie alone, and stored nowhere.

    A session is valid as long as its password is in force and the status allows log-in, for 15 minutes after its last
    use and 12 hours after the password was typed. Every method raises `Unavailable`.
    """

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._store = engine.sessions

    @answering
    async def open(self, session: Session, *, form: str = "") -> str:
        """The token of a new session, for a password that was typed just now.

        `form` is the id of the form that it was typed into: sent twice, it opens one session. Raises `SessionEnded`
        where that password has been replaced meanwhile.
        """
        return await self._opened(session.registration_id, session.credential_id, form)

    @answering
    async def present(self, token: str, *, is_use: bool = True) -> BrowserSession:
        """The session of a token, which counts as used now, unless a script asks by itself. Raises `SessionEnded`."""
        stored, moment = await self._stored(token), now()
        if not is_use or moment - stored.facts.used_at < _NOTED_EVERY:
            return _session(stored)
        used = replace(stored.facts, used_at=moment)
        session = _session(replace(stored, facts=used))
        await self._store.use(token, session.registration_id, used, session.idle_until)
        return session

    @answering
    async def renewed(self, token: str, credential_id: str, *, form: str = "") -> str:
        """The token of a new session in place of this one, whose own client has just changed the password.

        `credential_id` is the `request_id` of that change. All other sessions of the registration have ended, because
        their password is no longer in force. `form` as in `open`. Raises `SessionEnded`.
        """
        stored = await self._stored(token)
        return await self._opened(stored.holder.registration_id, credential_id, form, instead_of=token)

    @answering
    async def of(self, session: BrowserSession) -> list[OpenSession]:
        """All valid sessions of the same registration, at most 100, the last used first."""
        moment, found = now(), await self._store.of(session.registration_id, _MOST_LISTED)
        valid = [stored.facts for stored in found if stored.is_in_force and moment < _end(stored.facts)]
        return [
            OpenSession(
                facts.session_id, facts.authenticated_at, facts.used_at, is_this=facts.session_id == session.session_id
            )
            for facts in sorted(valid, key=lambda facts: facts.used_at, reverse=True)
        ]

    @answering
    async def end(self, token: str) -> None:
        """Ends a session; a token that has none is no error."""
        if _TOKEN.fullmatch(token):
            await self._store.end(token)

    @answering
    async def end_one(self, session: BrowserSession, session_id: str) -> None:
        """Ends the session of the same registration with this id, as `of` lists it; without one nothing happens."""
        await self._store.end_one(session.registration_id, session_id, _MOST_LISTED)

    @answering
    async def end_others(self, token: str) -> None:
        """Ends all sessions of the same registration but this one. Raises `SessionEnded`."""
        session = await self.present(token)
        await self._store.end_others(token, session.registration_id)

    @answering
    async def forget_old(self) -> None:
        """Deletes the rows of sessions that have ended, in batches."""
        while await self._store.forget(now(), _BATCH) == _BATCH:
            pass

    async def _stored(self, token: str) -> StoredSession:
        """A session within its times, whether or not its password is in force."""
        stored = await self._store.find(token) if _TOKEN.fullmatch(token) else None
        if stored is None or now() >= _end(stored.facts):
            raise SessionEnded
        return stored

    async def _opened(
        self, registration_id: str, credential_id: str, form: str, *, instead_of: str | None = None
    ) -> str:
        moment = now()
        facts = SessionFacts(str(uuid4()), credential_id, (Method.PASSWORD,), moment, moment)
        if form:
            token = await self._store.open_by_form(form, registration_id, facts, _end(facts), instead_of=instead_of)
            if token is None:
                raise SessionEnded
            return token
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        if not await self._store.open(token, registration_id, facts, _end(facts), instead_of=instead_of):
            raise SessionEnded
        return token


def _end(facts: SessionFacts) -> datetime:
    """When a session ends, unless it is used again."""
    return min(facts.used_at + IDLE, facts.authenticated_at + LONGEST)


def _session(stored: StoredSession) -> BrowserSession:
    """The session. Raises `SessionEnded` where its password or its status does not let in."""
    facts, holder = stored.facts, stored.holder
    if not stored.is_in_force:
        raise SessionEnded
    try:
        session_of(holder, facts.credential_id)
    except LogInRefused:
        raise SessionEnded from None
    return BrowserSession(
        registration_id=holder.registration_id,
        session_id=facts.session_id,
        status=holder.status,
        deadline=holder.deadline,
        password_valid_until=holder.password_valid_until,
        credential_id=facts.credential_id,
        methods=facts.methods,
        authenticated_at=facts.authenticated_at,
        idle_until=_end(facts),
        ends_at=facts.authenticated_at + LONGEST,
    )
