"""What an operator does: extend validity, run a pass of reconciliation, put a policy in force."""

from datetime import datetime

from temporalio.client import WorkflowFailureError

from registration.errors import Unavailable
from registration.forms import checked_identifier
from registration.messages import Actor, ActorKind, ExtendValidity
from registration.names import RECONCILIATION_ID, RECONCILIATION_WORKFLOW_TYPE, REGISTRATION_QUEUE
from registration.policy import Policy
from registration.reconciliation import Findings
from starter.gateway.connection import Gateway, answering, new_request_id, now


class OperationsGateway:
    """For one operator, named by an opaque id. Sees no personal data."""

    def __init__(self, gateway: Gateway, operator: str) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self._gateway = gateway
        self._actor = Actor(ActorKind.OPERATOR, checked_identifier("operator", operator))

    @answering
    async def extend_validity(self, reference: str, until: datetime) -> None:
        """Signals that the password is valid until `until` (UTC); refused, the signal leaves an event.

        Raises `NotFound`, `Unavailable`.
        """
        registration_id = await self._gateway.registration_id(reference)
        message = ExtendValidity(new_request_id(), self._actor, until)
        await self._gateway.signal(registration_id, message)

    @answering
    async def reconcile(self) -> Findings:
        """Runs a pass of reconciliation; its second look takes a minute. Raises `Unavailable`."""
        try:
            findings: Findings = await self._gateway.client.execute_workflow(
                RECONCILIATION_WORKFLOW_TYPE,
                id=f"{RECONCILIATION_ID}-{new_request_id()}",
                task_queue=REGISTRATION_QUEUE,
                result_type=Findings,
            )
        except WorkflowFailureError:
            raise Unavailable from None
        return findings

    @answering
    async def adopt_policy(self, policy: Policy) -> None:
        """Puts a new version of the policy in force, from each registration's next status. Raises `InvalidInput`."""
        await self._gateway.writer.adopt_policy(policy, now())
