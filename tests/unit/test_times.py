"""Times that people type and read are Budapest's, also where a day has 23 or 25 hours; programs have UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.answers import plain
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.statuses import Language
from registration.times import day_in_budapest, end_of, months, shown, span_of, time_of
from starter.cli.choices import Choices
from starter.cli.output import word


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("2027-03-10", "2027-03-09 23:00", "2027-03-10 22:59:59"),
        ("2027-07-10", "2027-07-09 22:00", "2027-07-10 21:59:59"),
        ("2027-03-28", "2027-03-27 23:00", "2027-03-28 21:59:59"),
        ("2027-10-31", "2027-10-30 22:00", "2027-10-31 22:59:59"),
    ],
)
def test_a_day_is_budapest_s_from_its_start_to_its_end(typed: str, start: str, end: str) -> None:
    assert time_of("--before", typed, whole_day=False) == utc(start)
    assert time_of("--at", typed, by_a_person=True) == utc(end)
    assert span_of(date.fromisoformat(typed)) == (utc(start), utc(end) + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2027-03-10T00:40", "2027-03-09 23:40"),
        ("2027-03-10 00:40", "2027-03-09 23:40"),
        ("2027-07-10T12:00:30", "2027-07-10 10:00:30"),
        ("2027-03-10T00:40Z", "2027-03-10 00:40"),
        ("2027-03-28T01:59", "2027-03-28 00:59"),
        ("2027-03-28T03:00", "2027-03-28 01:00"),
        ("2027-10-31T02:30+01:00", "2027-10-31 01:30"),
        ("2027-10-31T03:00", "2027-10-31 02:00"),
    ],
)
def test_a_time_that_a_person_types_is_budapest_s_unless_it_has_an_offset(typed: str, moment: str) -> None:
    assert time_of("--at", typed, by_a_person=True) == utc(moment)


@pytest.mark.parametrize("typed", ["2027-03-28T02:00", "2027-03-28T02:59", "2027-10-31T02:00", "2027-10-31 02:59"])
def test_a_time_that_the_clocks_skip_or_repeat_needs_an_offset(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        time_of("--at", typed, by_a_person=True)
    assert refusal.value.facts["rule"] is InputRule.CLOCKS_CHANGE


@pytest.mark.parametrize(
    "typed", ["2027-03-10T00:40", "0001-01-01T00:00", "soon", "", "2027-13-01", "2027-03-10T25:00"]
)
def test_a_program_s_time_without_an_offset_and_what_is_no_time_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        time_of("at", typed)
    assert refusal.value.facts["rule"] is InputRule.TIME


@pytest.mark.parametrize(
    "typed", ["9999-12-31", "0001-01-01", "9999-12-31T23:59", "0001-01-01T00:00+14:00", "3000-01-01T00:00Z"]
)
@pytest.mark.parametrize("reads", [time_of, end_of])
def test_a_time_outside_of_the_years_2000_to_2999_is_refused(reads: Callable[..., datetime], typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        reads("until", typed, by_a_person=True)
    assert refusal.value.facts["rule"] is InputRule.YEARS


@given(st.datetimes().map(str))
def test_whatever_a_person_types_is_a_time_or_refused(typed: str) -> None:
    try:
        moment = time_of("--at", typed, by_a_person=True)
    except InvalidInput:
        return
    assert shown(moment)[:19] == typed[:19]


@pytest.mark.parametrize(
    ("moment", "read"),
    [
        ("2027-03-09 23:40", "2027-03-10 00:40:00 CET"),
        ("2027-07-09 22:00:07", "2027-07-10 00:00:07 CEST"),
        ("2027-10-31 00:30", "2027-10-31 02:30:00 CEST"),
        ("2027-10-31 01:30", "2027-10-31 02:30:00 CET"),
    ],
)
def test_tables_show_budapest_time_with_its_zone_and_json_has_utc(moment: str, read: str) -> None:
    at = utc(moment)
    assert shown(at) == word(Choices(Language.EN), at) == word(Choices(Language.HU), at) == read
    assert shown(at, to_the_second=False) == read.replace(read[16:19], "")
    assert plain(at) == f"{at:%Y-%m-%dT%H:%M:%SZ}"
    assert f"{day_in_budapest(at)}" == read[:10]


@given(st.dates(date(2000, 1, 1), date(2999, 12, 30)))
def test_days_follow_each_other_without_a_gap(day: date) -> None:
    since, until = span_of(day)
    assert span_of(day + timedelta(days=1))[0] == until
    assert until - since in {timedelta(hours=hours) for hours in (23, 24, 25)}
    assert (day_in_budapest(since), day_in_budapest(until - timedelta(seconds=1))) == (day, day)


def test_months_begin_and_end_at_midnight_in_budapest() -> None:
    assert months("2027-03", "2027-03") == (utc("2027-02-28 23:00"), utc("2027-03-31 22:00"))
    assert months("2026-12", "2027-01") == (utc("2026-11-30 23:00"), utc("2027-01-31 23:00"))
    assert months(None, None) == (None, None)
