"""What a credential was proof of ends with it: requests, codes, and a successor that was on its way."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from registration import deadlines
from registration import messages as m
from registration.errors import AssertionRefused, CodeNotLive, WrongPassword
from registration.opening import open_registration
from registration.rules import decide
from registration.state import Decision, State
from registration.statuses import Purpose, Status
from temporal.payloads import BRIEF_JSON
from tests.unit import lives
from tests.unit.lives import CHANGE, CITIZEN, CLERK, DAY, EMAIL_2, EVIDENCE, REDEMPTION, START, sent

EMAIL_3 = "00000000-0000-7000-8000-0000000000e3"
SUCCESSOR = "00000000-0000-7000-8000-0000000000c2"
ASKING = (
    m.ChangeEmail("email-1", CITIZEN, EMAIL_2),
    m.Close("close-1", CITIZEN),
    m.RequestCode("request-1", CITIZEN),
)
"""A thief with the password, or with the mailbox, has all that a client can ask for."""


def everything_asked_for(state: State, now: datetime = START) -> State:
    """A live code of each purpose."""
    for request in ASKING:
        state = sent(state, request, now)
    assert {code.purpose for code in state.snapshot.codes} == set(Purpose)
    return state


def changed(state: State, *, now: datetime = START) -> Decision:
    return decide(state, m.ChangePassword(CHANGE, CITIZEN), now)


def redeemed(state: State, *, now: datetime = START) -> Decision:
    return decide(state, lives.redeem(state, request_id=CHANGE), now)


STATES = {
    Status.AWAITING_ACTIVATION: lives.opened(),
    Status.TEMPORARY: lives.temporary(),
    Status.ACTIVE: lives.active(),
    Status.PASSWORD_EXPIRED: lives.password_expired(),
    Status.AWAITING_REACTIVATION: lives.awaiting_reactivation(),
}


@pytest.mark.parametrize("status", STATES)
def test_a_redeemed_password_voids_whatever_was_asked_for_before(status: Status) -> None:
    now = lives.since(STATES[status])
    assert redeemed(everything_asked_for(STATES[status], now), now=now).event.codes == ()


@pytest.mark.parametrize("status", [Status.TEMPORARY, Status.ACTIVE])
def test_a_changed_password_voids_whatever_was_asked_for_before(status: Status) -> None:
    assert changed(everything_asked_for(STATES[status])).event.codes == ()


@pytest.mark.parametrize("status", STATES)
def test_no_code_from_before_outlives_the_address_whoever_replaces_it(status: Status) -> None:
    now = lives.since(STATES[status])
    state = everything_asked_for(STATES[status], now)
    by_clerk = decide(state, m.ChangeEmail("email-2", CLERK, EMAIL_3, EVIDENCE), now)
    by_client = decide(state, lives.confirm(state, Purpose.NEW_EMAIL), now)
    before = {code.sequence for code in state.snapshot.codes}
    for made in (by_clerk, by_client):
        assert before.isdisjoint(code.sequence for code in made.event.codes)


@pytest.mark.parametrize("end", ["expiry and grace", "lapse", "closing"])
def test_no_code_outlives_the_status_in_which_it_could_be_redeemed(end: str) -> None:
    if end == "expiry and grace":
        state = everything_asked_for(lives.password_expired(), lives.since(lives.password_expired()))
        made = deadlines.deactivate(state, lives.deadline(state))
    elif end == "lapse":
        state = everything_asked_for(lives.temporary())
        made = deadlines.lapse(state, lives.deadline(state))
    else:
        made = decide(everything_asked_for(lives.active()), m.Close("close-2", CLERK, EVIDENCE), START)
    assert made.event.codes == ()


def test_a_reactivation_leaves_its_own_code_alone() -> None:
    state = lives.inactive()
    for message in (
        m.Reactivate("reactivate-1", CLERK, EVIDENCE),
        m.Reactivate("reactivate-1", CLERK, EVIDENCE, EMAIL_2),
    ):
        assert [code.purpose for code in decide(state, message, lives.since(state)).event.codes] == [Purpose.PASSWORD]


def test_the_state_knows_which_credential_is_in_force() -> None:
    assert lives.opened().credential_id is None
    temporary = lives.temporary()
    assert temporary.credential_id == REDEMPTION
    assert lives.active().credential_id == REDEMPTION
    assert temporary.after(changed(temporary).event).credential_id == CHANGE
    imported = lives.imported(Status.ACTIVE, START + 400 * DAY)
    assert imported.after(open_registration(imported, START).event).credential_id == REDEMPTION
    without = replace(imported, imported=None)
    event = open_registration(imported, START).event
    assert without.after(event).credential_id is None


def test_asking_for_something_and_confirming_it_leaves_the_credential_as_it_is() -> None:
    state = everything_asked_for(lives.active())
    state = sent(state, lives.confirm(state, Purpose.NEW_EMAIL, request_id=SUCCESSOR), START)
    assert state.credential_id == REDEMPTION


async def test_the_credential_in_force_is_handed_to_the_next_run() -> None:
    (payload,) = await BRIEF_JSON.encode([lives.active()])
    (state,) = await BRIEF_JSON.decode([payload], [State])
    assert state.credential_id == REDEMPTION


Resting = m.ChangePassword | m.ChangeEmail | m.ChangeLanguage | m.Close
RESTING: dict[str, tuple[Resting, type[Exception]]] = {
    "a change of password": (m.ChangePassword(SUCCESSOR, CITIZEN, credential_id=REDEMPTION), WrongPassword),
    "a new address": (m.ChangeEmail("email-1", CITIZEN, EMAIL_2, credential_id=REDEMPTION), AssertionRefused),
    "another language": (lives.change_language(lives.active()), AssertionRefused),
    "closing": (m.Close("close-1", CITIZEN, credential_id=REDEMPTION), AssertionRefused),
}


@pytest.mark.parametrize("what", RESTING)
@pytest.mark.parametrize("new_password", [changed, redeemed])
def test_what_rests_on_a_credential_is_refused_once_that_is_replaced(what: str, new_password: object) -> None:
    """Also where it was sent before and arrives later: the workflow decides in one order."""
    message, refusal = RESTING[what]
    state = lives.active()
    decide(state, message, START)
    if new_password is redeemed:
        state = sent(state, m.RequestCode("request-1", CITIZEN), START)
    made = changed(state) if new_password is changed else redeemed(state)
    with pytest.raises(refusal):
        decide(state.after(made.event), message, START + timedelta(seconds=1))


@pytest.mark.parametrize("what", sorted(RESTING.keys() - {"another language"}))
def test_a_message_that_rests_on_no_credential_is_accepted(what: str) -> None:
    message, _ = RESTING[what]
    assert decide(lives.active(), replace(message, credential_id=None), START)


@pytest.mark.parametrize("credential_id", [None, "", SUCCESSOR])
def test_a_client_changes_the_language_with_the_credential_of_a_log_in_alone(credential_id: str | None) -> None:
    """No code confirms it."""
    with pytest.raises(AssertionRefused):
        decide(lives.active(), replace(lives.change_language(lives.active()), credential_id=credential_id), START)


def test_of_two_changes_that_rest_on_the_same_password_one_is_accepted() -> None:
    first, second = (m.ChangePassword(one, CITIZEN, credential_id=REDEMPTION) for one in (CHANGE, SUCCESSOR))
    for earlier, later in ((first, second), (second, first)):
        with pytest.raises(WrongPassword):
            decide(sent(lives.active(), earlier, START), later, START)


def test_a_redemption_that_was_on_its_way_is_refused_once_the_password_is_changed() -> None:
    """A thief of the mailbox: the code is void, so is the credential that waits for it."""
    state = sent(lives.active(), m.RequestCode("request-1", CITIZEN), START)
    stolen = lives.redeem(state, request_id=SUCCESSOR)
    with pytest.raises(CodeNotLive):
        decide(state.after(changed(state).event), stolen, START)
