"""A file of accounts as CSV: headers, quotes, line numbers, and what is no UTF-8."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.accounts import ACCOUNT_COLUMNS, AccountForm
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.policy import Policy
from registration.statuses import Status
from starter.gateway.csv_lines import UNDECODABLE, CsvFile, CsvLine, csv_header, csv_line, csv_of
from starter.gateway.legacy_hashes import check_imported_hash, is_right

EXAMPLE = Path(__file__).parents[2] / "examples" / "accounts.csv"
HEADER = ",".join(ACCOUNT_COLUMNS)
VALUES = [f"value {number}" for number in range(len(ACCOUNT_COLUMNS))]
ROW = ",".join(VALUES)


def read(content: bytes | str, encoding: str = "utf-8", delimiter: str = ",") -> tuple[CsvFile, list[CsvLine]]:
    raw = content.encode() if isinstance(content, str) else content
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(io.BytesIO(raw), codec, UNDECODABLE, newline="")
    file = CsvFile(text, ACCOUNT_COLUMNS, delimiter=delimiter, encoding=encoding)
    return file, list(file)


def lines(content: bytes | str, encoding: str = "utf-8", delimiter: str = ",") -> list[CsvLine]:
    return read(content, encoding, delimiter)[1]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_line_gives_its_fields_by_column_whatever_ends_it(mark: str, end: str, encoding: str) -> None:
    (line,) = lines(f"{mark}{HEADER}{end}{ROW}{end}".encode(encoding), encoding)
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


def rules(found: Sequence[CsvLine]) -> list[tuple[int, str]]:
    """Each line's number, with the rule that it breaks."""
    return [(line.number, line.refusal.facts["rule"].name if line.refusal else "") for line in found]


def test_numbers_are_those_of_an_editor_also_after_empty_lines() -> None:
    file, found = read(f"{HEADER}\n\n{ROW}\n\n\r\n{ROW}\n\n")
    assert rules(found) == [(3, ""), (6, "")]
    assert (file.count, file.blank) == (7, 4)


def test_a_field_of_two_lines_is_refused_with_both_of_its_lines() -> None:
    two_lines = ",".join(['"value\n0"', *VALUES[1:]])
    found = lines(f"{HEADER}\n{two_lines}\n{ROW}\n")
    assert rules(found) == [(2, "LINE_BREAK"), (3, "SWALLOWED"), (4, "")]


def test_whole_accounts_written_into_a_field_of_an_account_are_none() -> None:
    """Whoever could type line breaks into the older system would otherwise add accounts to the file."""
    hostile = ",".join([f'"value\n{ROW}\n\n{ROW}\n0"', *VALUES[1:]])
    file, found = read(f"{HEADER}\n{hostile}\n{ROW}\n")
    assert rules(found) == [
        (2, "LINE_BREAK"),
        *((number, "SWALLOWED") for number in (3, 4, 5, 6)),
        (7, ""),
    ]
    assert file.blank == 0


@pytest.mark.parametrize("more", [0, 3, 2_000])
def test_every_line_behind_a_stray_opening_quote_is_listed(more: int) -> None:
    """As far as the file goes, or the next quote: also behind the longest field that Python's csv takes."""
    stray = ",".join([VALUES[0], f'"{VALUES[1]}', *VALUES[2:]])
    found = lines(f"{HEADER}\n{stray}\n" + f"{ROW}\n" * more)
    assert rules(found) == [(2, "LINE_BREAK"), *((number, "SWALLOWED") for number in range(3, 3 + more))]
    assert found[-1].refusal is None or more == 0 or found[-1].refusal.facts["line"] == "2"


def test_a_stray_quote_ends_at_the_next_one_and_reading_goes_on_behind_that_line() -> None:
    stray = ",".join([VALUES[0], f'"{VALUES[1]}', *VALUES[2:]])
    quoted = ",".join(f'"{value}"' for value in VALUES)
    one_quoted = ",".join([*VALUES[:-1], f'"{VALUES[-1]}"'])
    found = lines(f"{HEADER}\n{stray}\n{ROW}\n{quoted}\n{ROW}\n{quoted}\n")
    assert rules(found) == [(2, "LINE_BREAK"), (3, "SWALLOWED"), (4, "SWALLOWED"), (5, ""), (6, "")]
    found = lines(f"{HEADER}\n{stray}\n{one_quoted}\n{ROW}\n")
    assert rules(found) == [(2, "LINE_BREAK"), (3, "SWALLOWED"), (4, "")]


def test_a_line_with_too_few_or_too_many_fields_or_broken_quotes_is_one_refusal_and_the_next_line_goes_on() -> None:
    inside = ",".join(['val"ue', *VALUES[1:]])
    behind = ",".join(['value"', *VALUES[1:]])
    spaced = ",".join([VALUES[0], ' "value"', *VALUES[2:]])
    for bad in (f"{ROW},", "a,b", '"value"0,' + ROW.partition(",")[2], inside, behind, spaced, "  "):
        assert rules(lines(f"{HEADER}\n{bad}\n{ROW}\n")) == [(2, "CSV_LINE"), (3, "")]


def test_quotes_around_whole_fields_may_hold_delimiters_and_doubled_quotes() -> None:
    (line,) = lines(f"{HEADER}\n" + ",".join(['"Kis, ""Elek"""', '""', *VALUES[2:]]) + "\n")
    assert line.fields
    assert [line.fields[name] for name in ACCOUNT_COLUMNS[:2]] == ['Kis, "Elek"', ""]


