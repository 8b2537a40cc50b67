"""Times that people write, on the command line and in the files of other systems, and times that they read."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from registration.budapest import BUDAPEST
from registration.errors import InvalidInput
from registration.input_rules import InputRule

_END: Final = time(23, 59, 59)
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2999
"""What is typed outside of them is a slip; far outside, no calendar can carry it to UTC."""
_LONGEST_MONTH: Final = timedelta(days=31)


def time_of(field: str, typed: str, *, whole_day: bool = True, by_a_person: bool = False) -> datetime:
    """A time in UTC; a date alone means the end of that day in Budapest, or its start. Raises `InvalidInput`.

    A time without an offset is refused; typed `by_a_person` it is Budapest's, unless the clocks change just then. So is
    a time outside of the years 2000 to 2999.
    """
    try:
        if "T" in typed or " " in typed.strip():
            moment = datetime.fromisoformat(typed.strip())
            if moment.tzinfo is None:
                moment = _in_budapest(field, moment) if by_a_person else moment
        else:
            moment = datetime.combine(date.fromisoformat(typed.strip()), _END if whole_day else time(), BUDAPEST)
        if moment.tzinfo is None:
            raise InvalidInput(field=field, rule=InputRule.TIME)
        if not is_shown(moment):
            raise InvalidInput(field=field, rule=InputRule.YEARS, first=str(_FIRST_YEAR), last=str(_LAST_YEAR))
        return moment.astimezone(UTC)
    except ValueError:
        raise InvalidInput(field=field, rule=InputRule.TIME) from None


def end_of(field: str, typed: str, *, by_a_person: bool = False) -> datetime:
    """Until before when something lasts, in UTC: a time, or the start of the day after a day in Budapest."""
    moment = time_of(field, typed, by_a_person=by_a_person)
    return moment if "T" in typed or " " in typed.strip() else span_of(day_in_budapest(moment))[1]


def _in_budapest(field: str, naive: datetime) -> datetime:
    """Raises `InvalidInput` for the hour that is left out in spring, and for the one that comes twice in autumn."""
    first, second = (naive.replace(tzinfo=BUDAPEST, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise InvalidInput(field=field, rule=InputRule.CLOCKS_CHANGE)
    return first


def is_shown(moment: datetime) -> bool:
    """Whether a recorded time can be shown: one with an offset, in the years 2000 to 2999."""
    return moment.tzinfo is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR


def shown(moment: datetime, *, to_the_second: bool = True) -> str:
    """A time as tables show it: in Budapest, with the zone (CET, or CEST in summer)."""
    time_of_day = "%H:%M:%S" if to_the_second else "%H:%M"
    return f"{moment.astimezone(BUDAPEST):%Y-%m-%d {time_of_day} %Z}"


def span_of(day: date) -> tuple[datetime, datetime]:
    """From the start of a day in Budapest until before the start of the next one, in UTC; 23 to 25 hours."""
    return _start_of(day), _start_of(day + timedelta(days=1))


def day_in_budapest(moment: datetime) -> date:
    """The day that it is in Budapest at a moment."""
    return moment.astimezone(BUDAPEST).date()


def months(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The span in UTC from the start of month `since` to the end of month `until` (`2026-11`, in Budapest).

    Raises `InvalidInput`.
    """
    begin, end = _month("since", since), _month("until", until)
    if begin and end and begin > end:
        raise InvalidInput(field="until", rule=InputRule.SPAN_ORDER)
    return _start_of(begin) if begin else None, _start_of((end + _LONGEST_MONTH).replace(day=1)) if end else None


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


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), BUDAPEST).astimezone(UTC)
