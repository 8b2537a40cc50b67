"""No request leaves the event loop for a thread of FastAPI's: that would cost more than all of its own work."""

import inspect
from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from starter.api.app import _ROUTERS

ROUTES = [route for router in _ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def called(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for dependency in dependant.dependencies:
        yield from called(dependency)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_operation_and_all_that_it_depends_on_are_coroutines(route: APIRoute) -> None:
    assert all(map(inspect.iscoroutinefunction, called(route.dependant)))


def test_there_are_operations() -> None:
    assert len(ROUTES) == 59
