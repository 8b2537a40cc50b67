"""Every operation of the API for every role, on its own office's and on a foreign office's registrations.

The OpenAPI document has the operations; what each caller gets is in `tests/api/role_matrix.csv`,
written by hand. S2 and S8 send a client to any registration body: so a desk may act on whatever an office has opened.
"""

from collections.abc import AsyncIterator
from typing import Final

import httpx
import pytest
import pytest_asyncio

from registration.messages import ActorKind
from registration.operations import Operation
from starter.gateway import OperationsGateway
from tests.support.api import Api, api_on
from tests.support.matrix import CALLERS, DISABLED, OFFICES, Row, bearer, id_of, operations, rows
from tests.support.scenes import SCENES, Sent, Stage
from tests.support.servers import SharedServers
from tests.workflows.lives import choosy_world, quiet

ROWS: Final = rows()
BELONGING: Final = ("{reference}", "/registrations/{registration_id}", "{code}", "searches", "code-", "sessions")
"""What belongs to an office: a registration, by whatever it is named, or the office itself."""

REFUSALS: Final = "select count(*) from access_entries where body::jsonb->'access'->>'outcome' = 'REFUSED'"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage_api(shared: SharedServers) -> AsyncIterator[Api]:
    """An installation of its own: the extensions of this matrix are for all accounts that there are."""
    async with choosy_world(shared) as (world, _), api_on(world) as api:
        for caller in DISABLED:
            await OperationsGateway(world.engine, "operator-9").disable_staff(id_of(caller))
        yield api


def test_every_operation_has_its_rows_and_no_other_has_one() -> None:
    """A new operation without a row, or without a scene, fails here."""
    listed: dict[str, list[str]] = {}
    for row in ROWS:
        listed.setdefault(row.operation, []).append(row.target)
    assert set(listed) == set(SCENES) == set(operations())
    for operation, targets in listed.items():
        belongs = any(part in operation for part in BELONGING) and "{extension_id}/report" not in operation
        assert targets == (["own", "foreign"] if belongs else ["-"]), operation


SERVICE: Final = {"is_alive", "is_ready", "metrics", "which_version"}
"""What has no role; the rest are operations."""

NOT_OVER_HTTP: Final = {
    *(Operation.OPERATIONS_IMPORT_ACCOUNTS, Operation.OPERATIONS_CHECK_IMPORT, Operation.OPERATIONS_EXTEND_VALIDITY),
    *(Operation.OPERATIONS_RESET, Operation.OPERATIONS_ROLL_FORWARD, Operation.OPERATIONS_RECONCILE),
    *(Operation.OPERATIONS_POLICY, Operation.OPERATIONS_ADOPT_POLICY),
    *(Operation.OPERATIONS_KEYS_TO_ROTATE, Operation.OPERATIONS_ROTATE_KEYS),
    *(Operation.OPERATIONS_INDEXES_TO_RENEW, Operation.OPERATIONS_REINDEX),
    *(Operation.OPERATIONS_IMPORT_OFFICES, Operation.DESK_CHANGE_EMAIL_AND_REACTIVATE),
    *(Operation.OPERATIONS_PREPARE, Operation.OPERATIONS_LIST_EXTENSION, Operation.OPERATIONS_MAKE_CHECKPOINT),
    *(Operation.API_AUTHENTICATION, Operation.API_UNMATCHED),
    *(Operation.PAGES_SIGN_IN, Operation.PAGES_SIGN_OUT, Operation.PAGES_SESSION),
    Operation.DESK_DISCLOSED,
}
"""By command or page only, by the system, or with another operation; written by hand."""

ROLES: Final = {
    "portal": ActorKind.CITIZEN,
    "clerk": ActorKind.CLERK,
    "supervisor": ActorKind.SUPERVISOR,
    "auditor": ActorKind.AUDITOR,
    "operator": ActorKind.OPERATOR,
}


def test_the_matrix_has_every_operation_that_there_is_over_http() -> None:
    declared = {each.replace(".", "_") for each in set(Operation) - NOT_OVER_HTTP}
    assert sorted(operations().values()) == sorted(declared | SERVICE)


@pytest.mark.parametrize("operation", sorted(set(Operation) - NOT_OVER_HTTP))
def test_an_operation_is_for_the_roles_that_the_matrix_lets_in(operation: Operation) -> None:
    (named,) = (name for name, each in operations().items() if each == operation.replace(".", "_"))
    for row in ROWS:
        if row.operation == named:
            let_in = {kind for role, kind in ROLES.items() if row.expected[role] != httpx.codes.FORBIDDEN}
            assert operation.row.actors == let_in, row


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_each_caller_gets_what_the_matrix_says(stage_api: Api, row: Row) -> None:
    """And who is refused changes nothing, and is in the access record."""
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
