"""A checkpoint of the whole record: written first, then mailed to the auditors."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from activities import names
from registration.checkpoint import CheckpointMade, CheckpointMailed, CheckpointMailing, CheckpointOrder
from registration.names import CHECKPOINT_WORKFLOW_TYPE

_WRITING: Final = timedelta(hours=6)
"""Ten million heads take minutes; a longer attempt would delay the next day's checkpoint."""

_MAILING: Final = timedelta(hours=20)
"""The next checkpoint is due after 24 hours and must not wait for a mail server."""

_RETRIES: Final = RetryPolicy(maximum_interval=timedelta(minutes=5))


@workflow.defn(name=CHECKPOINT_WORKFLOW_TYPE)
class Checkpointing:
    """Started by a schedule each day, or by `ugyfelkapu audit checkpoint`."""

    @workflow.run
    async def run(self) -> CheckpointMade:
        """One checkpoint. It is valid once it is written; mail that fails for 20 hours is given up."""
        order = CheckpointOrder(workflow.now(), workflow.info().run_id)
        made: CheckpointMade = await workflow.execute_activity(
            names.WRITE_CHECKPOINT,
            order,
            result_type=CheckpointMade,
            start_to_close_timeout=_WRITING,
            heartbeat_timeout=names.CHECKPOINT_HEARTBEAT,
            retry_policy=_RETRIES,
        )
        try:
            mailed: CheckpointMailed = await workflow.execute_activity(
                names.MAIL_CHECKPOINT,
                CheckpointMailing(made.number),
                result_type=CheckpointMailed,
                start_to_close_timeout=_WRITING,
                schedule_to_close_timeout=_MAILING,
                heartbeat_timeout=names.LETTER_HEARTBEAT,
                retry_policy=_RETRIES,
            )
        except ActivityError:
            return made
        return replace(made, mailed=mailed.auditors)