@pytest.mark.parametrize(("begin", "rule"), [("", "LONG_LINE"), ('"', "LINE_BREAK")])
def test_a_line_without_an_end_is_one_refusal_and_stays_out_of_memory(begin: str, rule: str) -> None:
    found = lines(f"{HEADER}\n{begin}{'a' * 400_000}\n{ROW}\n")
    assert rules(found) == [(2, rule), (3, "SWALLOWED" if begin else "")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "iso8859-2"])
def test_other_delimiters_and_encodings_are_read_where_they_are_named(delimiter: str, encoding: str) -> None:
    values = ["Örvösné, Őze Űr; á" if delimiter == "\t" else "Örvösné Őze Űr á", *VALUES[1:]]
    text = delimiter.join(ACCOUNT_COLUMNS) + "\r\n" + delimiter.join(values) + "\r\n"
    (line,) = lines(text.encode(encoding), encoding, delimiter)
    assert line.fields == dict(zip(ACCOUNT_COLUMNS, values, strict=True))


@pytest.mark.parametrize(
    ("content", "encoding", "rule", "words"),
    [
        (HEADER.replace(",", ";").encode(), "utf-8", "DELIMITED", '--delimiter ";"'),
        (HEADER.replace(",", "\t").encode(), "utf-8", "DELIMITED", '--delimiter "tab"'),
        (HEADER.encode("utf-16"), "utf-8", "IN_UTF_16", "--encoding utf-16."),
        (HEADER.replace(",", ";").encode("utf-16"), "cp1250", "IN_UTF_16", "--encoding utf-16."),
        (HEADER.encode("utf-16-be"), "utf-8", "IN_UTF_16", "--encoding utf-16-be"),
        (HEADER.encode("utf-16-le"), "cp1250", "IN_UTF_16", "--encoding utf-16-le"),
        (HEADER.encode("utf-16-le"), "utf-16-be", "IN_UTF_16", "--encoding utf-16-le"),
        (HEADER.encode("utf-16-be"), "utf-16-le", "IN_UTF_16", "--encoding utf-16-be"),
        (HEADER.encode("utf-16-le"), "utf-16", "ENCODED", "one of utf-8, utf-16, utf-16-le, utf-16-be"),
        *(
            (HEADER.encode(unicode), encoding, "IN_UTF_32", "is in UTF-32")
            for unicode in ("utf-32", "utf-32-le", "utf-32-be")
            for encoding in ("utf-8", "cp1250", "utf-16-le", "utf-16-be")
        ),
        (HEADER.encode("utf-32"), "utf-16", "IN_UTF_32", "is in UTF-32"),
        (HEADER.encode(), "utf-16", "ENCODED", "is not in utf-16"),
        (f"sep=;\r\n{HEADER}".encode(), "utf-8", "COLUMNS", "exactly these columns"),
        (f'"{HEADER}'.encode(), "utf-8", "COLUMNS", "exactly these columns"),
    ],
)
def test_a_file_that_is_written_otherwise_is_refused_with_the_option_that_reads_it(
    content: bytes, encoding: str, rule: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        lines(content, encoding)
    assert refusal.value.facts["rule"] is InputRule[rule]
    assert words in str(refusal.value)


def test_bytes_in_another_encoding_are_refused_with_their_lines_and_the_option_that_reads_them() -> None:
    """Either way round: CP1250 that is no UTF-8, and UTF-8 that CP1250 would read as other letters."""
    named = ",".join(["Példáné", *VALUES[1:]])
    for content, encoding in ((named.encode("cp1250"), "utf-8"), (named.encode(), "cp1250"), (b"\x81,", "cp1250")):
        raw = f"{HEADER}\n".encode() + content + f"\n{ROW}\n".encode()
        found = lines(raw, encoding)
        assert rules(found) == [(2, "ENCODED"), (3, "")]
        assert f"is not in {encoding}: give --encoding" in str(found[0].refusal)


_PIECES = st.sampled_from(['"', '""', ",", ";", "\n", "\r\n", "\r", "a", "é", "\0", " ", ROW, f"{ROW}\n", "\ud800"])


@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["utf-8", "utf-16", "cp1250"]))
def test_whatever_a_file_holds_its_lines_are_taken_refused_blank_or_the_header(body: str, encoding: str) -> None:
    """And no line is any two of these."""
    content = f"{HEADER}\n{body}".encode(encoding, errors="replace")
    file, found = read(content, encoding)
    text = io.StringIO(content.decode(encoding), newline="")
    of_an_editor = list(text)
    numbers = [line.number for line in found]
    assert file.count == len(of_an_editor) == 1 + file.blank + len(found)
    assert numbers == sorted(set(numbers))
    assert all((line.fields is None) is (line.refusal is not None) for line in found)
    blank = {number for number, line in enumerate(of_an_editor, 1) if not line.strip("\r\n")}
    assert file.blank == len(blank - set(numbers))
    for line in found:
        assert line.fields is None or "\n" not in "".join(line.fields.values())


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


@dataclass(frozen=True)
class Row:
    """As a table has it."""

    delta: int
    at: datetime
    who: str
    none: str | None


def test_numbers_times_and_text_with_a_sign_within_stay_as_they_are() -> None:
    row = Row(delta=-3, at=datetime(2027, 3, 1, 11, tzinfo=UTC), who="CLERK a-b", none=None)
    assert csv_header(Row) == "delta,at,who,none\r\n"
    assert csv_of(Row, [row]) == "delta,at,who,none\r\n-3,2027-03-01T11:00:00Z,CLERK a-b,\r\n"
