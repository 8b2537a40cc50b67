"""Only what is marked as an answer leaves a route: no stored form, and no secret that is not listed here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import pytest
from fastapi.routing import APIRoute

from registration.answers import answer, is_answer, json_of, label
from registration.extensions import Extension
from starter.api import app
from starter.gateway import Disclosure
from tests.frozen.walk import every_form
from tests.support.answers import every_answer

STORED: Final = frozenset(every_form().values()) | {Extension}
"""They are frozen: whoever is shown what they hold gets an answer that is made of it; `Extension` is a table's row."""

SECRETS: Final = {
    "Disclosure": {each.name for each in fields(Disclosure) if each.name != "registration_id"},
    "EvidenceOfAct": {"evidence"},
    "EvidenceSeen": {"document_number", "recipient"},
    "LoggedInAtPortal": {"assertion"},
    "Receipt": {"user_name", "email"},
}
"""Fields that no `repr` shows, by the answer that is meant to have them: JSON has them too."""

PLAIN: Final = {str, int, float, bool, date, datetime, NoneType, Any}


def models() -> dict[str, object]:
    """What each route of ours answers with, by the route's name."""
    return {
        route.name: route.response_model
        for router in app._ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.response_model is not None
    }


def types_in(kind: Any) -> Iterator[Any]:  # noqa: ANN401  any annotation
    """The classes that an annotation is made of."""
    if get_origin(kind) in {Union, UnionType, list, tuple, Mapping, dict}:
        for part in get_args(kind):
            yield from types_in(part) if part is not Ellipsis else ()
    else:
        yield kind


def parts_of(kind: Any) -> Iterator[type]:  # noqa: ANN401  any annotation
    """The answers in an annotation, and those in their fields. `AssertionError` for whatever may not leave a route."""
    for found in types_in(kind):
        if isinstance(found, type) and is_dataclass(found):
            assert is_answer(found), f"{found} is not marked as an answer"
            yield found
            for each in get_type_hints(found).values():
                yield from parts_of(each)
        else:
            assert found in PLAIN or issubclass(found, Enum), found


@pytest.mark.parametrize("name", sorted(models()))
def test_a_route_answers_with_answers_alone_and_with_no_secret_that_is_not_listed(name: str) -> None:
    for kind in set(parts_of(models()[name])):
        assert kind not in STORED
        hidden = {each.name for each in fields(kind) if not each.repr}
        assert hidden == SECRETS.get(kind.__name__, set()), kind.__name__


def test_every_stored_form_is_none() -> None:
    assert [kind for kind in STORED if is_answer(kind)] == []


def test_no_two_answers_have_the_same_name_and_the_document_shows_no_path_of_a_module() -> None:
    names = [kind.__name__ for kind in every_answer()]
    assert len(names) == len(set(names))
    assert [name for name in app.openapi_document()["components"]["schemas"] if "__" in name] == []


def test_what_is_no_answer_or_has_a_field_without_a_title_is_refused() -> None:
    @dataclass(frozen=True)
    class Untitled:
        known: str

    with pytest.raises(TypeError, match=r"Untitled\.known"):
        answer(Untitled)
    with pytest.raises(TypeError):
        json_of(Untitled("it"))

    @answer
    @dataclass(frozen=True)
    class Titled:
        known: datetime = field(metadata=label("known", "What is known."))

    class Heir(Titled):
        pass

    assert (is_answer(Titled), is_answer(Heir)) == (True, False)
    assert json_of(Titled(datetime.fromisoformat("2027-03-01T11:00:00.5+01:00"))) == (
        '{"known":"2027-03-01T10:00:00.500000Z"}'
    )
