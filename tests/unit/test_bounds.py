"""What fits through the workflow's door: each field of each message has its bound."""

from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

import pytest

from registration import messages as m
from registration.bounds import BOUNDS, check_bounds, fits, fits_office, sender_of
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.rules import MESSAGES
from tests.support.sound_messages import ROW, SEEN, sound

CLERK: Final = m.Actor(m.ActorKind.CLERK, "f:0190a1b2-c3d4-7e5f:kis=1|~+x", "1051")
UNTIL: Final = datetime(2031, 1, 1, tzinfo=timezone(timedelta(hours=1)))
REACTIVATE: Final = m.Reactivate("bus|1", CLERK, SEEN, ROW)
SOUND: Final = tuple(sound(CLERK).values())
AT_THE_BOUNDS: Final = (
    m.RequestCode("a" * 255, CLERK),
    m.ChangePassword("a", CLERK),
    REACTIVATE,
    m.ChangeEmail("a", CLERK, "b" * 64),
    m.ExtendValidity("a", CLERK, UNTIL),
    m.SendAgain("a", CLERK, "12-password_expiring-30"),
    m.Close("a", replace(CLERK, office=None), SEEN),
)


def paths_of(part: Any, prefix: str = "") -> Iterator[str]:  # noqa: ANN401  a dataclass
    """The paths of the fields of a message's type that no enumeration bounds."""
    for name, hint in get_type_hints(part).items():
        (kind,) = set(get_args(hint) or (hint,)) - {NoneType}
        if is_dataclass(kind):
            yield from paths_of(kind, f"{prefix}{name}.")
        elif not issubclass(kind, Enum):
            yield f"{prefix}{name}"


def test_every_field_of_every_message_has_a_bound_and_every_bound_its_field() -> None:
    """A new field without one fails here."""
    assert {path for kind in MESSAGES for path in paths_of(kind)} == BOUNDS.keys()


def test_what_gateways_and_buses_send_fits() -> None:
    for message in SOUND + AT_THE_BOUNDS:
        check_bounds(message)
        assert fits(message)
        assert sender_of(message) == (message.actor, message.request_id)


HOSTILE_TEXTS: Final = [
    "",
    "\ud800",
    "\x00",
    "a b",
    "kis@example.org",
    "Éva",
    "a\n",
    "٣",
    "x" * 256,
    "x" * 2_000_000,
    7,
    None,
]
HOSTILE_NUMBERS: Final = [2**31, -(2**31), 10**4000, 1.5, float("nan"), "1"]
HOSTILE_TIMES: Final = [
    datetime(2031, 1, 1),  # noqa: DTZ001  a time without a zone is the point
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1999, 12, 31, tzinfo=UTC),
    datetime(3000, 1, 1, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime(2031, 1, 1, tzinfo=timezone(timedelta(seconds=1))),
    "2031-01-01",
]
HOSTILE: Final = {
    "code_sequence": HOSTILE_NUMBERS,
    "validity_days": HOSTILE_NUMBERS,
    "until": HOSTILE_TIMES,
    "evidence.commitment": [*HOSTILE_TEXTS, "0" * 63, "0F" * 32, "g" * 64],
}
OPTIONAL: Final = {"actor.office", "validity_days", "credential_id"}


def changed(message: Any, path: str, value: object) -> Any:  # noqa: ANN401  any message, or a part of one
    """The message with another value at a path."""
    name, _, rest = path.partition(".")
    return replace(message, **{name: changed(getattr(message, name), rest, value) if rest else value})


def given(message: Any) -> list[str]:  # noqa: ANN401  any message
    """The paths of a message's fields, without those of evidence that it does not name."""
    unseen = getattr(message, "evidence", None) is None
    return [path for path in paths_of(type(message)) if not (unseen and path.startswith("evidence."))]


@pytest.mark.parametrize("message", SOUND, ids=lambda one: type(one).__name__)
def test_what_does_not_fit_is_refused_by_its_field(message: m.Message) -> None:
    """The refusal holds nothing of what came; an event names a sender only where the sender's own fields fit."""
    for path in given(message):
        for value in HOSTILE.get(path, HOSTILE_TEXTS):
            if value is None and (path in OPTIONAL or (path, type(message)) == ("email_id", m.Reactivate)):
                continue
            hostile = changed(message, path, value)
            assert not fits(hostile)
            with pytest.raises(InvalidInput) as refused:
                check_bounds(hostile)
            assert refused.value.facts["field"] == path
            assert len(str(refused.value).encode()) < 150
            sender = path in {"request_id", "actor.id", "actor.office"}
            assert sender_of(hostile) == ((m.SYSTEM, None) if sender else (message.actor, message.request_id))


def test_what_may_be_left_out_fits() -> None:
    for message in SOUND:
        for path in OPTIONAL.intersection(given(message)):
            check_bounds(changed(message, path, None))
    check_bounds(replace(REACTIVATE, email_id=None, evidence=None))


@pytest.mark.parametrize("office", ["1051", "x" * 64])
def test_an_office_that_is_an_identifier_is_a_search_attribute(office: str) -> None:
    assert fits_office(office)


@pytest.mark.parametrize("office", ["x" * 65, "x" * 3_000, "\ud800", "a b", ""])
def test_another_one_is_none(office: str) -> None:
    assert not fits_office(office)


def test_the_rule_of_an_opaque_id_is_told_whole() -> None:
    with pytest.raises(InvalidInput, match=r"actor\.id: must be 1 to 255 ASCII letters, digits or characters of"):
        check_bounds(changed(REACTIVATE, "actor.id", "kis elek"))
    assert InputRule.SUBJECT.endswith("._-:|=~+")
