"""Starting a registration's workflow and sending it messages: shared by the gateway and by reconciliation."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    Priority,
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from registration import messages as m
from registration.bounds import fits_office
from registration.dependencies import Dependency
from registration.errors import NotFound, UgyfelkapuError, Unavailable
from registration.names import CHANNEL_ATTRIBUTE, OFFICE_ATTRIBUTE, REGISTRATION_QUEUE, WORKFLOW_TYPE, workflow_id
from registration.rules import MESSAGES
from registration.state import State
from temporal.client import is_unreachable, silent_dependency
from temporal.keyed_turns import KeyedTurns

_CHANNEL: Final = SearchAttributeKey.for_keyword(CHANNEL_ATTRIBUTE)
_OFFICE: Final = SearchAttributeKey.for_keyword(OFFICE_ATTRIBUTE)

_ANSWER_WITHIN: Final = timedelta(seconds=17)
"""A healthy system answers in milliseconds; after this the caller is asked to try again, and the message goes on.

With the 3 seconds of `silent_dependency` it makes the 20 that docs/api.md promises.
"""

_TURNS: Final = KeyedTurns(2)
"""So many messages at once to one registration from one process.

Temporal takes ten for a workflow, and what refuses the next one makes it lose the task of these ten: 50 at once, of a
slow worker, got no answer for as long as they were repeated (13 minutes, measured).
"""

_STARTED_WITHIN: Final = timedelta(seconds=20)


async def launch(client: Client, state: State, *, within: timedelta = _STARTED_WITHIN) -> None:
    """Starts a registration's workflow; starting it twice changes nothing. Raises `Unavailable`."""
    attributes: list[SearchAttributePair[Any]] = [SearchAttributePair(_CHANNEL, state.channel)]
    if state.opened_by.office and fits_office(state.opened_by.office):
        attributes.append(SearchAttributePair(_OFFICE, state.opened_by.office))
    try:
        await client.start_workflow(
            WORKFLOW_TYPE,
            state,
            id=workflow_id(state.registration_id),
            task_queue=REGISTRATION_QUEUE,
            search_attributes=TypedSearchAttributes(attributes),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=f"{state.channel}",
            priority=Priority(fairness_key=_fairness_key(state)),
            rpc_timeout=within,
        )
    except WorkflowAlreadyStartedError:
        return
    except RPCError:
        raise Unavailable(Dependency.TEMPORAL) from None
    except RuntimeError as failure:
        raise_unless_unreachable(failure)
        raise Unavailable(Dependency.TEMPORAL) from None


def _fairness_key(state: State) -> str:
    """The month of the start, or that in which an imported password ends: a fair server gives each key its turn.

    When very many passwords expire at once, they are of other months: who registers today does not wait behind them.
    The key never changes. Months, because a turn of all days of some years would be long.
    """
    if state.imported:
        until = state.imported.password_valid_until
        return f"imported-{until:%Y-%m}" if until else "imported"
    return f"{datetime.now(UTC):%Y-%m}"


def raise_unless_unreachable(failure: RuntimeError) -> None:
    """Raises the failure again, unless it is that of a client that connects on first use and cannot."""
    if not is_unreachable(failure):
        raise failure


def handle_of(client: Client, registration_id: str) -> WorkflowHandle[Any, Any]:
    """The handle of a registration's workflow, in its present run."""
    return client.get_workflow_handle(workflow_id(registration_id))


async def send(client: Client, registration_id: str, message: m.Message) -> m.Answer:
    """Sends a message as an update and waits for the answer.

    Raises the refusal that the rules raised; `NotFound` where no such workflow runs; `Unavailable` where no answer came
    in time (what was accepted goes on, and the same `request_id` will get its answer).
    """
    try:
        async with _TURNS.of(registration_id), asyncio.timeout(_ANSWER_WITHIN.total_seconds()):
            answer: m.Answer = await handle_of(client, registration_id).execute_update(
                MESSAGES[type(message)].update, message, id=message.request_id, result_type=m.Answer
            )
    except WorkflowUpdateFailedError as failed:
        raise _refusal(failed.cause) from None
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise Unavailable(await silent_dependency(client)) from None
    except RPCError as trouble:
        found_none = trouble.status is RPCStatusCode.NOT_FOUND
        raise (NotFound() if found_none else Unavailable(Dependency.TEMPORAL)) from None
    except RuntimeError as failure:
        raise_unless_unreachable(failure)
        raise Unavailable(Dependency.TEMPORAL) from None
    return answer


async def settle(
    client: Client, registration_id: str, message: m.Message, refuse: Callable[[str], Awaitable[None]]
) -> None:
    """Sends the message that adopts a pending credential again. Raises `Unavailable` without an outcome.

    A refusal is an outcome, too: `refuse` is given the id of the credential, which is the message's request id.
    """
    try:
        await send(client, registration_id, message)
    except Unavailable:
        raise
    except UgyfelkapuError:
        await refuse(message.request_id)


def _refusal(cause: BaseException) -> UgyfelkapuError:
    if isinstance(cause, ApplicationError) and cause.type in UgyfelkapuError.kinds:
        facts = cause.details[0] if cause.details else {}
        return UgyfelkapuError.kinds[cause.type](**facts)
    return Unavailable(Dependency.WORKER)
