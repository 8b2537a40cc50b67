"""What somebody on the message bus may send instead of a message: drawn by Hypothesis, sent as it is."""

import json
import string
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from registration import messages as m
from registration import rules
from tests.support.sound_messages import sound

LARGEST: Final = 1_900_000
"""The server refuses a payload of 2 MiB at its own door."""

AUDITOR: Final = m.Actor(m.ActorKind.AUDITOR, "auditor-1", "1051")
"""May send nothing: what of an update is left readable is refused by the rules."""

SOUND: Final = tuple(sound(AUDITOR).values())
"""Every message, complete."""

_Drawn = TypeVar("_Drawn")
_SENDER: Final = {"request_id", "actor"}
_ANYTHING: Final = st.characters(exclude_categories=())
_TEXTS: Final = st.one_of(
    st.text(_ANYTHING, max_size=20),
    st.sampled_from(["\ud800", "\x00", "", "a\r\nb", "kis@example.org", "\u202e", "9" * 5_000]),
    st.builds(lambda size: "x" * size, st.sampled_from([65, 256, 3_000, 70_000])),
)
_VALUES: Final = st.one_of(
    _TEXTS,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([2**31, -(2**63), 10**4_000, 1e308, "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59:59.999999"]),
    st.recursive(
        st.none() | _TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3)
    ),
)


@dataclass(frozen=True)
class Sent:
    """A name and its arguments as they go over the wire."""

    name: str
    arguments: tuple[Payload, ...]

    def as_values(self) -> list[RawValue]:
        """For the client, which must not convert them."""
        return [RawValue(payload) for payload in self.arguments]

    def __repr__(self) -> str:
        """Short, also of what is large."""
        return f"{self.name} {[payload.data[:200] for payload in self.arguments]}"


def payload(data: bytes, encoding: bytes = b"json/plain", **metadata: bytes) -> Payload:
    """A payload that no converter has made."""
    return Payload(metadata={"encoding": encoding, **metadata}, data=data)


def as_json(value: object) -> Payload:
    """A payload of JSON, lone surrogates and all."""
    return payload(json.dumps(value, default=lambda one: one.isoformat()).encode())


@st.composite
def _changed(draw: st.DrawFn, message: m.Message, *, sender: bool) -> dict[str, Any]:
    """The message with some fields changed, left out, or added; where `sender`, what names the sender is spoilt."""
    fields = asdict(message)
    for _ in range(draw(st.integers(1, 3))):
        place = fields
        if draw(st.booleans()) and isinstance(fields.get("actor"), dict):
            place = fields["actor"]
        name = draw(st.sampled_from(sorted(place))) if place else "x"
        match draw(st.sampled_from(["change", "change", "change", "leave out", "add"])):
            case "change":
                place[name] = draw(_VALUES)
            case "leave out":
                place.pop(name, None)
            case _:
                place[draw(_TEXTS)] = draw(_VALUES)
    if sender:
        fields[draw(st.sampled_from(sorted(_SENDER)))] = draw(_MISFITS)
    return fields


_PLAIN: Final = frozenset(string.ascii_letters + string.digits + "._-:|=~+")
_MISFITS: Final = _VALUES.filter(
    lambda value: not isinstance(value, str) or not 0 < len(value) < 256 or not _PLAIN.issuperset(value)
)
"""What is neither a request id nor an actor."""

_UNREADABLE: Final = st.sampled_from(
    [
        (),
        (as_json({}), as_json({})),
        (payload(b"[" * 100_000),),
        (payload(b'{"request_id":' + b'{"x":' * 50_000),),
        (payload(b"\xff\xfe"),),
        (payload(b"", b"binary/null"),),
        (payload(b"\x00" * 1_000, b"binary/plain"),),
        (payload(b"{}", b"json/protobuf", messageType=b"temporal.api.common.v1.Payload"),),
        (payload(b"x", b"x" * 100_000),),
        (payload(b"x", b"\xff"), payload(b"x", b"y" * 100_000)),
        (Payload(data=b"{}"),),
        (as_json([]),),
        (as_json("x" * 100_000),),
    ]
)

UPDATES: Final = st.one_of(
    st.sampled_from([one for one in SOUND if rules.MESSAGES[type(one)].update]).flatmap(
        lambda one: st.builds(
            Sent,
            st.just(rules.MESSAGES[type(one)].update),
            _changed(one, sender=False).map(lambda fields: (as_json(fields),)),
        )
    ),
    st.builds(
        Sent,
        st.sampled_from([*filter(None, (row.update for row in rules.MESSAGES.values())), "promote", "x" * 900]),
        _UNREADABLE,
    ),
)
"""No update of these is accepted."""

SIGNALS: Final = st.one_of(
    st.sampled_from([one for one in SOUND if rules.MESSAGES[type(one)].signal]).flatmap(
        lambda one: st.builds(
            Sent,
            st.just(rules.MESSAGES[type(one)].signal),
            _changed(one, sender=True).map(lambda fields: (as_json(fields),)),
        )
    ),
    st.builds(Sent, st.sampled_from([*rules.SIGNALS, "promote", "x" * 900]), _UNREADABLE),
)
"""Of none of these an event can name the sender."""


def drawn(strategy: st.SearchStrategy[_Drawn], count: int) -> list[_Drawn]:
    """So many examples, the same each time: what they are sent to has no way back, so nothing can be shrunk."""
    found: list[_Drawn] = []

    @settings(max_examples=count, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(one: _Drawn) -> None:
        found.append(one)

    run: Callable[[], None] = collect
    run()
    return found
