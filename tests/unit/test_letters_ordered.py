"""Which letters a decision orders: their kinds, addresses, dates, and until when they are worth sending."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from registration import deadlines
from registration import messages as m
from registration.letters import LetterKind
from registration.opening import open_registration
from registration.rules import decide
from registration.state import Decision, LetterOrder, State
from registration.statuses import Channel, Purpose, Status
from tests.unit import lives
from tests.unit.lives import (
    CHANGE,
    CITIZEN,
    CLERK,
    DAY,
    EMAIL,
    EMAIL_2,
    EVIDENCE,
    ID,
    OPERATOR,
    START,
    deadline,
    live_code,
    redeem,
    since,
)

TWO_YEARS = datetime(2029, 3, 1, 10, 0, tzinfo=UTC)
NOTICE = 30 * DAY

Expected = list[tuple[LetterKind, str, datetime, datetime | None]]
"""Kind, address, until, date."""


def ordered(made: Decision) -> Expected:
    return [(letter.kind, letter.email_id, letter.until, letter.date) for letter in made.letters]


def accepted(make: Callable[[], State], message: m.Message) -> Decision:
    state = make()
    return decide(state, message, since(state))


def redeemed(make: Callable[[], State]) -> Decision:
    state = make()
    return decide(state, redeem(state), since(state))


def confirmed(make: Callable[[], State], request: m.ChangeEmail | m.Close) -> Decision:
    """What the code does that a client's request sent."""
    state = make()
    asked = lives.sent(state, request, since(state))
    purpose = Purpose.NEW_EMAIL if isinstance(request, m.ChangeEmail) else Purpose.CLOSURE
    return decide(asked, lives.confirm(asked, purpose), since(state))


def passed(rule: Callable[..., Decision], make: Callable[[], State]) -> Decision:
    state = make()
    return rule(state, deadline(state))


