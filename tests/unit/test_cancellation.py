"""Operations whose callers have left: out of the queue, or to their end."""

import asyncio
from collections.abc import Callable

import pytest

from registration.errors import Unavailable
from starter.gateway.cancellation import carried_through, finish_under_way, queueing, waited_for
from temporal.keyed_turns import KeyedTurns


class Operation:
    """Waits in a queue, then for a server."""

    def __init__(self) -> None:
        self.place = asyncio.Event()
        self.server = asyncio.Event()
        self.log: list[str] = []

    async def __call__(self) -> str:
        try:
            self.log.append("queued")
            with queueing():
                await self.place.wait()
            self.log.append("begun")
            await self.server.wait()
            self.log.append("done")
        except asyncio.CancelledError:
            self.log.append("left")
            raise
        return "the outcome"


async def turn_of_the_loop() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_waits_to_the_end_has_the_outcome() -> None:
    operation = Operation()
    operation.place.set()
    operation.server.set()
    assert await carried_through(operation()) == "the outcome"


async def test_cancelled_in_its_queue_an_operation_leaves_it() -> None:
    operation = Operation()
    caller = asyncio.create_task(carried_through(operation()))
    await turn_of_the_loop()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await finish_under_way()
    assert operation.log == ["queued", "left"]


@pytest.mark.parametrize("gives_up", [asyncio.Task.cancel, None], ids=["cancelled", "timed out"])
async def test_cancelled_later_it_goes_on_to_its_end(gives_up: "Callable[[asyncio.Task[str]], bool] | None") -> None:
    operation = Operation()
    operation.place.set()
    if gives_up:
        caller = asyncio.create_task(carried_through(operation()))
        await turn_of_the_loop()
        gives_up(caller)
        with pytest.raises(asyncio.CancelledError):
            await caller
    else:
        with pytest.raises(TimeoutError):
            await _timed_out(operation)
    assert operation.log == ["queued", "begun"]
    operation.server.set()
    await finish_under_way()
    assert operation.log == ["queued", "begun", "done"]


async def _timed_out(operation: Operation) -> None:
    """Its time is over once it has begun, however long that takes on a busy machine."""
    async with asyncio.timeout(None) as bound, asyncio.TaskGroup() as beside:

        async def end() -> None:
            await turn_of_the_loop()
            bound.reschedule(asyncio.get_running_loop().time())

        beside.create_task(end())
        await carried_through(operation())


async def test_cancelled_before_its_first_step_it_is_never_begun() -> None:
    operation = Operation()
    caller = asyncio.create_task(carried_through(operation()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await finish_under_way()
    assert "begun" not in operation.log


async def test_whoever_is_gone_before_a_queue_does_not_enter_it() -> None:
    operation = Operation()
    with waited_for() as client:
        client.leave()
        with pytest.raises(asyncio.CancelledError):
            await operation()
    assert operation.log == ["queued", "left"]


async def test_an_operation_within_another_leaves_and_goes_on_with_it() -> None:
    inner = Operation()

    async def outer() -> str:
        return await carried_through(inner())

    caller = asyncio.create_task(carried_through(outer()))
    await turn_of_the_loop()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await finish_under_way()
    assert inner.log == ["queued", "left"]


async def test_what_fails_after_its_caller_has_left_disturbs_nobody() -> None:
    """An exception that is never retrieved would be an error of these tests."""
    server = asyncio.Event()

    async def failing() -> None:
        await server.wait()
        raise Unavailable

    caller = asyncio.create_task(carried_through(failing()))
    await turn_of_the_loop()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    server.set()
    await finish_under_way()


async def test_who_leaves_while_waiting_for_a_turn_is_passed_over() -> None:
    turns, log = KeyedTurns(1, queueing), list[str]()

    async def takes(name: str, until: asyncio.Event) -> None:
        async with turns.of("a registration"):
            log.append(name)
            await until.wait()

    go = asyncio.Event()
    first, second, third = (asyncio.create_task(carried_through(takes(name, go))) for name in ("1", "2", "3"))
    await turn_of_the_loop()
    second.cancel()
    first.cancel()
    await turn_of_the_loop()
    assert log == ["1"]
    go.set()
    await third
    assert log == ["1", "3"]
    assert {first.cancelled(), second.cancelled()} == {True}


async def test_a_wait_for_a_turn_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporal.keyed_turns._WITHIN_SECONDS", 0.01)
    turns = KeyedTurns(1, queueing)
    async with turns.of("a registration"):
        with pytest.raises(Unavailable):
            async with turns.of("a registration"):
                raise AssertionError
        async with turns.of("another"):
            pass
    async with turns.of("a registration"):
        pass
