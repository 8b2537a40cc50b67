"""Everything that can be refused, as one tree; a docstring is the English sentence, `catalogue.py` has the Hungarian.

UgyfelkapuError
├── InvalidInput                 bad input: names the field and the rule; nothing was changed
├── Refusal                      well-formed, but the rules say no; nothing was changed
│   ├── NotAccepted              the present status does not accept the message
│   ├── NotAllowed               this kind of user may not send the message
│   ├── EvidenceMissing          an act in person without its evidence
│   ├── NotFound                 no such registration
│   ├── UserNameTaken
│   ├── CodeNotLive              the code was redeemed, replaced or has run out
│   ├── WrongCode                wrong user name or code
│   ├── WrongPair                wrong user name or e-mail address when requesting a code (S8)
│   ├── WrongPassword            wrong user name or password
│   ├── AssertionRefused         the client's log-in assertion does not cover the act
│   ├── IdempotencyKeyReused     the key came with another request before
│   ├── RequestInProgress        the same request is being worked on
│   ├── TooManyGuesses           so many tries that the next one has to wait
│   ├── RedeemFirst              so many wrong passwords that only a redeemed code opens the way again
│   └── LogInRefused             right password, but the status does not let in
│       ├── RequestACode         the password has expired (S9, within the 60 days)
│       ├── RedeemTheCode        reactivated; the code that was sent is not redeemed yet (S9)
│       └── VisitABody           inactive (S9, after the 60 days)
└── Unavailable                  a server did not answer in time; what was durable goes on by itself
"""

from typing import ClassVar

from registration.catalogue import HUNGARIAN
from registration.statuses import Language


class UgyfelkapuError(Exception):
    """Something went wrong."""

    kinds: ClassVar[dict[str, type["UgyfelkapuError"]]] = {}

    def __init__(self, **facts: str) -> None:
        """`facts` fill the blanks of the sentence and of a rule in it; they name no person and no secret."""
        self.facts = facts
        super().__init__(self.sentence(Language.EN))

    def __init_subclass__(cls) -> None:
        """Lets an error cross Temporal by its name."""
        UgyfelkapuError.kinds[cls.__name__] = cls

    def sentence(self, language: Language) -> str:
        """The one clear sentence for a client or a clerk."""
        kind = type(self)
        template = HUNGARIAN[kind.__name__] if language is Language.HU else " ".join((kind.__doc__ or "").split())
        facts = self.facts
        if language is Language.HU:
            facts = {key: HUNGARIAN.get(value, value) for key, value in facts.items()}
        return template.format(**facts).format(**facts)


class InvalidInput(UgyfelkapuError):
    """{field}: {rule}."""


class Refusal(UgyfelkapuError):
    """The request was refused."""


class NotAccepted(Refusal):
    """In the status {status} the registration does not accept {message}; possible instead: {instead}."""


class NotAllowed(Refusal):
    """A {actor} may not send {message}."""


class EvidenceMissing(Refusal):
    """{message} is an act in person: it needs evidence (the kind and number of a document, and consent)."""


class NotFound(Refusal):
    """There is no such registration."""


class UserNameTaken(Refusal):
    """user_name: this user name belongs to another registration; choose another one."""


class CodeNotLive(Refusal):
    """This code is no longer live: it was redeemed, replaced by a newer one, or its time has run out; request a new
    code."""


class WrongCode(Refusal):
    """Wrong user name or code; the user name stands on the registration receipt, and without a receipt ask for it in
    person at any registration body, which checks your identity first."""


class WrongPair(Refusal):
    """Wrong user name or e-mail address; both must be typed character for character as registered; the user name stands
    on the registration receipt, and without a receipt ask for the data in person at any registration body, which checks
    your identity first."""


class WrongPassword(Refusal):
    """Wrong user name or password; if you have not redeemed your code yet, do that first; the user name stands on the
    registration receipt, and without a receipt ask for it in person at any registration body, which checks your
    identity first."""


class TooManyGuesses(Refusal):
    """Too many attempts; wait {seconds} seconds."""

    @property
    def seconds(self) -> int:
        """How long to wait, for a `Retry-After`."""
        return int(self.facts["seconds"])


class RedeemFirst(Refusal):
    """Too many wrong passwords in a row from this address; request a code and redeem it from here to choose a new
    password, or log in from another address."""


class AssertionRefused(Refusal):
    """This needs the assertion of the client's own log-in, at most 5 minutes old; let the client log in again."""


class IdempotencyKeyReused(Refusal):
    """Idempotency-Key: this key came with another request before; choose a new one for each request."""


class RequestInProgress(Refusal):
    """The same request is still being worked on; try again in a few seconds."""


class LogInRefused(Refusal):
    """The password is right, but the registration is {status}: no log-in is possible."""


class RequestACode(LogInRefused):
    """Your password has expired; request a code by {deadline} (Budapest time) to choose a new one."""


class RedeemTheCode(LogInRefused):
    """Your registration has been reactivated; redeem the code that was sent to your e-mail address by
    {deadline} (Budapest time) and choose a new password; request the code again if you do not have it."""


class VisitABody(LogInRefused):
    """Your registration is inactive; ask for its reactivation in person at any registration body."""


class Unavailable(UgyfelkapuError):
    """The service does not answer at the moment; what was accepted goes on by itself, try again later."""
