"""Which message is accepted where and from whom: `registration.rules` against a table written by hand."""

import itertools
from dataclasses import replace

import pytest

from registration import errors
from registration import messages as m
from registration.happenings import SIGNAL_REFUSALS
from registration.messages import ActorKind
from registration.record import EventKind
from registration.rules import MESSAGES, decide, not_accepted
from registration.state import Decision, State
from registration.statuses import Language, Status
from starter.translation import translated
from tests.unit.lives import (
    ACTORS,
    CITIZEN,
    CLERK,
    EMAIL_2,
    EVIDENCE,
    HOUR,
    IN_STATUS,
    LOST,
    message,
    sent,
    since,
    with_live_code,
    with_lost_letter,
)
from tests.unit.tables import ACCEPTED, WHO, accepted

WAYS_OUT = {(Status.INACTIVE, ActorKind.CITIZEN): {"visit_registration_body"}} | {
    **{(Status.SUBMITTED, actor): {"try_again"} for actor in ActorKind},
    **{
        (status, actor): {"register"}
        for status in (Status.LAPSED, Status.CLOSED)
        for actor in (ActorKind.CITIZEN, ActorKind.CLERK, ActorKind.SUPERVISOR)
    },
}
"""What helps whom no message helps."""

IN_PERSON = (m.VerifyIdentity, m.Reactivate, m.ChangeEmail, m.Disclose, m.ChangeLanguage, m.Close)


def outcome(state: State, sent: m.Message) -> Decision | type[Exception]:
    try:
        return decide(state, sent, since(state) + HOUR)
    except errors.UgyfelkapuError as refusal:
        return type(refusal)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", WHO)
@pytest.mark.parametrize("actor", ActorKind)
def test_a_message_is_accepted_exactly_where_the_table_says_so(
    status: Status, kind: type[m.Message], actor: ActorKind
) -> None:
    """Message, status and actor: 648 combinations; a wrong actor is refused first."""
    state = IN_STATUS[status]()
    now = since(state) + HOUR
    state = with_lost_letter(with_live_code(state, now), LOST)
    found = outcome(state, message(kind, ACTORS[actor], state, now))
    if actor not in WHO[kind]:
        assert found is errors.NotAllowed
    elif kind is m.Reactivate and status is Status.AWAITING_REACTIVATION:
        assert found is errors.AlreadyReactivated
    elif not accepted(kind, status, actor):
        assert found is errors.NotAccepted
    else:
        assert isinstance(found, Decision)
        assert (found.event.actor, found.event.at) == (ACTORS[actor], now)


def test_the_table_knows_every_message_and_every_status() -> None:
    assert set(ACCEPTED) == set(itertools.product(WHO, Status))
    assert set(WHO) == set(MESSAGES) == set(m.Message.__subclasses__())


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.INACTIVE])
def test_a_code_cannot_be_redeemed_where_none_was_issued(status: Status) -> None:
    """`redeem_code` is accepted wherever a live code of that purpose exists, and nowhere else."""
    state = IN_STATUS[status]()
    without = replace(state, snapshot=replace(state.snapshot, codes=()))
    refused = outcome(without, message(m.RedeemCode, ACTORS[ActorKind.CITIZEN], without, since(state)))
    assert refused is (errors.CodeNotLive if ACCEPTED[m.RedeemCode, status] else errors.NotAccepted)


@pytest.mark.parametrize("kind", IN_PERSON)
def test_an_act_in_person_without_evidence_is_refused(kind: type[m.Message]) -> None:
    """Principle 12: acts in person name an evidence row."""
    status = next(status for status in Status if ACCEPTED[kind, status])
    state = IN_STATUS[status]()
    complete = message(kind, CLERK, state, since(state))
    assert isinstance(outcome(state, complete), Decision)
    assert outcome(state, replace(complete, evidence=None)) is errors.EvidenceMissing  # type: ignore[call-arg]  # not every message has one


def test_only_acts_in_person_ask_for_evidence() -> None:
    assert {kind for kind, row in MESSAGES.items() if row.needs_evidence} == set(IN_PERSON)


def test_a_refused_message_hears_its_status_and_what_is_possible_instead() -> None:
    state = IN_STATUS[Status.INACTIVE]()
    with pytest.raises(errors.NotAccepted) as refused:
        decide(state, m.RequestCode("request-1", CLERK), since(state))
    assert refused.value.facts == {
        "status": "INACTIVE",
        "message": "request_code",
        "instead": ["reactivate", "change_email", "disclose", "send_again", "change_language", "close"],
    }
    assert str(refused.value) == (
        'In the status "inactive" this is not possible: requesting a code; possible instead: reactivating, changing '
        "the e-mail address, disclosing the data, resending a letter that did not arrive, changing the language of the "
        "letters, closing the registration."
    )
    assert translated(refused.value.sentence, Language.HU) == (
        "„inaktív” állapotban ez nem lehetséges: kód kérése; lehetséges helyette: újraaktiválás, az e-mail-cím "
        "cseréje, az adatok közlése, kézbesítetlen levél újraküldése, a levelek nyelvének módosítása, a regisztráció "
        "megszüntetése."
    )


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("actor", ActorKind)
def test_nobody_is_offered_what_would_be_refused(status: Status, actor: ActorKind) -> None:
    """Instead of what is refused, exactly what this kind of actor can do in this status; else what helps him."""
    state = IN_STATUS[status]()
    for kind in WHO:
        instead = not_accepted(state.snapshot, kind, actor).facts["instead"]
        can = {
            MESSAGES[other].name
            for other in WHO
            if other is not kind and actor in WHO[other] and accepted(other, status, actor)
        }
        if not state.snapshot.codes:
            can.discard("redeem_code")
        assert set(instead) == (can or WAYS_OUT.get((status, actor), set()))
        assert len(instead) == len(set(instead))


