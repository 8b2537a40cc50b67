"""Steps of random lives: messages, elapsed time, what happens to letters."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from registration import messages as m
from registration.messages import Actor
from registration.policy import Policy
from registration.state import Imported
from registration.statuses import Language, Purpose, Status
from tests.unit.driver import Life
from tests.unit.lives import (
    ACTORS,
    CHANGE,
    CITIZEN,
    CLERK,
    DAY,
    EMAIL_2,
    EVIDENCE,
    OPERATOR,
    SECOND,
    START,
    change_language,
)

Step = Callable[[Life], object]


def _redeem(step: int, purpose: Purpose, days: int | None, actor: Actor = CITIZEN) -> Step:
    def act(life: Life) -> None:
        live = life.state.snapshot.code_for(purpose)
        code = live.sequence if live else life.state.snapshot.codes_issued
        life.send(m.RedeemCode(str(UUID(int=len(life.events))), actor, purpose, code + step, days))

    return act


def _extend(days: int, actor: Actor) -> Step:
    return lambda life: life.send(m.ExtendValidity("extend", actor, life.now + days * DAY), as_signal=True)


def _to_next(offset: timedelta) -> Step:
    return lambda life: life.wait(max(life.until_next() + offset, timedelta()))


def _sends(make: Callable[[Actor], m.Message], *, as_signal: bool = False) -> list[Step]:
    def act(actor: Actor) -> Step:
        return lambda life: life.send(make(actor), as_signal=as_signal)

    return [act(actor) for actor in ACTORS.values()]


def _send_again(life: Life) -> None:
    """A letter that did not arrive, if there is one, does not stay among those once it goes again."""
    lost = life.state.undelivered[0].letter.letter_id if life.state.undelivered else "1-active"
    if life.send(m.SendAgain("again", CLERK, lost)):
        assert lost not in [other.letter.letter_id for other in life.state.undelivered]
        assert life.state.outbox[-1].sequence == life.state.snapshot.sequence


def _to_the_end_of_the_status(life: Life) -> None:
    end = life.state.snapshot.deadline
    life.wait(end - life.now if end else DAY)


ORIGINS: list[Imported | None] = [
    *[None] * 10,
    Imported(Status.TEMPORARY, START + 200 * DAY, identity_verified=False),
    Imported(Status.ACTIVE, START + 100 * DAY, identity_verified=True),
    Imported(Status.ACTIVE, START - DAY, identity_verified=True),
    Imported(Status.PASSWORD_EXPIRED, START - 30 * DAY, identity_verified=True),
    Imported(Status.INACTIVE, None, identity_verified=True),
]
"""Most lives begin here, some in an older system."""

THE_USUAL: list[Step] = [
    _redeem(0, Purpose.PASSWORD, None),
    lambda life: life.send(m.VerifyIdentity("verify", CLERK, EVIDENCE)),
    _to_the_end_of_the_status,
    _to_the_end_of_the_status,
    lambda life: life.send(m.Reactivate("reactivate", CLERK, EVIDENCE)),
]
"""A life begins with some of these, so that the later statuses are met as often as the early ones."""

LIKELY: list[Step] = [
    _redeem(0, Purpose.PASSWORD, None),
    _redeem(0, Purpose.PASSWORD, 30),
    lambda life: life.send(m.RequestCode("request", CITIZEN)),
    lambda life: life.send(m.ChangePassword(CHANGE, CITIZEN, 40)),
    lambda life: life.send(m.VerifyIdentity("verify", CLERK, EVIDENCE)),
    lambda life: life.send(m.Reactivate("reactivate", CLERK, EVIDENCE), as_signal=True),
    lambda life: life.send(m.Reactivate("reactivate", CLERK, EVIDENCE, str(UUID(int=len(life.events))))),
    lambda life: life.send(m.ChangeEmail("email", CLERK, str(UUID(int=len(life.events))), EVIDENCE)),
    lambda life: life.send(m.ChangeEmail("email", CITIZEN, str(UUID(int=len(life.events))))),
    lambda life: life.send(m.CorrectEmail("correct", CITIZEN, str(UUID(int=len(life.events))))),
    lambda life: life.send(change_language(life.state)),
    lambda life: life.send(change_language(life.state, CLERK, Language.HU)),
    lambda life: life.send(m.Close("close", CITIZEN)),
    lambda life: life.send(m.Close("close", CLERK, EVIDENCE)),
    Life.lose_letter,
    _send_again,
    _redeem(0, Purpose.NEW_EMAIL, None),
    _extend(900, OPERATOR),
    _to_next(timedelta()),
    _to_next(-SECOND),
    lambda life: life.wait(1000 * DAY),
]
UNLIKELY: list[Step] = [
    *_sends(lambda actor: m.RequestCode("request", actor)),
    *_sends(lambda actor: m.ChangePassword(CHANGE, actor)),
    *_sends(lambda actor: m.VerifyIdentity("verify", actor, EVIDENCE)),
    *_sends(lambda actor: m.Reactivate("reactivate", actor, EVIDENCE)),
    *_sends(lambda actor: m.Reactivate("reactivate", actor, EVIDENCE, EMAIL_2)),
    *_sends(lambda actor: m.ChangeEmail("email", actor, EMAIL_2, EVIDENCE)),
    *_sends(lambda actor: m.CorrectEmail("correct", actor, EMAIL_2)),
    *_sends(lambda actor: m.Disclose("disclose", actor, EVIDENCE)),
    *_sends(lambda actor: m.SendAgain("again", actor, "1-code_password")),
    *_sends(lambda actor: m.ChangeLanguage("language", actor, Language.EN, EVIDENCE)),
    *_sends(lambda actor: m.Close("close", actor, EVIDENCE)),
    *_sends(lambda actor: m.VerifyIdentity("verify", actor)),
    *_sends(lambda actor: m.Reactivate("reactivate", actor), as_signal=True),
    *(_redeem(0, Purpose.PASSWORD, None, actor) for actor in ACTORS.values()),
    *(_redeem(0, purpose, None) for purpose in Purpose),
    *(_redeem(step, Purpose.PASSWORD, None) for step in (-1, 1)),
    *(_redeem(0, Purpose.PASSWORD, days) for days in (-1, 0, 29, 731, 732)),
    *(_extend(days, actor) for days in (-1, 0, 10) for actor in ACTORS.values()),
    Life.deliver,
    lambda life: life.adopt(Policy(activation_days=1, temporary_days=60, grace_days=5, reactivation_days=90)),
    lambda life: life.adopt(Policy(activation_days=90, temporary_days=8, grace_days=200, reactivation_days=2)),
    lambda life: life.sleep(20 * DAY),
]
PASSES = st.integers(min_value=1, max_value=800 * 86_400).map(
    lambda seconds: lambda life: life.wait(timedelta(seconds=seconds))
)
STEPS = st.one_of(st.sampled_from(LIKELY), st.sampled_from(LIKELY), st.sampled_from(UNLIKELY), PASSES)
