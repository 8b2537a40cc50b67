"""Counts every try before anything is checked, and refuses the one that is too many (principle 7)."""

from collections.abc import Callable
from datetime import datetime

from registration.limits import Act, Subject, limits_of
from store.attempts import Attempts


class RateLimits:
    """The limits of `registration.limits`, right across all processes on one database."""

    def __init__(self, attempts: Attempts, clock: Callable[[], datetime]) -> None:
        """`clock` is the gateway's (principle 1): no limit asks the database for the time."""
        self._attempts = attempts
        self._clock = clock

    async def count(self, act: Act, subject: Subject, *, request_id: str | None = None) -> None:
        """Counts a try of a subject, refused or not. Raises `TooManyGuesses`, `RedeemFirst`.

        What the address may not try any more does not count against the mailbox or the portal, which others share: one
        address must not keep them out. A `request_id`, for what may be repeated after a lost answer, is counted once:
        never give one for a guess.
        """
        now, limits = self._clock(), limits_of(act)
        own = [limit for limit in limits if limit.by_address]
        shared = [limit for limit in limits if not limit.by_address]
        for together in filter(None, (own, shared)):
            for limit, window in await self._attempts.count(together, subject, now, request_id=request_id):
                limit.check(window.tries, window.ends_at, now)

    async def check(self, act: Act, subject: Subject) -> None:
        """Raises `TooManyGuesses` where one more of what is counted afterwards would be too many; counts nothing."""
        now = self._clock()
        for limit, window in await self._attempts.counted(limits_of(act), subject, now):
            limit.check(window.tries + 1, window.ends_at, now)

    async def forget(self, subject: Subject, *acts: Act) -> None:
        """Ends the counts of a subject that got it right."""
        await self._attempts.forget(limits_of(*acts), subject)
