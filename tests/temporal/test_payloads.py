"""Payloads are brief JSON that people can read, and come back whole."""

import json

import pytest
from temporalio.converter import DataConverter

from registration.messages import Answer
from registration.state import State
from registration.statuses import Status
from temporal.payloads import BRIEF_JSON
from tests.unit.lives import START, active, new


@pytest.mark.parametrize("state", [new(), active()], ids=["before its first decision", "active"])
@pytest.mark.parametrize("reader", [BRIEF_JSON, DataConverter.default], ids=["brief", "standard"])
async def test_a_state_comes_back_whole(state: State, reader: DataConverter) -> None:
    assert await reader.decode(await BRIEF_JSON.encode([state]), [State]) == [state]


async def test_an_older_payload_with_every_field_is_read() -> None:
    assert await BRIEF_JSON.decode(await DataConverter.default.encode([active()]), [State]) == [active()]


async def test_what_says_nothing_is_left_out_and_the_policy_never_is() -> None:
    [payload] = await BRIEF_JSON.encode([new()])
    written = json.loads(payload.data)
    assert payload.metadata["encoding"] == b"json/plain"
    assert {"outbox", "undelivered", "answers", "evidence", "reminded_at"}.isdisjoint(written)
    assert written["policy"] == vars(new().policy) | {"password_reminder_days": [30, 7, 1]}


async def test_a_field_without_a_default_stays_where_it_is_empty() -> None:
    answer = Answer(Status.INACTIVE, None, None, None, START)
    [payload] = await BRIEF_JSON.encode([answer])
    assert json.loads(payload.data)["deadline"] is None
    assert await BRIEF_JSON.decode([payload], [Answer]) == [answer]
