"""The connection to PostgreSQL breaks at any statement, COMMIT among them: every life stays whole.

Each operation is cut at each of its statements, before the server has run it and after; the caller gets an answer
or `Unavailable`, and asks again under the same request id.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from pydantic import SecretStr

from registration.errors import Unavailable
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, PASSWORD, another_address, form
from starter.gateway import CitizenGateway, DeskGateway, Engine, PortalGateway, open_engine
from starter.gateway.engine import new_request_id
from tests.chaos.cutting_proxy import Cut, CuttingProxy, cutting_proxy, every
from tests.support.installation import Installation, installation
from tests.support.soundness import assert_sound
from tests.workflows.lives import bring
from worker import running_workers

LIVES: Final = 12
_EVERY: Final = 7
"""Statements of the worker. An activity that records is one, and four on a new connection, which asks for types first:
four of seven attempts fail, so eleven in a row, a minute of back-off, happen to one record in five hundred."""

_BREAKING_SECONDS: Final = 20
"""How long connections break; most lives need half of it. Without an end that unlucky record would be waited for."""

_ARRIVES_SECONDS: Final = 3 * _BREAKING_SECONDS
"""Back-off doubles: what failed for all of that time is tried again after as long a time. The rest is for a machine
that others keep busy."""


@dataclass(frozen=True)
class Act:
    """An operation, and the status that it begins in."""

    begins: Status | None
    send: Callable[[Engine, dict[str, Any], str, str], Awaitable[Any]]


def _desk(engine: Engine) -> DeskGateway:
    return DeskGateway(engine, "clerk-7", "1051")


async def _register(engine: Engine, filled: dict[str, Any], _code: str, request: str) -> Any:  # noqa: ANN401  whatever is answered
    return await PortalGateway(engine).register(filled, client_address=another_address(), request_id=request)


async def _redeem(engine: Engine, filled: dict[str, Any], code: str, _request: str) -> Any:  # noqa: ANN401
    return await CitizenGateway(engine).redeem_code(
        filled["user_name"], code, PASSWORD, client_address=another_address()
    )


async def _request_code(engine: Engine, filled: dict[str, Any], _code: str, request: str) -> Any:  # noqa: ANN401
    return await CitizenGateway(engine).request_code(
        filled["user_name"], filled["email"], client_address=another_address(), request_id=request
    )


async def _verify(engine: Engine, filled: dict[str, Any], _code: str, request: str) -> Any:  # noqa: ANN401
    return await _desk(engine).verify_identity(filled["user_name"], EVIDENCE, request_id=request)


async def _close(engine: Engine, filled: dict[str, Any], _code: str, request: str) -> Any:  # noqa: ANN401
    return await _desk(engine).close(filled["id"], EVIDENCE, request_id=request)


ACTS: Final = {
    "register": Act(None, _register),
    "redeem": Act(Status.AWAITING_ACTIVATION, _redeem),
    "request_code": Act(Status.TEMPORARY, _request_code),
    "verify_identity": Act(Status.TEMPORARY, _verify),
    "close": Act(Status.ACTIVE, _close),
}


@asynccontextmanager
async def proxied() -> AsyncIterator[tuple[Installation, World, CuttingProxy]]:
    async with installation() as (servers, world), cutting_proxy(servers.addresses.database) as proxy:
        yield servers, world, proxy


async def test_an_operation_that_is_cut_at_any_statement_can_be_asked_again() -> None:
    async with proxied() as (_, world, proxy), running_workers(world.client, world.settings):
        settings = world.settings.model_copy(update={"database_url": SecretStr(proxy.url)})
        async with open_engine(settings, world.client) as engine:
            cut_at: dict[str, int] = {}
            for name, act in ACTS.items():
                number = 0
                while True:
                    number += 1
                    cuts = [await _cut_once(world, proxy, engine, act, number, cut) for cut in Cut]
                    if not any(cuts):
                        break
                    cut_at[name] = number
            print(f"statements at which each was cut: {cut_at}")  # noqa: T201  the measured figure
            assert min(cut_at.values()) >= 3


async def _cut_once(  # noqa: PLR0913, PLR0917  one argument for each thing that differs
    world: World, proxy: CuttingProxy, engine: Engine, act: Act, number: int, cut: Cut
) -> bool:
    """Whether the operation has so many statements; one that was cut is asked again, and its life looked at."""
    filled, code, registration_id = form(), "", None
    if act.begins is Status.AWAITING_ACTIVATION:
        registration_id, filled, code = await world.registered()
    elif act.begins:
        registration_id, filled = await bring(world, act.begins)
    request = new_request_id()
    asked = filled | ({"id": registration_id} if registration_id else {})
    proxy.arm(lambda statement: cut if statement == number else None)
    try:
        answer = await act.send(engine, asked, code, request)
    except Unavailable:
        answer = None
    finally:
        proxy.disarm()
    was_cut = proxy.cuts > 0
    if answer is None:
        assert was_cut
        answer = await _asked_again(act, world.engine, asked, code, request)
    registration_id = registration_id or answer
    await assert_sound(world, registration_id, filled["email"])
    if not isinstance(answer, str):
        assert answer.status is (await world.audit.snapshot(registration_id)).status
    return was_cut


async def _asked_again(act: Act, engine: Engine, filled: dict[str, Any], code: str, request: str) -> Any:  # noqa: ANN401  whatever is answered
    """What was accepted may still be on its way."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await act.send(engine, filled, code, request)
            except Unavailable:
                await asyncio.sleep(0.1)


async def test_a_worker_whose_connections_break_again_and_again_records_every_decision_once() -> None:
    """Each seventh statement, before and after in turn: what arrives twice is recorded once, letters stay the same."""
    async with proxied() as (_, world, proxy):
        settings = world.settings.model_copy(update={"database_url": SecretStr(proxy.url)})
        async with running_workers(world.client, settings):
            proxy.arm(every(_EVERY))
            ending = asyncio.get_running_loop().call_later(_BREAKING_SECONDS, proxy.disarm)
            lives = await asyncio.gather(*(_lived(world) for _ in range(LIVES)))
            cuts = proxy.cuts
            ending.cancel()
            proxy.disarm()
            for registration_id, email in lives:
                observed = await assert_sound(world, registration_id, email, within_seconds=_ARRIVES_SECONDS)
                assert observed.stored.status is Status.ACTIVE
                assert observed.stored.sequence == 3
            print(f"{cuts} connections broken in {LIVES} lives")  # noqa: T201  the measured figure
            assert cuts >= LIVES


async def _lived(world: World) -> tuple[str, str]:
    filled = form()
    registration_id = await world.register(filled)
    code = await world.code(filled["email"], within_seconds=_ARRIVES_SECONDS)
    await _asked_again(ACTS["redeem"], world.engine, filled, code, new_request_id())
    await _asked_again(ACTS["verify_identity"], world.engine, filled, "", new_request_id())
    return registration_id, filled["email"]
