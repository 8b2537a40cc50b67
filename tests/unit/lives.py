"""Lives in every status, made by the rules themselves, and messages for them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from registration import deadlines
from registration import messages as m
from registration.letters import LetterFailure, LetterKind
from registration.messages import Actor, ActorKind, Evidence
from registration.opening import open_registration
from registration.policy import Policy
from registration.record import Code
from registration.rules import decide
from registration.state import Decision, Imported, LetterOrder, State
from registration.statuses import Channel, Language, Purpose, Status
from tests.support.sound_messages import sound

ID: Final = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
START: Final = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
EMAIL: Final = "00000000-0000-7000-8000-0000000000e1"
EMAIL_2: Final = "00000000-0000-7000-8000-0000000000e2"
REDEMPTION: Final = "00000000-0000-7000-8000-0000000000a1"
CHANGE: Final = "00000000-0000-7000-8000-0000000000c1"

ACTORS: Final = {kind: Actor(kind, f"{kind.lower()}-1") for kind in ActorKind}
CITIZEN: Final = ACTORS[ActorKind.CITIZEN]
CLERK: Final = ACTORS[ActorKind.CLERK]
OPERATOR: Final = ACTORS[ActorKind.OPERATOR]
EVIDENCE: Final = Evidence("evidence-1", "c" * 64)
LOST: Final = LetterOrder(ID, 1, LetterKind.EMAIL_CHANGED_NEW, EMAIL, START)
"""A letter that tells the truth in every open status."""


def new(channel: Channel = Channel.ONLINE, policy: Policy | None = None, *, registration_id: str = ID) -> State:
    """A registration before its first decision."""
    return State(registration_id, channel, EMAIL, CITIZEN, policy or Policy())


def after(state: State, made: Decision) -> State:
    """The state once a decision is recorded and its letters are on their way."""
    return state.after(made.event).posting(made.letters)


def sent(state: State, message: m.Message, now: datetime) -> State:
    """The state once a message has been accepted."""
    return after(state, decide(state, message, now))


def opened(channel: Channel = Channel.ONLINE, policy: Policy | None = None, *, at: datetime = START) -> State:
    """A registration that awaits its activation since `at`."""
    state = new(channel, policy)
    return after(state, open_registration(state, at))


def imported(status: Status, valid_until: datetime | None, *, verified: bool = True) -> State:
    """An account to be taken over from an older system."""
    return replace(new(), imported=Imported(status, valid_until, verified, REDEMPTION))


def live_code(state: State, purpose: Purpose = Purpose.PASSWORD) -> Code:
    """The live code of a purpose, which there is."""
    code = state.snapshot.code_for(purpose)
    assert code is not None
    return code


def redeem(state: State, *, request_id: str = REDEMPTION, days: int | None = None) -> m.RedeemCode:
    """The redemption of the code that the state knows of; of a first code where there is none."""
    code = state.snapshot.code_for(Purpose.PASSWORD)
    return m.RedeemCode(request_id, CITIZEN, Purpose.PASSWORD, code.sequence if code else 1, days)


def temporary(*, at: datetime = START, days: int | None = None) -> State:
    """A registration that is temporary since `at`, its code redeemed at once."""
    state = opened(at=at)
    return sent(state, redeem(state, days=days), at)


def active(*, at: datetime = START, days: int | None = None) -> State:
    """A registration that was opened, redeemed and verified at `at`."""
    return sent(temporary(at=at, days=days), m.VerifyIdentity("verify-1", CLERK, EVIDENCE), at)


def change_language(state: State, actor: Actor = CITIZEN, language: Language = Language.EN) -> m.ChangeLanguage:
    """A client who is logged in wants another language, or somebody at the desk notes it."""
    rests_on = (None, state.credential_id) if actor is CITIZEN else (EVIDENCE, None)
    return m.ChangeLanguage(f"language-{language}", actor, language, *rests_on)


def confirm(state: State, purpose: Purpose, *, request_id: str = REDEMPTION) -> m.RedeemCode:
    """The redemption of the live code of a purpose."""
    return m.RedeemCode(request_id, CITIZEN, purpose, live_code(state, purpose).sequence)


def deadline(state: State) -> datetime:
    """The deadline, which there is."""
    assert state.snapshot.deadline is not None
    return state.snapshot.deadline


def password_expired() -> State:
    """An active registration whose password has just expired."""
    state = active()
    return after(state, deadlines.expire_password(state, deadline(state)))


def inactive() -> State:
    """A registration whose grace has just ended."""
    state = password_expired()
    return after(state, deadlines.deactivate(state, deadline(state)))


def awaiting_reactivation() -> State:
    """A registration that a clerk reactivated as soon as it was inactive."""
    state = inactive()
    return sent(state, m.Reactivate("reactivate-1", CLERK, EVIDENCE), since(state))


def lapsed() -> State:
    """A registration whose code was never redeemed."""
    state = opened()
    return after(state, deadlines.lapse(state, deadline(state)))


def closed() -> State:
    """An active registration that a clerk closed."""
    return sent(active(), m.Close("close-1", CLERK, EVIDENCE), START)


IN_STATUS: Final[Mapping[Status, Callable[[], State]]] = {
    Status.SUBMITTED: new,
    Status.AWAITING_ACTIVATION: opened,
    Status.TEMPORARY: temporary,
    Status.ACTIVE: active,
    Status.PASSWORD_EXPIRED: password_expired,
    Status.INACTIVE: inactive,
    Status.AWAITING_REACTIVATION: awaiting_reactivation,
    Status.LAPSED: lapsed,
    Status.CLOSED: closed,
}


def since(state: State) -> datetime:
    """When the status began; `START` before the first."""
    return state.snapshot.since or START


def with_live_code(state: State, now: datetime) -> State:
    """The same with a live password code, wherever one can be requested."""
    if state.snapshot.codes or state.snapshot.status in {Status.SUBMITTED, Status.INACTIVE}:
        return state
    if state.snapshot.status.is_final:
        return state
    return sent(state, m.RequestCode("request-1", CITIZEN), now)


def with_lost_letter(state: State, letter: LetterOrder) -> State:
    """The same once a letter was refused for good."""
    return state.settled(letter, m.UndeliveredLetter(letter.name, LetterFailure.REFUSED, START, 550))


def message(kind: type[m.Message], actor: Actor, state: State, now: datetime) -> m.Message:
    """A message of a kind that breaks no rule but, it may be, those of status and actor."""
    until = (state.snapshot.password_valid_until or now) + 100 * DAY
    of_the_state: dict[type[m.Message], m.Message] = {
        m.RedeemCode: replace(redeem(state), actor=actor),
        m.ChangePassword: m.ChangePassword(CHANGE, actor),
        m.Reactivate: m.Reactivate("reactivate-2", actor, EVIDENCE),
        m.ChangeEmail: m.ChangeEmail("email-request-1", actor, EMAIL_2, None if actor is CITIZEN else EVIDENCE),
        m.CorrectEmail: m.CorrectEmail("correct-1", actor, EMAIL_2),
        m.ExtendValidity: m.ExtendValidity("extend-1", actor, until),
        m.SendAgain: m.SendAgain("again-1", actor, LOST.name.letter_id),
        m.ChangeLanguage: change_language(state, actor),
    }
    return of_the_state.get(kind) or sound(actor, f"{kind.__name__.lower()}-2")[kind]
