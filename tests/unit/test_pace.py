"""Acts on many items, some of them at once."""

import asyncio

import pytest

from temporal.pace import of_each


async def test_outcomes_are_in_the_order_of_the_items_and_so_many_are_under_way_at_once() -> None:
    under_way = most = 0

    async def act(item: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep((5 - item) / 1000)
        under_way -= 1
        return item * 10

    assert await of_each(range(5), act, at_once=2) == [0, 10, 20, 30, 40]
    assert most == 2


async def test_the_first_failure_is_raised_as_it_is_and_ends_what_is_under_way() -> None:
    ended = []

    async def act(item: int) -> None:
        try:
            await asyncio.sleep(item)
        except asyncio.CancelledError:
            ended.append(item)
            raise
        raise LookupError(item)

    with pytest.raises(LookupError, match="0"):
        await of_each([0, 60, 70], act, at_once=2)
    assert 60 in ended
