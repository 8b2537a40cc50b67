"""What each operation asks PostgreSQL and Temporal for, one after the other: each costs a network's round trip.

Seen on the connections themselves. Another round trip needs a reason, and its place in the table.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)

from registration.errors import RequestACode, UgyfelkapuError, WrongCode, WrongPair, WrongPassword
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import PASSWORD, another_address, form
from starter.gateway import BrowserSessions, ClientBrowser
from starter.gateway.engine import open_engine
from starter.gateway.receipt_numbers import printed
from store import database
from store.database import queries
from tests.workflows.lives import bring

NEXT: Final = "Egészen új jelszó"
BROWSER: Final = ClientBrowser("B" * 24, "Mozilla/5.0 Firefox/145.0")

ON_RECORD: Final = ("BEGIN", "lock_access_chain", "insert_access_entry", "COMMIT")
"""An entry names the one before it."""

SEARCH: Final = ("find_standing", "search", *ON_RECORD)

WITH_PASSWORD: Final = ("find_data_key", "insert_credential")
"""A credential is on record before the message that adopts it is sent (principle 8)."""

EXPECTED: Final[dict[str, tuple[str, ...]]] = {
    "log in": ("count_attempts", "note_success"),
    "log in on our pages": ("count_attempts", "note_success", "find_data_key", "open_session"),
    "log in with a wrong password": ("count_attempts", "count_attempts"),
    "log in with an unknown user name": ("count_attempts", "count_attempts"),
    "log in with an expired password": ("count_attempts", "note_success"),
    "redeem a code": (
        *("count_attempts", "find_code", *WITH_PASSWORD),
        *("update redeem_code", "note_success"),
    ),
    "redeem a wrong code": ("count_attempts", "find_code", "count_attempts"),
    "request a code": (
        *("count_attempts", "find_contact", "open_windows", "count_attempts"),
        *("note_client_request", "update request_code"),
    ),
    "request a code with a wrong pair": ("count_attempts", "find_contact", "count_attempts"),
    "change the password": (
        *("count_attempts", "note_success", *WITH_PASSWORD),
        *("update change_password", "note_success"),
    ),
    "register": (
        *("count_attempts", "count_attempts", "find_policy"),
        *("BEGIN", "insert_registration", "insert_personal_data", "COMMIT"),
        "start a workflow",
    ),
    "check a user name": ("count_attempts", "find_by_user_name"),
    "search by user name": SEARCH,
    "search by e-mail address": SEARCH,
    "search by receipt number": SEARCH,
    "search by person": SEARCH,
}

_NAMES: Final = {getattr(queries, name).sql: name for name in queries.available_queries if not name.endswith("_cursor")}
_asked: Final[ContextVar[list[str] | None]] = ContextVar("asked", default=None)
"""What the operation under way has asked for. Tasks inherit it; the heartbeat of the process began before."""


def _note(name: str) -> None:
    asked = _asked.get()
    if asked is not None:
        asked.append(name)


async def _listen(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    connection.add_query_logger(lambda sent: _note(_NAMES.get(sent.query, sent.query.strip(";"))))


class _Listening(Interceptor):
    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002  the SDK's name
        return _Listened(next)


class _Listened(OutboundInterceptor):
    """The calls by which gateways reach a workflow."""

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        _note("start a workflow")
        return await super().start_workflow(input)

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
        _note(f"update {input.update}")
        return await super().start_workflow_update(input)


@contextmanager
def asking() -> Iterator[list[str]]:
    """What is asked for in the context."""
    asked: list[str] = []
    token = _asked.set(asked)
    try:
        yield asked
    finally:
        _asked.reset(token)


@pytest_asyncio.fixture(loop_scope="session")
async def heard(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """The world through another process of one connection, which is listened to and has its types and its seal key."""
    monkeypatch.setitem(database._POOL_DEFAULTS, "init", _listen)
    config = world.client.config()
    config["interceptors"] = [*config["interceptors"], _Listening()]
    settings = world.settings.model_copy(update={"database_connections": 1})
    async with open_engine(settings, Client(**config)) as engine:
        found = world.on(engine)
        await found.temporary()
        yield found


Operation = Callable[[], Awaitable[object]]


async def operations(world: World) -> dict[str, tuple[Operation, type[UgyfelkapuError] | None]]:
    """Each of the table, with what refuses it."""
    _, may_log_in = await bring(world, Status.TEMPORARY)
    _, expired = await bring(world, Status.PASSWORD_EXPIRED)
    _, activating, code = await world.registered()
    citizen, portal, desk, here = world.citizen, world.portal, world.desk, another_address
    name, email = may_log_in["user_name"], may_log_in["email"]

    async def log_in_on_our_pages() -> None:
        session = await citizen.authenticate(name, PASSWORD, client_address=here(), browser=BROWSER)
        await BrowserSessions(world.engine).open(session, form="a form")

    def log_in(user_name: str, password: str) -> Operation:
        return lambda: citizen.authenticate(user_name, password, client_address=here())

    return {
        "log in": (log_in(name, PASSWORD), None),
        "log in on our pages": (log_in_on_our_pages, None),
        "log in with a wrong password": (log_in(name, NEXT), WrongPassword),
        "log in with an unknown user name": (log_in("senki.sincs.itt", NEXT), WrongPassword),
        "log in with an expired password": (log_in(expired["user_name"], PASSWORD), RequestACode),
        "redeem a code": (
            lambda: citizen.redeem_code(activating["user_name"], code, PASSWORD, client_address=here()),
            None,
        ),
        "redeem a wrong code": (
            lambda: citizen.redeem_code(name, "0000-0000-0000-0000", PASSWORD, client_address=here()),
            WrongCode,
        ),
        "request a code": (
            lambda: citizen.request_code(expired["user_name"], expired["email"], client_address=here()),
            None,
        ),
        "request a code with a wrong pair": (
            lambda: citizen.request_code(name, "nem.ez@example.org", client_address=here()),
            WrongPair,
        ),
        "change the password": (lambda: citizen.change_password(name, PASSWORD, NEXT, client_address=here()), None),
        "register": (lambda: portal.register(form(), client_address=here()), None),
        "check a user name": (lambda: portal.user_name_is_free("szabad.nev", client_address=here()), None),
        "search by user name": (lambda: desk.search({"user_name": name}), None),
        "search by e-mail address": (lambda: desk.search({"email": email}), None),
        "search by receipt number": (lambda: desk.search({"receipt_number": printed(1)}), None),
        "search by person": (
            lambda: desk.search({key: may_log_in[key] for key in ("birth_name", "birth_date", "mothers_birth_name")}),
            None,
        ),
    }


async def test_each_operation_asks_for_so_much_and_no_more(heard: World) -> None:
    asked = {}
    for name, (operation, refusal) in (await operations(heard)).items():
        with asking() as asked[name]:
            if refusal is None:
                await operation()
            else:
                with pytest.raises(refusal):
                    await operation()
    assert {name: tuple(found) for name, found in asked.items()} == EXPECTED
