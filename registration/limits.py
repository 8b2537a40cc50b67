"""How many tries a client address has for one account before it must wait (principle 7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registration.errors import TooManyGuesses


class Guess(StrEnum):
    """What is guessed."""

    PASSWORD = "PASSWORD"
    CODE = "CODE"
    EMAIL = "EMAIL"


@dataclass(frozen=True)
class Limit:
    """So many tries within a window of time."""

    tries: int
    window: timedelta

    def check(self, tries: int, since: datetime, now: datetime) -> None:
        """Raises `TooManyGuesses`, with the seconds to wait, where this try is one too many."""
        if tries > self.tries:
            wait = since + self.window - now
            raise TooManyGuesses(seconds=str(max(1, int(wait.total_seconds()))))


LIMITS = {
    Guess.PASSWORD: Limit(10, timedelta(minutes=5)),
    Guess.CODE: Limit(10, timedelta(hours=1)),
    Guess.EMAIL: Limit(10, timedelta(hours=1)),
}
