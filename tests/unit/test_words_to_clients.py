"""What a client reads of their life, and which letters they miss (on servers: tests/acceptance/test_account.py)."""

from dataclasses import replace
from string import Formatter

import pytest

from registration.happenings import what_happened_to_client
from registration.letters import LetterFailure, LetterKind, LetterName
from registration.messages import SYSTEM, Actor, ActorKind
from registration.record import GENESIS, Event, EventKind
from registration.statuses import Language, Status
from starter.gateway.account import lost_letters
from tests.unit import lives
from tests.unit.lives import DAY, EMAIL, EMAIL_2, ID, START

CLERK = Actor(ActorKind.CLERK, "clerk-7", "1051")


def event(kind: EventKind, letter: LetterName | None = None) -> Event:
    return Event(
        ID,
        2,
        START,
        kind,
        CLERK if kind.row.by_staff_alone else SYSTEM,
        Status.ACTIVE,
        True,
        EMAIL,
        policy_version=7,
        previous_hash=GENESIS,
        letter=letter,
        failure=LetterFailure.REFUSED if letter else None,
        smtp_reply=550 if letter else None,
        refusal="TooManySignals" if kind is EventKind.SIGNAL_REFUSED else None,
        language=Language.EN if kind is EventKind.LANGUAGE_CHANGED else None,
    )


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_has_a_sentence_for_its_client(kind: EventKind) -> None:
    """No clerk, no client in the third person, no version, no reply of a server, no refusal's name."""
    letter = LetterName(1, LetterKind.ACTIVE) if kind.name.startswith("LETTER_") else None
    text = str(what_happened_to_client(event(kind, letter), EMAIL))
    assert text.endswith(".")
    for word in ("clerk", "client", "policy", "7", "550", "SMTP", "TooManySignals", "rules", "–"):
        assert word.lower() not in text.lower(), text
    assert ("active registration" in text) == (letter is not None)


@pytest.mark.parametrize("kind", EventKind)
def test_what_clients_read_names_no_fact_but_letter_and_language(kind: EventKind) -> None:
    read = kind.row.to_client or kind.row.happened
    assert {name for _, name, _, _ in Formatter().parse(read) if name} <= {"letter", "language"}


def test_a_reactivation_says_where_its_code_went() -> None:
    reactivated = event(EventKind.REACTIVATED)
    assert "new address" in str(what_happened_to_client(reactivated, EMAIL_2))
    assert "new address" not in str(what_happened_to_client(reactivated, EMAIL))


def test_a_letter_that_was_sent_again_and_arrived_is_missed_no_more() -> None:
    standing = replace(lives.active().snapshot, email_id=EMAIL)
    lost = event(EventKind.LETTER_UNDELIVERED, LetterName(1, LetterKind.ACTIVE))
    assert [each.kind for each in lost_letters([lost], standing, START)] == [LetterKind.ACTIVE]
    assert lost_letters([lost, replace(lost, kind=EventKind.LETTER_SENT_AGAIN)], standing, START) == ()


def test_a_letter_that_is_out_of_date_is_missed_no_more() -> None:
    """Another status, another address, another deadline, a code that is none any more."""
    standing = replace(lives.active().snapshot, email_id=EMAIL)

    def missed(kind: LetterKind, **changed: object) -> bool:
        lost = replace(event(EventKind.LETTER_UNDELIVERED, LetterName(1, kind)), deadline=standing.deadline)
        return bool(lost_letters([lost], replace(standing, **changed), START))  # type: ignore[arg-type]  # of any field

    assert missed(LetterKind.PASSWORD_EXPIRING)
    assert not missed(LetterKind.PASSWORD_EXPIRING, deadline=START + DAY)
    assert not missed(LetterKind.ACTIVE, status=Status.PASSWORD_EXPIRED)
    assert not missed(LetterKind.ACTIVE, email_id=EMAIL_2)
    assert not missed(LetterKind.CODE_PASSWORD)
    assert not missed(LetterKind.EMAIL_CHANGED_OLD)
    code = replace(lives.opened().snapshot.codes[0], valid_until=START + DAY)
    assert missed(LetterKind.CODE_PASSWORD, codes=(code,))
    assert not missed(LetterKind.CODE_PASSWORD, codes=(replace(code, valid_until=START),))
