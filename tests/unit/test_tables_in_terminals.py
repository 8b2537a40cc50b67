"""Tables in a terminal of 80 columns: no id, no time and no word breaks; what is too wide has each fact on a line."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.descriptions import Accepted
from registration.statuses import Language, Status
from starter.cli.choices import Choices
from starter.cli.output import Column, show, show_table

ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
HASH = "45c0c95daee39c8b352f821508c9a777758dd6566a210b23312616b62f171dd5"
AT = datetime(2027, 3, 9, 23, 40, tzinfo=UTC)
SENTENCE = "Bármely természetes személy nyithat; az e-mailben kapott kód 30 napig váltható be."
TITLES = {"read_model": "read model (PostgreSQL)", "workflow": "workflow (Temporal)"}
TIMELINE = {"number": 1, "when": AT, "happened": [SENTENCE], "who": f"CITIZEN {ID}", "office": None}
TIMELINE |= {"status": Status.AWAITING_REACTIVATION, "deadline": AT}
ACCESS = {"at": AT, "who": ["CLERK", "clerk-7"], "operation_and_outcome": ["desk.disclose", "NotAccepted"]}
ACCESS |= {"registration_and_request": [ID, ID], "detail": None}


def over(*names: str) -> list[Column]:
    """Columns of mappings; the one without a name has no title."""
    return [Column(name, TITLES.get(name, name), itemgetter(name)) for name in names]


def printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int, rows: Sequence[Mapping[str, Any]]
) -> list[str]:
    monkeypatch.setattr("starter.cli.output._PIPE_WIDTH", columns)
    show_table(Choices(Language.HU), over(*rows[0]), rows)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("columns", [80, 100, 120, 160, 220])
@pytest.mark.parametrize("row", [TIMELINE, ACCESS, {"letter_id": "5-temporary", "outcome": "SENT", "at": AT}])
def test_nothing_runs_over_the_edge_and_ids_and_times_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int, row: dict[str, Any]
) -> None:
    lines = printed(monkeypatch, capsys, columns, [row, row])
    assert max(map(len, lines)) <= columns
    text = "\n".join(lines)
    assert text.count("2027-03-10 00:40:00 CET") == 2 * list(row.values()).count(AT)
    assert text.count(ID) == 2 * str(row).count(ID)
    for word in SENTENCE.split() if row is TIMELINE else ():
        assert text.count(word) >= 2, word


def test_what_fits_is_a_table_and_what_does_not_has_each_fact_on_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(monkeypatch, capsys, 80, [TIMELINE])[0].startswith("szám ")
    assert printed(monkeypatch, capsys, 220, [TIMELINE])[0].startswith("┏")


def test_a_hash_may_break_so_that_two_stand_beside_each_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(monkeypatch, capsys, 80, [{"": "utolsó lenyomat", "workflow": HASH, "read_model": HASH}])
    assert lines[0].startswith("┏")


def test_rows_with_a_name_of_their_own_have_it_above_their_facts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(monkeypatch, capsys, 80, [{"": "mióta", "workflow": f"{ID}{ID}", "read_model": AT}])
    assert lines[0] == "mióta"


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["registration_id", "name", "at", "detail"]), st.text(max_size=60) | st.just(AT), min_size=4
        ),
        min_size=1,
        max_size=3,
    ),
    st.integers(min_value=20, max_value=200),
)
def test_whatever_is_shown_every_table_is_as_wide_as_the_terminal_at_most(
    rows: list[dict[str, Any]], columns: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("starter.cli.output._PIPE_WIDTH", columns)
        show_table(Choices(Language.EN), over("registration_id", "name", "at", "detail"), rows)


def test_nothing_is_said_to_be_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(Choices(Language.EN), over("id"), [])
    show_table(Choices(Language.HU), over("id"), [])
    assert capsys.readouterr().out == "Nothing was found.\nNincs találat.\n"
    show(Choices(Language.EN), Accepted(ID))
    assert capsys.readouterr().out.split() == ["registration", "id", ID]
