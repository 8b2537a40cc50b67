"""Every title that a table of the command line can show has its Hungarian word; so has every value of a vocabulary."""

from typing import Final

import pytest

from registration.extensions import ExtensionState
from registration.messages import ActorKind
from registration.offices import Body
from registration.sentences import Sentence
from registration.statuses import Channel, Language, Status
from registration.timeline import Source
from starter.cli.choices import Choices
from starter.cli.output import word
from starter.translation import translated
from tests.support.answers import every_answer, titles_of

SPELT_ALIKE: Final = {Channel.ONLINE, Source.TEMPORAL}
"""The Hungarian word is the value itself."""

SAME: Final = {"API", "PEM", "Temporal", "token", "alg", "crv", "kid", "kty", "use", "x"}
"""They are called so in either language."""


@pytest.mark.parametrize("kind", every_answer(), ids=lambda kind: kind.__name__)
def test_every_title_of_an_answer_has_its_hungarian_word(kind: type) -> None:
    assert {each for each in titles_of(kind) if translated(Sentence(each), Language.HU) == each} <= SAME


@pytest.mark.parametrize(
    "value", [True, False, *Status, *Channel, *ExtensionState, *ActorKind, *Body, *Source], ids=str
)
def test_every_value_of_a_closed_vocabulary_has_its_hungarian_word(value: object) -> None:
    assert value in SPELT_ALIKE or word(Choices(Language.HU), value) != str(value)
