"""Why a registration had its status: each event has its rule, in both languages, with the policy's own values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registration.descriptions import NextStep, Step
from registration.errors import BeforeTheBeginning, BeyondTheRecord
from registration.explanations import Explanation, explain
from registration.happenings import what_happened
from registration.letters import LetterFailure, LetterKind, LetterName, LetterOutcome
from registration.messages import Actor, ActorKind, Evidence
from registration.policy import Policy
from registration.reasons import reason_of
from registration.record import Event, EventKind
from registration.statuses import OPEN_STATUSES, Assurance, Channel, Language, Status
from registration.timeline import Posted, entries_of
from starter.translation import translated

OPENED = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
CLERK = Actor(ActorKind.CLERK, "clerk-7", "1051")
CITIZEN = Actor(ActorKind.CITIZEN, "applicant")
POLICIES = {1: Policy(), 2: Policy(version=2, activation_days=45, grace_days=90)}
EVIDENCE = Evidence("e", "c")
FIRST = Event("r", 1, OPENED, EventKind.REGISTRATION_OPENED, CITIZEN, Status.AWAITING_ACTIVATION, False, "m", 1, "0")


def life() -> list[Event]:
    """Opened, redeemed on day 3, verified on day 10, expired after two years, inactive after 60 days."""
    expiry = OPENED + 733 * DAY
    steps = [
        replace(FIRST, deadline=OPENED + 30 * DAY),
        replace(FIRST, sequence=2, at=OPENED + 3 * DAY, kind=EventKind.CODE_REDEEMED, status=Status.TEMPORARY),
        replace(FIRST, sequence=3, at=OPENED + 10 * DAY, kind=EventKind.IDENTITY_VERIFIED, status=Status.ACTIVE),
        replace(FIRST, sequence=4, at=OPENED + 400 * DAY, kind=EventKind.DATA_DISCLOSED, status=Status.ACTIVE),
        replace(FIRST, sequence=5, at=expiry, kind=EventKind.PASSWORD_EXPIRED, status=Status.PASSWORD_EXPIRED),
        replace(FIRST, sequence=6, at=expiry + 60 * DAY, kind=EventKind.GRACE_ENDED, status=Status.INACTIVE),
    ]
    deadlines = [OPENED + 30 * DAY, OPENED + 33 * DAY, expiry, expiry, expiry + 60 * DAY, None]
    actors = [
        CITIZEN,
        CITIZEN,
        CLERK,
        CLERK,
        Actor(ActorKind.SYSTEM, "lifecycle"),
        Actor(ActorKind.SYSTEM, "lifecycle"),
    ]
    return [
        replace(step, deadline=deadline, actor=actor)
        for step, deadline, actor in zip(steps, deadlines, actors, strict=True)
    ]


def at(moment: datetime, events: list[Event] | None = None) -> Explanation:
    return explain(events or life(), POLICIES, Channel.ONLINE, moment)


@pytest.mark.parametrize("before", [Status.SUBMITTED, *OPEN_STATUSES, Status.CLOSED])
@pytest.mark.parametrize("kind", EventKind)
def test_every_event_after_every_status_has_its_rule_in_both_languages(kind: EventKind, before: Status) -> None:
    """Complete over the kinds: a new one without words or rule fails here."""
    for actor in (CITIZEN, CLERK):
        for version in (1, 2, 9):
            event = replace(FIRST, kind=kind, actor=actor, refusal="x", policy_version=version)
            reason = reason_of(event, before, POLICIES)
            assert reason.policy_version == version
            assert set(reason.rules) <= {f"S{number}" for number in range(1, 10)}
            for sentence in (translated(reason.sentence, Language.HU), str(reason.sentence)):
                assert sentence
                assert "{" not in sentence
                assert ("?" in sentence) == (version == 9 and "{" not in sentence and _names_a_period(kind, before))
            assert translated(reason.sentence, Language.HU) != str(reason.sentence)


def _names_a_period(kind: EventKind, before: Status) -> bool:
    return bool(reason_of(replace(FIRST, kind=kind), before, POLICIES).values)


INACTIVE = LetterName(4, LetterKind.INACTIVE)
REFUSED = {"letter": INACTIVE, "failure": LetterFailure.REFUSED, "smtp_reply": 550}


@pytest.mark.parametrize(
    ("kind", "facts", "hungarian", "english"),
    [
        (
            EventKind.SIGNAL_REFUSED,
            {"refusal": "NotAccepted"},
            "ebben az állapotban nem lehetséges",
            "not possible in this status",
        ),
        (EventKind.SIGNAL_REFUSED, {"refusal": "FromElsewhere"}, "FromElsewhere", "FromElsewhere"),
        (EventKind.LETTER_UNDELIVERED, REFUSED, "inaktív regisztráció: SMTP 550", "inactive registration: SMTP 550"),
        (
            EventKind.LETTER_UNDELIVERED,
            {"letter": INACTIVE, "failure": LetterFailure.DEADLINE_PASSED},
            "lejárt a határideje",
            "deadline passed",
        ),
        (
            EventKind.LETTER_SENT_AGAIN,
            {"letter": LetterName(3, LetterKind.PASSWORD_EXPIRING, 30)},
            "emlékeztető a jelszó lejártára",
            "reminder",
        ),
        (EventKind.LETTER_UNDELIVERED, {}, "–", "–"),
    ],
)
def test_an_auditor_reads_words_where_there_are_words(
    kind: EventKind, facts: dict[str, Any], hungarian: str, english: str
) -> None:
    sentence = what_happened(replace(FIRST, kind=kind, **facts), FIRST.email_id)
    assert hungarian in translated(sentence, Language.HU)
    assert english in translated(sentence, Language.EN)


def test_a_rule_names_the_value_of_the_policy_that_the_event_followed() -> None:
    old, new = (reason_of(replace(FIRST, policy_version=version), Status.SUBMITTED, POLICIES) for version in (1, 2))
    assert "30 days" in str(old.sentence)
    assert "45 napig" in translated(new.sentence, Language.HU)
    assert (old.values, new.values) == ({"activation_days": 30}, {"activation_days": 45})


@pytest.mark.parametrize(
    ("opening", "rules"),
    [
        (FIRST, ("S1", "S3")),
        (replace(FIRST, evidence=EVIDENCE, actor=CLERK), ("S2",)),
        (replace(FIRST, evidence=EVIDENCE, assurance=Assurance.QUALIFIED), ("S4",)),
    ],
)
def test_the_channel_decides_by_which_rule_a_registration_opens(opening: Event, rules: tuple[str, ...]) -> None:
    assert reason_of(opening, Status.SUBMITTED, POLICIES).rules == rules


def test_a_moment_is_explained_by_the_event_that_began_its_status() -> None:
    """Not by the last one, which moved nothing."""
    found = at(OPENED + 500 * DAY)
    assert (found.status, found.since, found.because) == (Status.ACTIVE, OPENED + 10 * DAY, EventKind.IDENTITY_VERIFIED)
    assert (found.actor, found.sequence, found.last_event) == (CLERK, 3, 4)
    assert found.why.rules == ("S2", "S3")


@pytest.mark.parametrize(
    ("moment", "status", "because"),
    [
        (OPENED, Status.AWAITING_ACTIVATION, EventKind.REGISTRATION_OPENED),
        (OPENED + 3 * DAY - timedelta(microseconds=1), Status.AWAITING_ACTIVATION, EventKind.REGISTRATION_OPENED),
        (OPENED + 3 * DAY, Status.TEMPORARY, EventKind.CODE_REDEEMED),
        (OPENED + 733 * DAY, Status.PASSWORD_EXPIRED, EventKind.PASSWORD_EXPIRED),
        (OPENED + 793 * DAY, Status.INACTIVE, EventKind.GRACE_ENDED),
        (OPENED + 5000 * DAY, Status.INACTIVE, EventKind.GRACE_ENDED),
    ],
)
def test_a_status_holds_from_its_event_on(moment: datetime, status: Status, because: EventKind) -> None:
    found = at(moment)
    assert (found.status, found.because) == (status, because)


def test_what_was_ahead_is_what_the_workflow_would_have_said_then() -> None:
    """The reminders that had gone by then are not ahead any more."""
    expiry = OPENED + 733 * DAY
    far, near, last = at(expiry - 100 * DAY), at(expiry - 20 * DAY), at(expiry - timedelta(seconds=1))
    assert (far.next_step.letter, far.next_step.days) == (LetterKind.PASSWORD_EXPIRING, 30)
    assert (near.next_step.letter, near.next_step.days) == (LetterKind.PASSWORD_EXPIRING, 7)
    assert far.next_step_at is not None
    assert near.next_step_at is not None
    assert expiry - 31 * DAY <= far.next_step_at <= expiry - 30 * DAY
    assert expiry - 8 * DAY <= near.next_step_at <= expiry - 7 * DAY
    assert (last.next_step.status, last.next_step_at) == (Status.PASSWORD_EXPIRED, expiry)
    assert "lejárt jelszó" in translated(last.next_words, Language.HU)
    assert "emlékeztető" in translated(far.next_words, Language.HU)
    inactive = at(OPENED + 800 * DAY)
    assert inactive.next_step_at is None
    assert "regisztrációs szerv" in translated(inactive.next_words, Language.HU)


def test_a_reactivation_says_when_it_replaced_the_address_too() -> None:
    """In the timeline and in the explanation; one that did not says nothing of an address."""
    inactive = life()[-1]
    step = replace(
        inactive,
        sequence=inactive.sequence + 1,
        at=inactive.at + DAY,
        kind=EventKind.REACTIVATED,
        actor=CLERK,
        status=Status.AWAITING_REACTIVATION,
        deadline=inactive.at + 31 * DAY,
    )
    for reactivated, replaced in ((step, False), (replace(step, email_id="another"), True)):
        events = [*life(), reactivated]
        for words in (at(reactivated.at, events).what, entries_of(events, (), POLICIES, reactivated.at)[-1].what):
            assert ("replaced the e-mail address" in str(words)) is replaced
            assert ("kicserélte az e-mail-címet" in translated(words, Language.HU)) is replaced


def test_before_the_beginning_nothing_can_be_explained() -> None:
    with pytest.raises(BeforeTheBeginning) as refused:
        at(OPENED - timedelta(microseconds=1))
    assert refused.value.facts == {"begins": "2026-11-25T09:30:00+00:00"}
    assert "begins at 2026-11-25 10:30:00 (Budapest time)" in str(refused.value)
    with pytest.raises(BeforeTheBeginning):
        explain([], POLICIES, Channel.ONLINE, OPENED)


def test_a_time_that_the_record_does_not_reach_is_no_matter_of_guessing() -> None:
    """What was due by then may happen yet, or has happened and is not recorded."""
    with pytest.raises(BeyondTheRecord):
        at(OPENED + 31 * DAY, life()[:1])
    assert at(OPENED + 30 * DAY, life()[:1]).status is Status.AWAITING_ACTIVATION


def test_of_a_lapsed_registration_the_erasure_comes_next() -> None:
    lapsed = replace(
        FIRST, sequence=2, at=OPENED + 30 * DAY, kind=EventKind.ACTIVATION_LAPSED, status=Status.LAPSED, deadline=None
    )
    explanation = explain([replace(FIRST, deadline=lapsed.at), lapsed], POLICIES, Channel.ONLINE, lapsed.at + DAY)
    assert (explanation.status, explanation.next_step) == (Status.LAPSED, NextStep(Step.ERASURE))
    assert "erased" in str(explanation.next_words)


@pytest.mark.parametrize(
    ("kind", "days", "outcome", "english", "hungarian"),
    [
        (
            LetterKind.CODE_PASSWORD,
            None,
            LetterOutcome.SENT,
            "Letter sent: one-time code.",
            "Levél ment ki: egyszeri kód.",
        ),
        (
            LetterKind.PASSWORD_EXPIRING,
            1,
            LetterOutcome.SENT,
            "Letter sent: reminder that the password expires, 1 day ahead.",
            "Levél ment ki: emlékeztető a jelszó lejártára, 1 nappal a határidő előtt.",
        ),
        (
            LetterKind.PASSWORD_EXPIRING,
            7,
            LetterOutcome.VOID,
            "Letter: reminder that the password expires, 7 days ahead – not sent, as it was void by then.",
            (
                "Levél: emlékeztető a jelszó lejártára, 7 nappal a határidő előtt – nem ment ki, mert addigra "
                "tárgytalan lett."
            ),
        ),
        (
            LetterKind.CLOSED,
            None,
            LetterOutcome.UNDELIVERED,
            "Letter: closed registration – could not be delivered.",
            "Levél: megszűnt regisztráció – nem lehetett kézbesíteni.",
        ),
    ],
)
def test_a_letter_is_told_with_its_outcome(
    kind: LetterKind, days: int | None, outcome: LetterOutcome, english: str, hungarian: str
) -> None:
    line = entries_of([FIRST], [Posted(LetterName(1, kind, days), outcome, FIRST.at)], POLICIES, FIRST.at)[-1]
    assert (translated(line.what, Language.EN), translated(line.what, Language.HU)) == (english, hungarian)
