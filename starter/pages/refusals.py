"""How a form says a refusal: in short in the summary and at the field, with advice below the summary.

The interfaces for programs say the same in one sentence (`registration/errors.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from registration.errors import (
    TooManyGuesses,
    UgyfelkapuError,
    UserNameTaken,
    WrongCode,
    WrongPair,
    WrongPassword,
)
from registration.sentences import N_, Sentence, Text


@dataclass(frozen=True)
class RefusalWords:
    """What is wrong, and what to do about it."""

    short: Text
    advice: Text | None = None


_ONLY_THE_PASSWORD: Final = RefusalWords(Sentence(N_("Wrong password")))
_TAKEN: Final = RefusalWords(Sentence(N_("This user name belongs to another registration. Choose another one.")))
_ADVICE: Final[Mapping[type[UgyfelkapuError], str]] = {
    WrongPassword: N_(
        "The user name is printed on the registration receipt. Without a receipt, ask for it in person at any "
        "registration body, which checks your identity first. If you have not entered your code yet, do that first."
    ),
    WrongPair: N_(
        "Type both exactly as you registered them. The user name is printed on the registration receipt. Without a "
        "receipt, ask for the data in person at any registration body, which checks your identity first."
    ),
    WrongCode: N_(
        "The user name is printed on the registration receipt. Without a receipt, ask for it in person at any "
        "registration body, which checks your identity first. Only the latest code is valid."
    ),
}


def words_of(refusal: UgyfelkapuError, *, asks_for_user_name: bool = True) -> RefusalWords:
    """The words for a refusal; where a form asks for the password alone, that is what is wrong."""
    title = Sentence(refusal.problem.title)
    match refusal:
        case WrongPassword() if not asks_for_user_name:
            return _ONLY_THE_PASSWORD
        case UserNameTaken():
            return _TAKEN
        case TooManyGuesses():
            return RefusalWords(title, _try_again(refusal.seconds))
        case _ if type(refusal) in _ADVICE:
            return RefusalWords(title, Sentence(_ADVICE[type(refusal)]))
    return RefusalWords(title, refusal.sentence)


def _try_again(seconds: int) -> Sentence:
    """By the clock, in whole minutes and never too early."""
    at = datetime.now(UTC) + timedelta(seconds=seconds, minutes=1)
    return Sentence(N_("Try again after {when}."), {"when": at})