IN_GRACE = TWO_YEARS + 60 * DAY
CASES: dict[str, tuple[Callable[[], Decision], Expected]] = {
    "opened": (
        lambda: open_registration(lives.new(), START),
        [(LetterKind.CODE_PASSWORD, EMAIL, START + 30 * DAY, START + 30 * DAY)],
    ),
    "redeemed online": (
        lambda: redeemed(lives.opened),
        [(LetterKind.TEMPORARY, EMAIL, START + 30 * DAY, START + 30 * DAY)],
    ),
    "redeemed in person": (
        lambda: redeemed(lambda: lives.opened(Channel.IN_PERSON)),
        [(LetterKind.ACTIVE, EMAIL, START + NOTICE, TWO_YEARS)],
    ),
    "redeemed while temporary": (
        lambda: redeemed(lambda: lives.with_live_code(lives.temporary(), START)),
        [(LetterKind.PASSWORD_CHANGED, EMAIL, START + NOTICE, TWO_YEARS)],
    ),
    "redeemed after reactivation": (
        lambda: redeemed(lives.awaiting_reactivation),
        [(LetterKind.ACTIVE, EMAIL, IN_GRACE + NOTICE, datetime(2031, 4, 30, 10, 0, tzinfo=UTC))],
    ),
    "verified": (
        lambda: accepted(lives.temporary, m.VerifyIdentity("verify-1", CLERK, EVIDENCE)),
        [(LetterKind.ACTIVE, EMAIL, START + NOTICE, TWO_YEARS)],
    ),
    "verified before the activation": (
        lambda: accepted(lives.opened, m.VerifyIdentity("verify-1", CLERK, EVIDENCE)),
        [],
    ),
    "password changed": (
        lambda: accepted(lives.active, m.ChangePassword(CHANGE, CITIZEN, 100)),
        [(LetterKind.PASSWORD_CHANGED, EMAIL, START + NOTICE, START + 100 * DAY)],
    ),
    "code requested": (
        lambda: accepted(lives.active, m.RequestCode("request-1", CITIZEN)),
        [(LetterKind.CODE_PASSWORD, EMAIL, START + 5 * DAY, START + 5 * DAY)],
    ),
    "code sent again": (
        lambda: accepted(lives.opened, m.RequestCode("request-1", CITIZEN)),
        [(LetterKind.CODE_PASSWORD, EMAIL, START + 30 * DAY, START + 30 * DAY)],
    ),
    "extended while active": (
        lambda: accepted(lives.active, m.ExtendValidity("extend-1", OPERATOR, TWO_YEARS + DAY)),
        [],
    ),
    "extended after expiry": (
        lambda: accepted(lives.password_expired, m.ExtendValidity("extend-1", OPERATOR, TWO_YEARS + DAY)),
        [(LetterKind.ACTIVE, EMAIL, TWO_YEARS + NOTICE, TWO_YEARS + DAY)],
    ),
    "disclosed": (lambda: accepted(lives.active, m.Disclose("disclose-1", CLERK, EVIDENCE)), []),
    "closed": (
        lambda: accepted(lives.active, m.Close("close-1", CLERK, EVIDENCE)),
        [(LetterKind.CLOSED, EMAIL, START + timedelta(hours=72), None)],
    ),
    "reactivated": (
        lambda: accepted(lives.inactive, m.Reactivate("reactivate-1", CLERK, EVIDENCE)),
        [(LetterKind.CODE_PASSWORD, EMAIL, IN_GRACE + 30 * DAY, IN_GRACE + 30 * DAY)],
    ),
    "reactivated at another address": (
        lambda: accepted(lives.inactive, m.Reactivate("reactivate-1", CLERK, EVIDENCE, EMAIL_2)),
        [
            (LetterKind.EMAIL_CHANGED_OLD, EMAIL, IN_GRACE + NOTICE, IN_GRACE + 30 * DAY),
            (LetterKind.EMAIL_CHANGED_NEW, EMAIL_2, IN_GRACE + NOTICE, IN_GRACE + 30 * DAY),
            (LetterKind.CODE_PASSWORD, EMAIL_2, IN_GRACE + 30 * DAY, IN_GRACE + 30 * DAY),
        ],
    ),
    "lapsed": (
        lambda: passed(deadlines.lapse, lives.opened),
        [(LetterKind.LAPSED, EMAIL, START + 30 * DAY + timedelta(hours=72), None)],
    ),
    "expired": (
        lambda: passed(deadlines.expire_password, lives.active),
        [(LetterKind.PASSWORD_EXPIRED, EMAIL, IN_GRACE, IN_GRACE)],
    ),
    "inactive": (
        lambda: passed(deadlines.deactivate, lives.password_expired),
        [(LetterKind.INACTIVE, EMAIL, IN_GRACE + NOTICE, None)],
    ),
    "address change asked for by the client": (
        lambda: accepted(lives.active, m.ChangeEmail("change-1", CITIZEN, EMAIL_2)),
        [(LetterKind.CODE_NEW_EMAIL, EMAIL_2, START + 5 * DAY, START + 5 * DAY)],
    ),
    "address change confirmed": (
        lambda: confirmed(lives.active, m.ChangeEmail("change-1", CITIZEN, EMAIL_2)),
        [
            (LetterKind.EMAIL_CHANGED_OLD, EMAIL, START + NOTICE, TWO_YEARS),
            (LetterKind.EMAIL_CHANGED_NEW, EMAIL_2, START + NOTICE, TWO_YEARS),
        ],
    ),
    "address change confirmed while a code is awaited": (
        lambda: confirmed(lives.opened, m.ChangeEmail("change-1", CITIZEN, EMAIL_2)),
        [
            (LetterKind.EMAIL_CHANGED_OLD, EMAIL, START + NOTICE, START + 30 * DAY),
            (LetterKind.EMAIL_CHANGED_NEW, EMAIL_2, START + NOTICE, START + 30 * DAY),
            (LetterKind.CODE_PASSWORD, EMAIL_2, START + 30 * DAY, START + 30 * DAY),
        ],
    ),
    "closure asked for by the client": (
        lambda: accepted(lives.active, m.Close("close-1", CITIZEN)),
        [(LetterKind.CODE_CLOSURE, EMAIL, START + 5 * DAY, START + 5 * DAY)],
    ),
    "closure confirmed": (
        lambda: confirmed(lives.active, m.Close("close-1", CITIZEN)),
        [(LetterKind.CLOSED, EMAIL, START + timedelta(hours=72), None)],
    ),
    "imported": (lambda: open_registration(lives.imported(Status.ACTIVE, TWO_YEARS), START), []),
    "erased": (lambda: deadlines.erase(lives.lapsed(), START), []),
    "address changed": (
        lambda: accepted(lives.active, m.ChangeEmail("change-1", CLERK, EMAIL_2, EVIDENCE)),
        [
            (LetterKind.EMAIL_CHANGED_OLD, EMAIL, START + NOTICE, TWO_YEARS),
            (LetterKind.EMAIL_CHANGED_NEW, EMAIL_2, START + NOTICE, TWO_YEARS),
        ],
    ),
    "address changed while a code is awaited": (
        lambda: accepted(lives.opened, m.ChangeEmail("change-1", CLERK, EMAIL_2, EVIDENCE)),
        [
            (LetterKind.EMAIL_CHANGED_OLD, EMAIL, START + NOTICE, START + 30 * DAY),
            (LetterKind.EMAIL_CHANGED_NEW, EMAIL_2, START + NOTICE, START + 30 * DAY),
            (LetterKind.CODE_PASSWORD, EMAIL_2, START + 30 * DAY, START + 30 * DAY),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_decision_orders_exactly_its_letters(name: str) -> None:
    """Letters that serve a deadline until it, last ones 72 hours, the others 30 days."""
    make, expected = CASES[name]
    made = make()
    assert ordered(made) == expected
    assert {(letter.registration_id, letter.sequence) for letter in made.letters} <= {(ID, made.event.sequence)}


def test_only_a_code_letter_names_a_code_and_only_a_reminder_its_days() -> None:
    for make, _ in CASES.values():
        made = make()
        for letter in made.letters:
            codes = {code.purpose: code.sequence for code in made.event.codes}
            assert letter.code_sequence == (codes[letter.kind.row.purpose] if letter.kind.row.purpose else None)
            assert letter.days is None


def test_a_new_address_voids_the_live_code_and_only_an_awaited_one_gets_a_successor() -> None:
    """The old code went to the old address; the successor keeps the deadline."""
    awaited = lives.awaiting_reactivation()
    requested = lives.with_live_code(lives.active(), START)
    change = m.ChangeEmail("change-1", CLERK, EMAIL_2, EVIDENCE)
    fresh, void = (decide(state, change, since(state) + DAY).event for state in (awaited, requested))
    (successor,) = fresh.codes
    assert successor.sequence == live_code(awaited).sequence + 1
    assert successor.valid_until == fresh.deadline == deadline(awaited)
    assert live_code(requested)
    assert (void.codes, void.deadline, void.email_id) == ((), deadline(requested), EMAIL_2)


def test_a_letter_has_one_name_which_tells_event_kind_and_days() -> None:
    letter = LetterOrder(ID, 7, LetterKind.PASSWORD_EXPIRING, EMAIL, START)
    reminder = LetterOrder(ID, 7, LetterKind.PASSWORD_EXPIRING, EMAIL, START, days=30)
    assert (letter.name.letter_id, reminder.name.letter_id) == ("7-password_expiring", "7-password_expiring-30")
