"""`ugyfelkapu demo`, the main job: run as a process, from a path with spaces, without a terminal."""

import re

import pytest

from registration.statuses import OPEN_STATUSES, Language, Status
from starter.translation import translated
from tests.acceptance.command_line import CommandLine, folder_with_a_space

ENDINGS = {
    "1 online": Status.ACTIVE,
    "2 in person": Status.ACTIVE,
    "3 never redeemed": Status.LAPSED,
    "3 same name": Status.AWAITING_ACTIVATION,
}
IN_HUNGARIAN = dict(zip(ENDINGS, ("1 online", "2 személyesen", "3 be nem váltva", "3 ugyanaz a név"), strict=True))
CODE_LETTERS = {Language.HU: "Egyszeri kód", Language.EN: "One-time code"}
ELSEWHERE = {"UGYFELKAPU_DATABASE_URL": "postgresql:///nobody", "TEMPORAL_ADDRESS": "127.0.0.1:1"}


@pytest.mark.parametrize("language", Language)
def test_the_demo_takes_three_registrations_through_their_lives(language: Language) -> None:
    """Exit status 0, every status and letter shown, PostgreSQL and Temporal agree; the user's servers are not used."""
    with folder_with_a_space() as folder:
        shown = CommandLine(folder, {}, starts_python=True)("demo", "--lang", language, **ELSEWHERE)
        assert shown.status == 0, shown
        assert list(folder.iterdir()) == []
    assert shown.error == ""
    for name, ending in ENDINGS.items():
        label = name if language is Language.EN else IN_HUNGARIAN[name]
        status = word(ending, language)
        assert re.search(rf"^ *{label} +{status} += +{status} +\d+ +\d+ *$", shown.output, re.MULTILINE), name
    for status in OPEN_STATUSES:
        assert re.search(
            rf"^  20\d\d-\d\d-\d\d \d\d:\d\d CES?T {{2,3}}{word(status, language)}  ", shown.output, re.MULTILINE
        )
    assert re.search(r"│ [0-9A-Z]{4}(-[0-9A-Z]{4}){3} +│", shown.output)
    assert shown.output.count("✉") == 22
    assert shown.output.count(CODE_LETTERS[language]) >= 6


def word(status: Status, language: Language) -> str:
    return translated(status, language) if language is Language.HU else status


def test_a_program_gets_the_ends_of_the_demo_and_nothing_else() -> None:
    with folder_with_a_space() as folder:
        ends = CommandLine(folder, {}, starts_python=True)("demo", "--json").data
    assert {end["name"]: end["stored"] for end in ends} == ENDINGS
    assert [end["running"]["status"] for end in ends] == [end["stored"] for end in ends]


def test_the_demo_fails_with_one_sentence_where_an_example_is_wrong() -> None:
    with folder_with_a_space() as folder:
        (folder / "online.json").write_text('{"user_name": "x"}', encoding="utf-8")
        shown = CommandLine(folder, {}, starts_python=True)("demo", "--examples", ".", "--lang", "en")
    assert shown.status == 2
    assert "must be given" in shown.error
    assert "Traceback" not in shown.error
