"""What an entry of the access record says besides its operation: the record keeps it short, people read it in words."""

import re
from typing import Final

from registration.searching import Criterion
from registration.sentences import N_, Sentence, Vocabulary


class AccessDetail(Vocabulary):
    """What was found, decided or left out. A value never changes: the access record keeps it."""

    MATCH = "match", "the person matches"
    NO_MATCH = "no match", "the person does not match"
    WITHOUT_MATCH = "without a match", "decided without a match"
    DATA = "data", "all data"
    RECEIPT = "receipt", "the receipt"
    WITHOUT_SIGNALS = "without signals", "without signals to workflows"


def found_by(criterion: Criterion, count: int, *, more: bool) -> str:
    """What a search was by, and how many it has found; `more`: there are others."""
    return f"{criterion}: {count}{'+' if more else ''}"


def event_numbered(sequence: int) -> str:
    """Which event was looked at."""
    return f"event {sequence}"


_FOUND: Final = re.compile(r"([a-z_]+): ([0-9]+\+?)")
_EVENT: Final = re.compile(r"event (-?[0-9]+)")


def detail_in_words(detail: str | None) -> object:
    """A detail as `starter/translation.py` takes it; an id or a number as it is, `–` for none."""
    if detail is None:
        return "–"
    if detail in set(AccessDetail):
        return AccessDetail(detail)
    if (found := _FOUND.fullmatch(detail)) and found[1] in set(Criterion):
        return Sentence(N_("by {criterion}; found: {count}"), {"criterion": Criterion(found[1]), "count": found[2]})
    if event := _EVENT.fullmatch(detail):
        return Sentence(N_("event {number}"), {"number": event[1]})
    return detail
