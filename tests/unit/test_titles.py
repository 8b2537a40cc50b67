"""Every title that a table of the command line can show has its Hungarian word."""

import pytest

from registration.extensions import ExtensionState
from registration.messages import ActorKind
from registration.offices import Body
from registration.statuses import Channel, Status
from registration.timeline import Source
from starter.cli.labels import LABELS, VALUES
from tests.support.answers import every_answer, titles_of


@pytest.mark.parametrize("kind", every_answer(), ids=lambda kind: kind.__name__)
def test_every_title_of_an_answer_has_its_hungarian_word(kind: type) -> None:
    assert titles_of(kind) <= set(LABELS)


@pytest.mark.parametrize(
    "value", [True, False, *Status, *Channel, *ExtensionState, *ActorKind, *Body, *Source], ids=str
)
def test_every_value_of_a_closed_vocabulary_has_its_hungarian_word(value: object) -> None:
    assert str(value) in VALUES
    assert VALUES[str(value)] != str(value)
