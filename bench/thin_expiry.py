"""The thinnest workflow whose password expires: it waits, has that recorded, and has a letter sent."""

from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from registration.names import STATUS_ATTRIBUTE

RECORD: Final = "thin-record"
LETTER: Final = "thin-letter"
QUEUE: Final = "thin"
LETTERS_QUEUE: Final = "thin-letters"
EXPIRED: Final = "PASSWORD_EXPIRED"

_LIMIT: Final = timedelta(seconds=30)
_GRACE: Final = timedelta(days=60)
_STATUS: Final = SearchAttributeKey.for_keyword(STATUS_ATTRIBUTE)


@workflow.defn
class ThinExpiry:
    """As `../shared/measure/same_work_temporal.py` does it: the same record, letter and search attribute."""

    @workflow.run
    async def run(self, registration: str, expires: str) -> None:
        """Sleeps until the password expires (ISO 8601), and after that for the grace."""
        await workflow.sleep(datetime.fromisoformat(expires) - workflow.now())
        await workflow.execute_activity(RECORD, registration, start_to_close_timeout=_LIMIT)
        letter = workflow.start_activity(LETTER, registration, task_queue=LETTERS_QUEUE, start_to_close_timeout=_LIMIT)
        workflow.upsert_search_attributes([_STATUS.value_set(EXPIRED)])
        await letter
        await workflow.sleep(_GRACE)
