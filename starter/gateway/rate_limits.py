"""Counts every try before anything is checked, and refuses the one that is too many (principle 7)."""

from collections.abc import Callable, Collection
from datetime import datetime

from registration.errors import RedeemFirst, TooManyGuesses
from registration.limits import WRONG, Act, Limit, Subject, limits_of
from store.attempts import Attempts
from store.log_in_rows import Claim, CountedClaim, LogInEntry, Windows


class RateLimits:
    """The limits of `registration.limits`, right across all processes on one database."""

    def __init__(
        self, attempts: Attempts, clock: Callable[[], datetime], refused: Callable[[Limit], object] = lambda _: None
    ) -> None:
        """`clock` is the gateway's (principle 1): no limit asks the database for the time.

        Tells `refused` of each try that a limit has refused.
        """
        self._attempts = attempts
        self._clock = clock
        self._refused = refused

    async def count(self, act: Act, subject: Subject, *, request_id: str | None = None) -> None:
        """Counts a try of a subject, refused or not. Raises `TooManyGuesses`, `RedeemFirst`.

        What the address may not try any more does not count against the mailbox or the portal, which others share: one
        address must not keep them out. Nor is a guess counted of which too many were wrong already. A `request_id`, for
        what may be repeated after a lost answer, is counted once: never give one for a guess.
        """
        now, barring = self._clock(), _barring(act)
        own = [limit for limit in limits_of(act) if not limit.is_shared]
        shared = [limit for limit in limits_of(act) if limit.is_shared]
        for together in filter(None, (own, shared)):
            windows = await self._attempts.count(together, subject, now, barring=barring, request_id=request_id)
            self._check_counted(windows, barring, now)

    async def count_claim(self, act: Act, claim: Claim, *, request_id: str | None = None) -> CountedClaim:
        """The same of a guess at the account that holds a user name, which is found by it. Raises as `count`."""
        now, barring = self._clock(), _barring(act)
        counted = await self._attempts.count_claim(claim, limits_of(act), now, barring=barring, request_id=request_id)
        self._check_counted(counted.windows, barring, now)
        return counted

    async def check(self, act: Act, subject: Subject) -> None:
        """Raises `TooManyGuesses` where one more of what is counted afterwards would be too many; counts nothing."""
        now = self._clock()
        self._check(await self._attempts.counted(limits_of(act), subject, now), now, further=1)

    async def give_back(self, act: Act, subject: Subject) -> None:
        """Takes back one try of a subject that has been counted; its other tries stay counted."""
        await self._attempts.give_back(limits_of(act), subject, self._clock())

    async def forgive(
        self,
        subject: Subject,
        *acts: Act,
        registration_id: str,
        credential_id: str | None = None,
        unless: Act | None = None,
        log_in: LogInEntry | None = None,
    ) -> bool:
        """Ends the counts of a subject that got it right; the registration's password knows its network from now on.

        If it was a `log_in`, that is noted. Nothing of it, and false, where the credential is no longer the password;
        without one the present password is meant. Raises `TooManyGuesses` where the subject's guesses of the kind
        `unless` have been wrong too often meanwhile.
        """
        now = self._clock()
        windows, is_done = await self._attempts.note_success(
            limits_of(*acts),
            subject,
            now,
            barring=_barring(unless) if unless else [],
            registration_id=registration_id,
            credential_id=credential_id,
            log_in=log_in,
        )
        self._check(windows, now, further=1)
        return is_done

    def _check_counted(self, windows: Windows, barring: Collection[Limit], now: datetime) -> None:
        self._check([window for window in windows if window[0] in barring], now, further=1)
        self._check([window for window in windows if window[0] not in barring], now)

    def _check(self, windows: Windows, now: datetime, *, further: int = 0) -> None:
        for limit, window in windows:
            try:
                limit.check(window.tries + further, window.ends_at, now)
            except (TooManyGuesses, RedeemFirst):
                self._refused(limit)
                raise


def _barring(act: Act) -> list[Limit]:
    """Of what was wrong: the limits beyond which not even the right one gets in."""
    return [limit for limit in limits_of(WRONG[act]) if not limit.spares_right] if act in WRONG else []
