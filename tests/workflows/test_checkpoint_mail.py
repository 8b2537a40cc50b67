"""A checkpoint is valid once it is written, whether or not it was mailed."""

from uuid import uuid4

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities import names
from registration.checkpoint import CheckpointMade, CheckpointMailed, CheckpointMailing, CheckpointOrder
from starter.dev.installation import World
from temporal.sandbox import SANDBOX
from workflows.checkpoint import Checkpointing


@activity.defn(name=names.WRITE_CHECKPOINT)
async def write(order: CheckpointOrder) -> CheckpointMade:
    return CheckpointMade(1, order.at, leaves=3, changed=3, contradicted=0, root="ab", document="cd")


@activity.defn(name=names.MAIL_CHECKPOINT)
async def give_up(mailing: CheckpointMailing) -> CheckpointMailed:
    """As after 20 hours without a mail server."""
    raise ApplicationError("no mail server", type="MailUnavailable", non_retryable=True)


async def test_a_checkpoint_whose_mail_is_given_up_stands_and_says_that_nobody_got_it(world: World) -> None:
    queue = f"checkpoint-mail-{uuid4()}"
    async with Worker(
        world.client,
        task_queue=queue,
        workflows=[Checkpointing],
        activities=[write, give_up],
        workflow_runner=SANDBOX,
    ):
        made = await world.client.execute_workflow(Checkpointing.run, id=queue, task_queue=queue)
    assert (made.number, made.document, made.mailed) == (1, "cd", 0)