def test_a_clerk_who_comes_second_hears_who_reactivated_of_which_office_and_when() -> None:
    """In Budapest time; whatever has happened since, and however the ids are written."""
    state = IN_STATUS[Status.INACTIVE]()
    winner = m.Actor(ActorKind.CLERK, "clerk-{x}", "1051")
    state = sent(state, m.Reactivate("reactivate-1", winner, EVIDENCE), since(state))
    state = sent(state, m.Disclose("disclose-1", CLERK, EVIDENCE), since(state) + HOUR)
    with pytest.raises(errors.AlreadyReactivated) as refused:
        decide(state, m.Reactivate("reactivate-2", CLERK, EVIDENCE), since(state) + HOUR)
    assert refused.value.facts == {"clerk": "clerk-{x}", "office": "1051", "at": "2029-04-30T10:00:00+00:00"}
    assert "by clerk-{x} of office 1051 at 2029-04-30 12:00 (Budapest time)" in str(refused.value)
    assert "már újraaktiválta clerk-{x} (hivatal: 1051) 2029-04-30 12:00-kor" in translated(
        refused.value.sentence, Language.HU
    )


def test_a_clerk_who_comes_second_with_another_address_changes_nothing() -> None:
    """The status decides on the whole: reactivation and address are accepted together or not at all."""
    state = IN_STATUS[Status.INACTIVE]()
    now = since(state)
    plain = m.Reactivate("reactivate-1", CLERK, EVIDENCE)
    elsewhere = m.Reactivate("reactivate-2", CLERK, EVIDENCE, EMAIL_2)
    made = decide(state, elsewhere, now).event
    assert (made.kind, made.email_id) == (EventKind.REACTIVATED, EMAIL_2)
    assert (made.status, len(made.codes)) == (Status.AWAITING_REACTIVATION, 1)
    assert outcome(sent(state, plain, now), elsewhere) is errors.AlreadyReactivated
    assert outcome(sent(state, elsewhere, now), plain) is errors.AlreadyReactivated


def test_in_a_final_status_only_a_new_registration_helps() -> None:
    state = IN_STATUS[Status.LAPSED]()
    with pytest.raises(errors.NotAccepted, match=r"possible instead: a new registration\.") as refused:
        decide(state, m.Close("close-1", CLERK), since(state))
    assert translated(refused.value.sentence, Language.HU).endswith("lehetséges helyette: új regisztráció.")


def test_where_no_workflow_runs_yet_the_same_is_possible_soon() -> None:
    refused = not_accepted(IN_STATUS[Status.SUBMITTED]().snapshot, m.RequestCode, ActorKind.CITIZEN)
    assert str(refused).endswith("possible instead: the same in a few seconds.")


@pytest.mark.parametrize(
    "request_",
    [
        m.RequestCode("request-1", CITIZEN),
        m.ChangePassword("change-1", CITIZEN),
        m.ChangeEmail("email-1", CITIZEN, EMAIL_2),
        m.ChangeLanguage("language-1", CITIZEN, Language.EN),
        m.Close("close-1", CITIZEN),
    ],
)
def test_an_inactive_client_is_sent_to_a_registration_body(request_: m.Message) -> None:
    """S9: no code can be redeemed while inactive, so none goes out; only a visit in person helps."""
    state = IN_STATUS[Status.INACTIVE]()
    with pytest.raises(errors.NotAccepted) as refused:
        decide(state, request_, since(state))
    assert str(refused.value).endswith(
        "possible instead: asking for the reactivation in person at any registration body."
    )
    assert translated(refused.value.sentence, Language.HU).endswith(
        "lehetséges helyette: az újraaktiválás kérése személyesen, bármelyik regisztrációs szervnél."
    )


def test_whatever_refuses_a_signal_has_words_for_the_auditor() -> None:
    """Principle 12: the refusal of `reactivate` or `extend_validity` is in the record by its name."""
    names = {"Unreadable", "TooManySignals"}
    for status, actor in itertools.product(Status, ActorKind):
        state = IN_STATUS[status]()
        for signal in (
            m.Reactivate("reactivate-1", ACTORS[actor]),
            m.ExtendValidity("extend-1", ACTORS[actor], since(state)),
        ):
            found = outcome(state, signal)
            assert isinstance(found, type)
            names.add(found.__name__)
    assert names == set(SIGNAL_REFUSALS)


@pytest.mark.parametrize("typed", ["", "redeem-1", "0190a1b2"])
def test_an_id_that_no_row_of_the_store_can_have_is_refused(typed: str) -> None:
    """Decided, it could never be recorded, and the registration would wait for it for ever."""
    opened, active = IN_STATUS[Status.AWAITING_ACTIVATION](), IN_STATUS[Status.ACTIVE]()
    code = message(m.RedeemCode, ACTORS[ActorKind.CITIZEN], opened, since(opened))
    change = message(m.ChangePassword, ACTORS[ActorKind.CITIZEN], active, since(active))
    email = m.ChangeEmail("email-request-1", CLERK, typed, EVIDENCE)
    inactive = IN_STATUS[Status.INACTIVE]()
    assert outcome(inactive, m.Reactivate("reactivate-1", CLERK, EVIDENCE, typed)) is errors.InvalidInput
    assert outcome(opened, replace(code, request_id=typed)) is errors.InvalidInput
    assert outcome(active, replace(change, request_id=typed)) is errors.InvalidInput
    assert outcome(active, email) is errors.InvalidInput
