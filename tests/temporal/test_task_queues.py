"""A queue whose tasks get no worker is in the metrics at once, and in the worker's log when two looks agree."""

import asyncio
import math
from datetime import UTC, datetime
from typing import Final

from structlog.testing import capture_logs

from registration.queue_health import Poller, QueueUse, polled
from registration.system_health import HealthCheckName
from settings.metrics import DEGRADED, Metrics
from starter.dev.installation import SOON_SECONDS
from temporal import task_queues
from temporal.client import connect
from temporal.task_queues import _Log, watching_queues

NOW: Final = datetime(2027, 3, 1, 2, tzinfo=UTC)
QUEUE: Final = HealthCheckName.REGISTRATION_QUEUE
SERVED: Final = polled(QUEUE, QueueUse(None, (Poller(None, NOW),)), NOW)
STALLED: Final = polled(QUEUE, QueueUse(None, (Poller("b1", NOW),)), NOW)
REPLACED: Final = polled(QUEUE, QueueUse("b2", (Poller("b1", NOW),)), NOW)


async def test_while_temporal_is_away_it_is_not_known() -> None:
    client = await connect({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, lazy=True)
    metrics = Metrics([DEGRADED])
    async with watching_queues(client, metrics), asyncio.timeout(SOON_SECONDS):
        for queue in task_queues._QUEUES:
            while (value := metrics.value(DEGRADED, queue)) is None:  # noqa: ASYNC110  a metric sends no event
                await asyncio.sleep(0.1)
            assert math.isnan(value)


def test_the_log_has_what_two_looks_agree_on_once_and_its_end() -> None:
    log = _Log()
    with capture_logs() as lines:
        for found in (SERVED, SERVED, STALLED, SERVED, STALLED, STALLED, STALLED, REPLACED, REPLACED, SERVED, SERVED):
            log.note(found)
    assert [(line["event"], line.get("reason"), line.get("version")) for line in lines] == [
        ("degraded", "NO_CURRENT_VERSION", None),
        ("degraded", "OTHER_VERSION", "b2"),
        ("degraded_no_more", None, None),
    ]
