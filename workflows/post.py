"""Sends letters through a task queue of their own; the lifecycle never waits for them (principle 11)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, RetryState

from activities import names
from activities.names import LETTER_HEARTBEAT
from registration.messages import UndeliveredLetter
from registration.names import LETTERS_QUEUE
from registration.state import LetterOrder

_ATTEMPT: Final = timedelta(minutes=2)
"""One conversation with a mail server, its time-outs included."""

_RETRIES: Final = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(hours=1))
"""Until the deadline that the letter serves; a mail server that is away for a day costs some thirty attempts."""

_AT_ONCE: Final = timedelta(seconds=1)
"""A letter whose deadline is now still gets one attempt."""

_CODES_FIRST: Final = Priority(priority_key=1)
_NOTICES: Final = Priority(priority_key=3)
_REMINDERS_LAST: Final = Priority(priority_key=5)


class Post:
    """Sends letters in the background and reports each outcome to `settle`."""

    def __init__(self, settle: Callable[[LetterOrder, UndeliveredLetter | None], Awaitable[None]]) -> None:
        """`settle` is called once for each letter: with `None` if it was delivered, else with the reason."""
        self._settle = settle
        self._deliveries: set[asyncio.Task[None]] = set()

    def send(self, letter: LetterOrder) -> None:
        """Starts sending."""
        delivery = asyncio.create_task(self._deliver(letter))
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)

    async def _deliver(self, letter: LetterOrder) -> None:
        try:
            await workflow.execute_activity(
                names.SEND_LETTER,
                letter,
                task_queue=LETTERS_QUEUE,
                schedule_to_close_timeout=max(letter.until - workflow.now(), _AT_ONCE),
                start_to_close_timeout=_ATTEMPT,
                heartbeat_timeout=LETTER_HEARTBEAT,
                retry_policy=_RETRIES,
                priority=_priority(letter),
                summary=letter.letter_id,
            )
        except ActivityError as failure:
            reason = _reason(failure)
            await self._settle(letter, UndeliveredLetter(letter.letter_id, reason, workflow.now()))
        else:
            await self._settle(letter, None)


def _priority(letter: LetterOrder) -> Priority:
    if letter.kind.purpose:
        return _CODES_FIRST
    return _NOTICES if letter.days is None else _REMINDERS_LAST


def _reason(failure: ActivityError) -> str:
    if failure.retry_state == RetryState.TIMEOUT:
        return "the deadline passed"
    return failure.cause.message if isinstance(failure.cause, ApplicationError) else "not delivered"
