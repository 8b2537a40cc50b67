"""A clerk at the pages of a desk: what is typed there, and where a page leads."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from registration.access import Access
from tests.support.staff import StaffPages
from tests.support.visitors import Visitor

SEEN: Final = {"document_kind": "PASSPORT", "document_number": "BA1234567", "consent": "yes"}
RECIPIENT: Final = {"recipient": "Teszt Elek"}
_OPEN: Final = re.compile(r'name="(search|registration_id)" value="([^"]+)"')


def person_of(filled: Mapping[str, Any], **changes: str) -> dict[str, str]:
    """The natural identity data of a form, as the pages ask for it."""
    year, month, day = str(filled["birth_date"]).split("-")
    return {
        "birth_name": filled["birth_name"],
        "birth_year": year,
        "birth_month": month,
        "birth_day": day,
        "mothers_birth_name": filled["mothers_birth_name"],
    } | changes


async def results(clerk: Visitor, **criterion: str) -> httpx.Response:
    """The page of what a search finds."""
    answer = await clerk.post("/pult", criterion)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return await clerk.get(answer.headers["location"])


async def visit(clerk: Visitor, **criterion: str) -> str:
    """The path of the visit that begins with the one registration that is found."""
    found = await results(clerk, **criterion)
    answer = await clerk.post("/pult/ugyfel", dict(_OPEN.findall(found.text)), at=str(found.url))
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return str(answer.headers["location"])


async def matched_visit(clerk: Visitor, filled: Mapping[str, Any]) -> str:
    """The visit of a client who was compared."""
    path = await visit(clerk, user_name=filled["user_name"])
    answer = await clerk.post(f"{path}/egyeztetes", person_of(filled), at=path)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return path


async def entries(staff: StaffPages, office: str, registration_id: str) -> list[Access]:
    """Today's entries of an office about a registration."""
    noted = await staff.world.engine.accesses.entries(office, datetime.now(UTC).date())
    return [each.access for each in noted if each.access.registration_id == registration_id]
