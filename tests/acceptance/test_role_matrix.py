"""Every operation of the API for every role, on its own office's and on a foreign office's registrations (issue 4).

Which operations there are the OpenAPI document tells; what each caller gets stands in `tests/api/role_matrix.csv`,
written by hand. S2 and S8 send a client to any registration body: so a desk may act on whatever an office has opened.
"""

from collections.abc import AsyncIterator
from typing import Final

import httpx
import pytest
import pytest_asyncio

from starter.gateway import AdministrationGateway
from tests.support.api import Api, api_on
from tests.support.matrix import CALLERS, DISABLED, OFFICES, Row, bearer, id_of, operations, rows
from tests.support.scenes import SCENES, Sent, Stage
from tests.workflows.lives import choosy_world, quiet

ROWS: Final = rows()
BELONGING: Final = ("{reference}", "/registrations/{registration_id}", "{code}", "searches", "code-", "sessions")
"""What belongs to an office: a registration, by whatever it is named, or the office itself."""

REFUSALS: Final = "select count(*) from access_entries where body::jsonb->'access'->>'outcome' not in ('DONE', 'SENT')"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage_api() -> AsyncIterator[Api]:
    """An installation of its own: the extensions of this matrix are for all accounts that there are."""
    async with choosy_world() as (world, _), api_on(world) as api:
        for caller in DISABLED:
            await AdministrationGateway(world.engine, "operator-9").disable(id_of(caller))
        yield api


def test_every_operation_has_its_rows_and_no_other_has_one() -> None:
    """A new operation without a row, or without a scene, fails here."""
    listed: dict[str, list[str]] = {}
    for row in ROWS:
        listed.setdefault(row.operation, []).append(row.target)
    assert set(listed) == set(SCENES) == operations()
    for operation, targets in listed.items():
        belongs = any(part in operation for part in BELONGING) and "{extension_id}/report" not in operation
        assert targets == (["own", "foreign"] if belongs else ["-"]), operation


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_each_caller_gets_what_the_matrix_says(stage_api: Api, row: Row) -> None:
    """And who is refused changes nothing, and stands in the access record."""
    api, got, office = stage_api, {}, OFFICES[row.target]
    refused = [caller for caller in CALLERS if row.expected[caller] == httpx.codes.FORBIDDEN]
    sent = await SCENES[row.operation](Stage(api, office, "portal"))
    before, noted = await standing(api, sent), await refusals(api)
    for caller in refused:
        got[caller] = await answer(api, row, sent, caller)
    assert await standing(api, sent) == before
    assert await refusals(api) - noted == len(refused)
    for caller in CALLERS:
        if caller not in refused:
            sent = await SCENES[row.operation](Stage(api, office, caller))
            got[caller] = await answer(api, row, sent, caller)
    assert got == row.expected


async def answer(api: Api, row: Row, sent: Sent, caller: str) -> int:
    """The status that a caller gets."""
    method, _, path = row.operation.partition(" ")
    url = path.format(**sent.path)
    answered = await api.http.request(method, url, json=sent.body, params=dict(sent.query), headers=bearer(api, caller))
    return answered.status_code


async def standing(api: Api, sent: Sent) -> int | None:
    """The length of the history of the registration that a request is about."""
    return await quiet(api.world, sent.about) if sent.about else None


async def refusals(api: Api) -> int:
    """How many refusals the access record holds."""
    ((number,),) = await api.world.sql(REFUSALS)
    return int(number)
