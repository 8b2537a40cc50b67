"""What an operator may put in force: whole numbers within bounds, and nothing that no client could keep to."""

from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from registration.errors import InvalidInput
from registration.policy import Policy
from registration.policy_form import AdoptedPolicy, PolicyAnswer, PolicyChange, changes, policy_of

PRESENT = Policy(version=3, grace_days=90)


def test_what_is_not_typed_stays_as_it_is_in_force() -> None:
    made = policy_of({"version": 4, "activation_days": 40, "password_reminder_days": [10, 1]}, PRESENT)
    assert made == replace(PRESENT, version=4, activation_days=40, password_reminder_days=(10, 1))
    assert changes(PRESENT, made) == [
        PolicyChange("version", 3, 4),
        PolicyChange("activation_days", 30, 40),
        PolicyChange("password_reminder_days", (30, 7, 1), (10, 1)),
    ]


def test_the_answer_has_every_period_of_the_policy() -> None:
    assert asdict(PolicyAnswer.of(PRESENT)) == asdict(PRESENT)


def test_a_whole_policy_may_be_typed_as_it_is_printed() -> None:
    typed = asdict(Policy(version=4)) | {"password_reminder_days": [30, 7, 1]}
    assert policy_of(typed, PRESENT) == Policy(version=4)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"grace_days": 40}, "version: must be given."),
        ({"version": 4, "grace": 40}, "grace: is not a field of this form."),
        ({"version": 3}, "version: must be a version above 3 with positive periods."),
        ({"version": "4"}, "version: must be a whole number from 1 to 1000000000."),
        ({"version": 4, "grace_days": 0}, "grace_days: must be a whole number from 1 to 3650."),
        ({"version": 4, "grace_days": 3651}, "grace_days: must be a whole number from 1 to 3650."),
        ({"version": 4, "grace_days": 1.5}, "grace_days: must be a whole number from 1 to 3650."),
        ({"version": 4, "grace_days": True}, "grace_days: must be a whole number from 1 to 3650."),
        ({"version": 4, "validity_max_years": 11}, "validity_max_years: must be a whole number from 1 to 10."),
        (
            {"version": 4, "validity_max_years": 1, "validity_min_days": 366},
            "validity_min_days: must be a whole number from 1 to 365.",
        ),
        (
            {"version": 4, "password_reminder_days": 7},
            "password_reminder_days: must be a list of whole numbers from 1 to 3650.",
        ),
        (
            {"version": 4, "password_reminder_days": [1, 1]},
            "password_reminder_days: must have each number once.",
        ),
        (
            {"version": 4, "password_reminder_days": [7, 0]},
            "password_reminder_days: must be a list of whole numbers from 1 to 3650.",
        ),
    ],
    ids=str,
)
def test_a_wrong_field_is_named_with_its_rule(typed: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        policy_of(typed, PRESENT)
    assert str(refused.value) == sentence


def test_a_policy_of_the_history_is_shown_whole_with_its_time() -> None:
    at = datetime(2027, 3, 1, tzinfo=UTC)
    assert AdoptedPolicy.of(PRESENT, at) == AdoptedPolicy(at, PolicyAnswer.of(PRESENT))
