"""Budapest's time zone, and how a time is written in a sentence."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

BUDAPEST: Final = ZoneInfo("Europe/Budapest")


def in_budapest(moment: datetime | None, *, to_the_second: bool = False) -> str:
    """A time as sentences have it: `2026-12-01 14:30`, in Budapest time; `?` where there is none."""
    time_of_day = "%H:%M:%S" if to_the_second else "%H:%M"
    return f"{moment.astimezone(BUDAPEST):%Y-%m-%d {time_of_day}}" if moment else "?"
