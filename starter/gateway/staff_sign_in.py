"""The sign-in of staff: from their organisation's provider to a session of ours."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from registration.errors import InvalidInput, Refusal, RolesNotUsable, SignInFailed
from registration.limits import Act
from registration.operations import Operation
from starter.gateway.client_addresses import sender_of
from starter.gateway.engine import Engine, answering, new_request_id, now
from starter.gateway.openid import Challenge, Identity, OpenIdProvider
from starter.gateway.principals import Principal
from starter.gateway.staff_door import StaffWork
from starter.gateway.staff_sessions import StaffSessions
from store.rows import BegunSignIn

_log = structlog.get_logger()

ANSWER_PATH: Final = "/belepes/valasz"
SIGNED_OUT_PATH: Final = "/kilepve"
"""Registered at the provider: where it leads back to."""
SIGNED_OUT_HERE_PATH: Final = "/kilepve/itt"
"""Where a sign-out leads that the provider knows nothing of."""

_ANSWERED_WITHIN: Final = timedelta(minutes=10)
"""A person may have to look for a card or a second factor."""

_BATCH: Final = 1_000
"""Rows deleted at once: a few milliseconds."""


class StaffSignIn:
    """Begins a sign-in and completes it, in the same browser, once. Every method raises `Unavailable`.

    `browser` is the random value of a browser's cookie: an answer that comes from another browser is none, so nobody
    can be signed in as somebody else (login CSRF, RFC 9700, section 4.7).
    """

    def __init__(self, engine: Engine, provider: OpenIdProvider, sessions: StaffSessions, origin: str) -> None:
        """`origin` is that of the pages for staff, which the provider knows."""
        self._engine = engine
        self._store = engine.sign_ins
        self._provider = provider
        self._sessions = sessions
        self._answer_address = f"{origin}{ANSWER_PATH}"
        self._signed_out_address = f"{origin}{SIGNED_OUT_PATH}"

    @answering
    async def begin(self, browser: str, language: str, *, client_address: str) -> str:
        """The address at the provider where a browser goes to sign in. Raises `TooManyGuesses`, `InvalidInput`."""
        await self._engine.limits.count(Act.SIGN_IN, sender_of(client_address))
        challenge, moment = Challenge.new(), now()
        url = await self._provider.authorization_url(challenge, self._answer_address, language)
        begun = BegunSignIn(challenge.nonce, challenge.verifier, moment)
        await self._store.begin(browser, challenge.state, begun, moment + _ANSWERED_WITHIN)
        return url

    @answering
    async def complete(self, browser: str, answer: Mapping[str, str]) -> str:
        """The token of a new session, for the provider's answer to a sign-in that this browser has begun.

        Raises `SignInFailed`; and, on record, `RolesNotUsable`, `StaffDisabled`, `OfficeNotOpen`.
        """
        begun = await self._store.take(browser, answer.get("state", ""))
        if begun is None or now() >= begun.begun_at + _ANSWERED_WITHIN:
            raise SignInFailed
        identity = await self._provider.identity(answer, self._answer_address, begun)
        return await self._opened(_principal(identity))

    async def address_to_sign_out(self, language: str) -> str:
        """Where a browser goes once its session has ended: to the provider, which leads back, or to our own page."""
        return await self._provider.sign_out_url(self._signed_out_address, language) or SIGNED_OUT_HERE_PATH

    @answering
    async def forget_old(self) -> None:
        """Deletes the rows of sign-ins that were not completed in time, in batches."""
        while await self._store.forget(now(), _BATCH) == _BATCH:
            pass

    async def _opened(self, principal: Principal) -> str:
        work = StaffWork(self._engine, principal.actor, Operation.PAGES_SIGN_IN, new_request_id())
        try:
            if not principal.is_staff or principal.has_excluding_roles or principal.lacks_office:
                raise RolesNotUsable
            await work.enter()
        except Refusal as refusal:
            await work.refuse(refusal)
            raise
        await work.put_on_record()
        return await self._sessions.open(principal)


def _principal(identity: Identity) -> Principal:
    try:
        return Principal.of(identity.claims)
    except InvalidInput as refusal:
        _log.warning("sign_in_failed", reason=f"claim {refusal.facts['field']}")
        raise SignInFailed from None
