"""The doomed pages' program: production's pages, which die once the act of a form is done and before it is answered."""

import os
import signal
from enum import StrEnum
from typing import Final

from starter.cli.app import main
from starter.gateway import Begun, Idempotency, StoredAnswer

MOMENT: Final = "DOOM_MOMENT"
"""The environment variable with the moment."""


class Moment(StrEnum):
    """When the process dies."""

    ANSWER_NOT_KEPT = "ANSWER_NOT_KEPT"
    ANSWER_KEPT = "ANSWER_KEPT"


_finish = Idempotency.finish


async def finish_and_die(self: Idempotency, begun: Begun, answer: StoredAnswer) -> StoredAnswer:
    """Replaces `Idempotency.finish`: nothing after it is done."""
    if os.environ[MOMENT] == Moment.ANSWER_KEPT:
        await _finish(self, begun, answer)
    os.kill(os.getpid(), signal.SIGKILL)
    return answer


if __name__ == "__main__":
    Idempotency.finish = finish_and_die  # type: ignore[method-assign]
    main()
