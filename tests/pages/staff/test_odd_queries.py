"""Whatever stands behind the question mark of an address, a page for staff answers it or refuses it."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Final

import httpx
import pytest

from starter.pages.staff.app import ROUTES
from starter.pages.staff.routes import StaffRoute
from tests.support.desk_pages import visit
from tests.support.staff import StaffPages, colleague
from tests.support.staff_guards import WHO, is_for

LONG: Final = "9" * 5_000
"""More digits than Python reads as a number."""

ODD: Final = (
    "",
    "1",
    "-1",
    "x",
    "٣",
    "2026-13-01",
    "9999-12-31",
    "0001-01-01",
    "9999-12-31T23:59",
    "0001-01-01T00:00%2B14:00",
    "9999-12-31/1051/1",
    "9999-12-31T23:59:59.000000%2B00:00/01a230b3-c583-769b-b083-d2226c8b692e/1",
    "%00",
    "%FF",
    "%ED%A0%80",
    "%2F..%2F",
    LONG,
)
"""Values as an address has them: empty, of other digits, at both ends of the calendar, surrogates, and too long."""

NAMES: Final = ("path", "self", "request", "template", "form", "status", "lang", "after", "nonsense")
"""Names that no page asks for, or that its code uses for something else."""

ASKED: Final = {
    "/ellenorzes/naplo": {"office": "1051", "day": "2026-11-01", "after": ""},
    "/ellenorzes/intezkedesek": {
        "office": "1051",
        "since": "2026-11-01",
        "until": "2026-11-01",
        "operation": "desk.close",
        "after": "",
    },
    "/ellenorzes/statisztika": {"since": "2026-10", "until": "2026-11"},
    "/ellenorzes/fiokok/{id:uuid}/magyarazat": {"at": "2026-11-01"},
    "/ellenorzes/fiokok/{id:uuid}/betekintesek": {"after": ""},
    "/ellenorzes/ellenorzopontok": {"before": "10"},
    "/pult/naplo": {"nap": "2026-11-01"},
    "/uzemeltetes/hosszabbitasok": {"older_than": ""},
    "/uzemeltetes/hosszabbitasok/uj": {"before": "2031-01-01", "days": "30"},
    "/uzemeltetes/hivatalok/adatok": {"office": "1051"},
    "/uzemeltetes/szabalyzat/uj": {"version": "2", "code_days": "5", "password_reminder_days": "30, 7, 1"},
}
"""What the forms of the pages ask for; a file asks for what its page does."""


def queries(path: str) -> Iterator[str]:
    """With one odd value among those that are right; with every name, which may come twice."""
    asked = ASKED.get(path.removesuffix(".csv"), {})
    for name in asked:
        for value in ODD:
            yield "&".join(f"{each}={value if each == name else right}" for each, right in asked.items())
    right = "".join(f"&{name}={value}" for name, value in asked.items())
    for value in ODD if asked else ODD[1:2]:
        yield "&".join(f"{name}={value}" for name in NAMES) + right
    yield f"{right}{right}&%ED%A0%80=1&{LONG}=1&=&&%=%&%00=%00"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", WHO)
async def test_no_query_makes_a_page_fail(staff: StaffPages, who: str) -> None:
    registration_id, filled = await staff.world.active()
    async with AsyncExitStack() as stack:
        somebody = await stack.enter_async_context(colleague(staff.url, who))
        ids = {"sequence:number": "1", "number:number": "1", "page": "x", "key": "x", "act": "x"}
        ids["visit"] = "x"
        if who in {"clerk-1", "supervisor-1"}:
            ids["visit"] = (await visit(somebody, user_name=filled["user_name"])).rpartition("/")[2]
        for route in ROUTES:
            if not isinstance(route, StaffRoute) or "GET" not in (route.methods or ()) or not is_for(route, who):
                continue
            path = route.path.replace("{id:uuid}", registration_id)
            for name, value in ids.items():
                path = path.replace(f"{{{name}}}", value)
            assert "{" not in path
            for query in queries(route.path):
                answer = await somebody.http.get(f"{path}?{query}")
                assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, (route.path, query[:300])
