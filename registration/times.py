"""Times that people write, on the command line and in the files of other systems, and times that they read."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from registration.errors import InvalidInput
from registration.input_rules import InputRule

_BUDAPEST: Final = ZoneInfo("Europe/Budapest")
_END: Final = time(23, 59, 59)
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999
"""What is typed outside of them is a slip; far outside, no calendar can carry it to UTC."""
_LONGEST_MONTH: Final = timedelta(days=31)


def time_of(field: str, typed: str, *, whole_day: bool = True) -> datetime:
    """A time in UTC; a date alone means the end of that day in Budapest, or its start. Raises `InvalidInput`."""
    try:
        if "T" in typed or " " in typed.strip():
            moment = datetime.fromisoformat(typed.strip())
        else:
            moment = datetime.combine(date.fromisoformat(typed.strip()), _END if whole_day else time(), _BUDAPEST)
        if moment.tzinfo is None:
            raise InvalidInput(field=field, rule=InputRule.TIME)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(field=field, rule=InputRule.TIME) from None


def is_told(moment: datetime) -> bool:
    """Whether people can be told a recorded time: one with an offset, in the years 2000 to 2999."""
    return moment.tzinfo is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR


def told(moment: datetime | None) -> str:
    """A time as sentences tell it, in Budapest time; `?` where there is none."""
    return f"{moment.astimezone(_BUDAPEST):%Y-%m-%d %H:%M}" if moment else "?"


def day_in_budapest(moment: datetime) -> date:
    """The day that it is in Budapest at a moment."""
    return moment.astimezone(_BUDAPEST).date()


def months(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The span in UTC from the start of month `since` to the end of month `until` (`2026-11`, in Budapest).

    Raises `InvalidInput`.
    """
    begin, end = _month("since", since), _month("until", until)
    if begin and end and begin > end:
        raise InvalidInput(field="until", rule=InputRule.MONTH_ORDER)
    return _start_of(begin) if begin else None, _start_of(end + _LONGEST_MONTH) if end else None


def _month(field: str, typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        month = datetime.strptime(typed.strip(), "%Y-%m").date()  # noqa: DTZ007  a month has no time zone
    except ValueError:
        month = date.min
    if not _FIRST_YEAR <= month.year <= _LAST_YEAR:
        raise InvalidInput(field=field, rule=InputRule.MONTH)
    return month


def _start_of(month: date) -> datetime:
    return datetime.combine(month.replace(day=1), time(), _BUDAPEST).astimezone(UTC)
