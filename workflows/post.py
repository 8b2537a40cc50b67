"""Sends letters through a task queue of their own; the lifecycle never waits for them (principle 11)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, RetryState

from activities import names
from activities.names import LETTER_HEARTBEAT, LETTER_REFUSED
from registration.letters import LetterFailure
from registration.messages import UndeliveredLetter
from registration.names import LETTERS_QUEUE
from registration.state import LetterOrder

_ATTEMPT: Final = timedelta(minutes=2)
"""One conversation with a mail server, its time-outs included."""

_RETRIES: Final = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(hours=1))
"""Until the deadline that the letter serves; a mail server that is away for a day costs some thirty attempts."""

_AT_ONCE: Final = timedelta(seconds=1)
"""A letter whose deadline is now still gets one attempt."""


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
                priority=Priority(priority_key=letter.kind.row.priority.value),
                summary=letter.name.letter_id,
            )
        except ActivityError as failure:
            await self._settle(letter, _undelivered(letter, failure))
        else:
            await self._settle(letter, None)


def _undelivered(letter: LetterOrder, failure: ActivityError) -> UndeliveredLetter:
    now, cause = workflow.now(), failure.cause
    if failure.retry_state == RetryState.TIMEOUT:
        return UndeliveredLetter(letter.name, LetterFailure.DEADLINE_PASSED, now)
    refusal = cause.details if isinstance(cause, ApplicationError) and cause.type == LETTER_REFUSED else ()
    why, smtp_reply = refusal or (LetterFailure.UNKNOWN, None)
    return UndeliveredLetter(letter.name, LetterFailure(why), now, smtp_reply)
