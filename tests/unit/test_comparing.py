"""Comparing a person at a desk with the holder of a registration."""

from datetime import date

import pytest

from registration.comparing import PersonForm, check_compared, needs_comparison
from registration.errors import InvalidInput, NotCompared
from registration.messages import ActorKind
from registration.operations import Operation

TODAY = date(2027, 3, 1)
TYPED = {"birth_name": "Kovács-Tóth Éva", "birth_date": "1984-02-29", "mothers_birth_name": "Kőműves Erzsébet"}
PERSON = PersonForm.parse(TYPED, today=TODAY)


@pytest.mark.parametrize(
    "stored",
    [
        ("Kovács-Tóth Éva", date(1984, 2, 29), "Kőműves Erzsébet"),
        ("KOVÁCS – TÓTH  ÉVA", date(1984, 2, 29), "kőműves erzsébet"),
    ],
)
def test_spellings_that_a_search_takes_for_the_same_are_the_same(stored: tuple[str, date, str]) -> None:
    assert PERSON.is_of(*stored)


@pytest.mark.parametrize(
    "stored",
    [
        ("Kovács Éva", date(1984, 2, 29), "Kőműves Erzsébet"),
        ("Kovács-Tóth Éva", date(1984, 2, 28), "Kőműves Erzsébet"),
        ("Kovács-Tóth Éva", date(1984, 2, 29), "Kőmíves Erzsébet"),
    ],
)
def test_one_difference_is_another_person(stored: tuple[str, date, str]) -> None:
    assert not PERSON.is_of(*stored)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"birth_name": " "}, "birth_name"),
        ({"birth_date": "2027-03-02"}, "birth_date"),
        ({"mothers_birth_name": ""}, "mothers_birth_name"),
        ({"user_name": "eva"}, "user_name"),
    ],
)
def test_what_no_document_has_is_refused_at_its_field(changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        PersonForm.parse({**TYPED, **changes}, today=TODAY)
    assert refused.value.facts["field"] == field


def test_nothing_of_a_person_is_in_a_log() -> None:
    assert repr(PERSON) == "PersonForm()"


def test_acts_for_the_holder_of_a_registration_need_a_comparison() -> None:
    """Not the opening of one, and no look."""
    assert {operation for operation in Operation if needs_comparison(operation)} == {
        Operation.DESK_VERIFY_IDENTITY,
        Operation.DESK_REACTIVATE,
        Operation.DESK_SIGNAL_REACTIVATE,
        Operation.DESK_CHANGE_EMAIL,
        Operation.DESK_CHANGE_EMAIL_AND_REACTIVATE,
        Operation.DESK_CHANGE_LANGUAGE,
        Operation.DESK_CLOSE,
        Operation.DESK_DISCLOSE,
        Operation.DESK_RECEIPT,
    }


@pytest.mark.parametrize(
    ("operation", "sender", "matches"),
    [
        (Operation.DESK_REACTIVATE, ActorKind.CLERK, True),
        (Operation.DESK_REACTIVATE, ActorKind.SUPERVISOR, False),
        (Operation.DESK_LETTERS, ActorKind.CLERK, False),
        (Operation.DESK_REGISTER, ActorKind.CLERK, False),
    ],
)
def test_a_match_or_a_supervisor_is_enough(operation: Operation, sender: ActorKind, matches: bool) -> None:
    check_compared(operation, sender, matches=matches)


def test_without_a_match_a_clerk_does_not_act() -> None:
    with pytest.raises(NotCompared):
        check_compared(Operation.DESK_REACTIVATE, ActorKind.CLERK, matches=False)
