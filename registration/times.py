"""Times that people write, on the command line and in the files of other systems, and times that they read."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from registration.errors import InvalidInput
from registration.input_rules import InputRule

_BUDAPEST: Final = ZoneInfo("Europe/Budapest")


def time_of(field: str, typed: str) -> datetime:
    """A time in UTC; a date alone means the end of that day in Budapest. Raises `InvalidInput`."""
    try:
        if "T" in typed or " " in typed.strip():
            moment = datetime.fromisoformat(typed.strip())
        else:
            moment = datetime.combine(date.fromisoformat(typed.strip()), time(23, 59, 59), _BUDAPEST)
        if moment.tzinfo is None:
            raise InvalidInput(field=field, rule=InputRule.TIME)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(field=field, rule=InputRule.TIME) from None


def told(moment: datetime | None) -> str:
    """A time as sentences tell it, in Budapest time; `?` where there is none."""
    return f"{moment.astimezone(_BUDAPEST):%Y-%m-%d %H:%M}" if moment else "?"
