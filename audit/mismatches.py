"""The first difference between a history and the present code: what the history says, and what the code would do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registration.sentences import N_, Sentence

_MESSAGE: Final = re.compile(r'message: "(?:\[\w+\] )?((?:[^"\\]|\\.)*)"')
_UNHANDLED: Final = re.compile(r"(\w+) machine does not handle this event: HistoryEvent\(id: (\d+), (\w+)\)")
_NO_COMMAND: Final = re.compile(r"No command scheduled for event HistoryEvent\(id: (\d+), (\w+)\)")
_OTHER_TYPE: Final = re.compile(r"type of scheduled event '(\w+)' does not match \w+ type of \w+ command '(\w+)'")
_OUT_OF_ORDER: Final = re.compile(r"out of order\. Last processed event: (\d+), event id: (\d+)")


@dataclass(frozen=True)
class Mismatch:
    """Code and history differ at event `event_id` of a run's history (`None` where Temporal does not say)."""

    recorded: str
    computed: str
    event_id: int | None = None

    @property
    def sentence(self) -> Sentence:
        """One sentence."""
        facts = {"place": self.event_id or "?", "recorded": self.recorded, "computed": self.computed}
        return Sentence(N_("at event {place} the history says {recorded}; the present code says {computed}."), facts)


def mismatch_of(failure: BaseException) -> Mismatch:
    """What Temporal's replay failed with."""
    text = str(failure)
    found = _MESSAGE.search(text)
    message = found[1] if found else text
    if found := _UNHANDLED.search(message):
        return Mismatch(found[3], found[1], int(found[2]))
    if found := _NO_COMMAND.search(message):
        return Mismatch(found[2], "–", int(found[1]))
    if found := _OTHER_TYPE.search(message):
        return Mismatch(found[1], found[2])
    if found := _OUT_OF_ORDER.search(message):
        wanted = int(found[1]) + 1
        return Mismatch(f"event {found[2]}", f"event {wanted}", wanted)
    return Mismatch("–", message.rstrip("."))


def difference(recorded: Any, computed: Any, *, strict: bool, path: str = "") -> tuple[str, str] | None:  # noqa: ANN401  JSON
    """The first place where two JSON values differ, as `path = value` of each; `None` where they do not.

    Empty values (`null`, zero, empty) may be left out (temporal.payloads). Unless `strict`, the code's value may have
    fields that the history's lacks: a state has gained fields since.
    """
    if isinstance(recorded, Mapping) and isinstance(computed, Mapping):
        for key in sorted({*recorded, *computed}):
            if key not in recorded and not strict:
                continue
            below = f"{path}.{key}" if path else key
            if found := difference(recorded.get(key), computed.get(key), strict=strict, path=below):
                return found
        return None
    if _is_list(recorded) and _is_list(computed) and len(recorded) == len(computed):
        for place, pair in enumerate(zip(recorded, computed, strict=True)):
            if found := difference(*pair, strict=strict, path=f"{path}[{place}]"):
                return found
        return None
    if recorded == computed or not (recorded or computed):
        return None
    return f"{path} = {recorded}", f"{path} = {computed}"


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
