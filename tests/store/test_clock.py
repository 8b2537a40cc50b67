"""A process whose clock is far from the database's does not start; a later difference is logged, and it goes on."""

import time
from datetime import UTC, datetime

import asyncpg
import pytest

from registration.statuses import Language
from settings.start_problems import CannotStart, StartProblem
from starter.dev.postgres import PostgresServer
from starter.translation import translated
from store.clock import MOST_SECONDS, check_clock, difference

AT = 1_800_000_000.0


@pytest.mark.parametrize(
    ("before", "database", "after", "ahead"),
    [
        (AT, AT, AT, 0),
        (AT, AT + 5, AT + 10, 0),  # the answer took 10 s
        (AT, AT, AT + 90, 0),
        (AT, AT + 90, AT + 90, 0),
        (AT + 61, AT, AT + 61, 61),
        (AT + 600, AT, AT + 610, 600),
        (AT, AT + 61, AT, -61),
        (AT, AT + 600, AT + 10, -590),
    ],
)
def test_it_is_what_no_round_trip_explains(before: float, database: float, after: float, ahead: float) -> None:
    """The database read its clock at some time between question and answer."""
    assert difference(before, datetime.fromtimestamp(database, UTC), after) == pytest.approx(ahead)


@pytest.mark.parametrize("ahead", [-3_600, -MOST_SECONDS - 40, MOST_SECONDS + 40, 3_600, 86_400])
async def test_more_than_a_minute_is_refused_in_a_sentence_that_names_it(server: PostgresServer, ahead: float) -> None:
    connection = await asyncpg.connect(server.url)
    try:
        with pytest.raises(CannotStart) as refused:
            await check_clock(connection, lambda: time.time() + ahead)
    finally:
        await connection.close()
    assert refused.value.problem is StartProblem.CLOCKS_DIFFER
    for language in Language:
        sentence = translated(refused.value.sentence, language)
        named = next(float(word) for word in sentence.split() if word.lstrip("+-").isdecimal())
        assert named == pytest.approx(ahead, abs=30)
        assert (named > 0) is (ahead > 0)


@pytest.mark.parametrize("ahead", [-MOST_SECONDS + 30, 0, MOST_SECONDS - 30])
async def test_less_is_taken(server: PostgresServer, ahead: float) -> None:
    connection = await asyncpg.connect(server.url)
    try:
        await check_clock(connection, lambda: time.time() + ahead)
    finally:
        await connection.close()
