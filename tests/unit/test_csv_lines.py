"""A file of accounts as CSV: headers, quotes, line numbers, and what is no UTF-8."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registration.accounts import ACCOUNT_COLUMNS, AccountForm
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.policy import Policy
from registration.statuses import Status
from starter.gateway.csv_lines import ENCODING, UNDECODABLE, CsvLine, csv_line, csv_lines, csv_text
from starter.gateway.legacy_hashes import check_imported_hash, is_right

EXAMPLE = Path(__file__).parents[2] / "examples" / "accounts.csv"
HEADER = ",".join(ACCOUNT_COLUMNS)
VALUES = [f"value {number}" for number in range(len(ACCOUNT_COLUMNS))]
ROW = ",".join(VALUES)


def lines(content: bytes | str) -> list[CsvLine]:
    raw = content.encode() if isinstance(content, str) else content
    return list(csv_lines(io.TextIOWrapper(io.BytesIO(raw), ENCODING, UNDECODABLE, newline=""), ACCOUNT_COLUMNS))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_gives_its_fields_by_column_whatever_ends_it(mark: str, end: str) -> None:
    (line,) = lines(f"{mark}{HEADER}{end}{ROW}{end}")
    assert line == CsvLine(2, dict(zip(ACCOUNT_COLUMNS, VALUES, strict=True)))


def test_columns_may_stand_in_any_order() -> None:
    (line,) = lines(f"{','.join(reversed(ACCOUNT_COLUMNS))}\n{ROW}\n")
    assert line.fields == dict(zip(reversed(ACCOUNT_COLUMNS), VALUES, strict=True))


@pytest.mark.parametrize(
    "header", ["", HEADER.replace("email", "e-mail"), f"{HEADER},email", HEADER.replace(",email", "")]
)
def test_a_header_with_other_columns_is_refused_with_the_whole_file(header: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        lines(f"{header}\n{ROW}\n")
    assert refusal.value.facts["rule"] is InputRule.COLUMNS
    assert "password_valid_until" in str(refusal.value)


def test_an_empty_file_has_no_header() -> None:
    with pytest.raises(InvalidInput):
        lines("")


def test_numbers_are_those_of_an_editor_also_after_empty_lines_and_a_field_of_two_lines() -> None:
    two_lines = ",".join(['"value\n0"', *VALUES[1:]])
    numbered = lines(f"{HEADER}\n\n{two_lines}\n{ROW}\n\n{ROW}")
    assert [line.number for line in numbered] == [3, 5, 7]
    assert all(line.fields for line in numbered)


def test_a_line_with_too_few_or_too_many_fields_or_broken_quotes_is_one_refusal_and_the_next_line_goes_on() -> None:
    broken = ['"', f"{ROW},", "a,b", '"value"0,' + ROW]
    for bad in broken[1:]:
        found = lines(f"{HEADER}\n{bad}\n{ROW}\n")
        assert [(line.number, line.fields is None) for line in found] == [(2, True), (3, False)]
    assert [(line.number, line.fields) for line in lines(f"{HEADER}\n{broken[0]}")] == [(2, None)]


def test_a_quote_that_never_ends_is_given_up_and_lines_after_it_are_read() -> None:
    """At the longest field that Python's csv takes: what it swallowed comes with the next run, once it is mended."""
    swallowed = csv.field_size_limit() // len(ROW) + 2
    found = lines(f'{HEADER}\n"' + f"{ROW}\n" * (swallowed + 3))
    assert found[0] == CsvLine(2, None)
    assert found[-1].fields


def test_bytes_that_are_no_utf_8_reach_the_rules_for_text_and_are_never_taken() -> None:
    raw = EXAMPLE.read_bytes().replace("Példáné".encode(), "Példáné".encode("latin2"))
    with pytest.raises(InvalidInput) as refusal:
        parsed(lines(raw)[1])
    assert refusal.value.facts["field"] == "family_name"


def test_the_example_file_is_taken_over_whole_and_all_its_passwords_are_the_documented_one() -> None:
    accounts = [parsed(line) for line in lines(EXAMPLE.read_bytes())]
    assert {account.status for account in accounts} == {Status.ACTIVE, Status.TEMPORARY, Status.INACTIVE}
    for password_hash in [account.password_hash for account in accounts if account.password_hash]:
        check_imported_hash(password_hash)
        assert is_right("Régi jelszó 1", password_hash)


def parsed(line: CsvLine) -> AccountForm:
    return AccountForm.parse(line.fields or {}, policy=Policy(), now=datetime.now(UTC))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_text_that_would_begin_a_formula_is_text_in_a_spreadsheet(begin: str) -> None:
    """Such as a mail server's refusal, or an office of an older system (OWASP, "CSV Injection")."""
    hostile = f'{begin}HYPERLINK("http://example.org")'
    written = csv_line(["CLERK clerk-7", hostile])
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["CLERK clerk-7", f"'{hostile}"]]


def test_numbers_times_and_text_with_a_sign_within_stay_as_they_are() -> None:
    row = {"delta": -3, "at": datetime(2027, 3, 1, 11, tzinfo=UTC), "who": "CLERK a-b", "none": None, "left": "out"}
    assert csv_text(["delta", "at", "who", "none"], [row]) == (
        "delta,at,who,none\r\n-3,2027-03-01T11:00:00+00:00,CLERK a-b,\r\n"
    )
