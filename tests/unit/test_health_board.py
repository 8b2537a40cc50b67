"""Checks that have two seconds: what does not answer is unknown since it was last known, and holds nothing up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.service import RPCError, RPCStatusCode

from registration.system_health import HealthCheck, HealthCheckName, HealthState, overdue
from temporal.health_board import HealthBoard

BEGAN: Final = datetime(2027, 3, 1, 2, tzinfo=UTC)
KNOWN: Final = BEGAN + timedelta(minutes=5)
LONG_SECONDS: Final = 600


class Server:
    """Answers, refuses, or is silent."""

    def __init__(self) -> None:
        self.begun = 0
        self.is_silent = False
        self.failure: Exception | None = None

    async def look(self) -> HealthCheck:
        self.begun += 1
        if self.is_silent:
            await asyncio.sleep(LONG_SECONDS)
        if self.failure:
            raise self.failure
        return overdue(0, KNOWN)


async def look(board: HealthBoard, server: Server) -> HealthCheck:
    (found,) = await board.look({HealthCheckName.OVERDUE_DEADLINES: server.look})
    return found


async def test_what_fails_is_unknown_since_it_was_last_known() -> None:
    board, server = HealthBoard(BEGAN), Server()
    server.failure = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    first = await look(board, server)
    assert (first.state, first.known_at) == (HealthState.UNKNOWN, BEGAN)
    server.failure = None
    assert await look(board, server) == overdue(0, KNOWN)
    for failure in (ConnectionRefusedError(), TimeoutError(), RuntimeError("a mistake of ours")):
        server.failure = failure
        last = await look(board, server)
        assert (last.state, last.known_at, last.count) == (HealthState.UNKNOWN, KNOWN, None)


async def test_a_silent_server_holds_no_other_check_up_and_is_not_asked_again_while_it_is_silent() -> None:
    board, silent, sound = HealthBoard(BEGAN), Server(), Server()
    silent.is_silent = True
    looks = {HealthCheckName.OVERDUE_DEADLINES: silent.look, HealthCheckName.ARCHIVE: sound.look}
    for _ in range(2):
        async with asyncio.timeout(LONG_SECONDS / 2):
            unknown, known = await board.look(looks)
        assert (unknown.state, unknown.known_at) == (HealthState.UNKNOWN, BEGAN)
        assert known.state is HealthState.WELL
    assert (silent.begun, sound.begun) == (1, 2)
    board.close()
    await asyncio.sleep(0)
