"""What an operator does: extend validity, of one or of many; reconcile; adopt a policy; rotate keys; reindex."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio.client import WorkflowFailureError

from registration.errors import Unavailable
from registration.forms import checked_identifier
from registration.messages import Actor, ActorKind, ExtendValidity
from registration.names import RECONCILIATION_ID, RECONCILIATION_WORKFLOW_TYPE, REGISTRATION_QUEUE
from registration.policy import Policy
from registration.reconciliation import Findings
from starter.gateway.connection import Gateway, answering, now
from starter.gateway.extensions import BulkExtensions

_MOST_PASSES: Final = 10
"""Passes over all registrations in one call; a second one finds what came in during the first, and so on."""


@dataclass(frozen=True)
class Rotation:
    """Data keys wrapped by master keys other than the one in use: `rewrapped` now, and how many `remaining` by key."""

    rewrapped: int
    remaining: dict[str, int]


@dataclass(frozen=True)
class Renewal:
    """Blind indexes made by search indexes other than the one in use: `renewed` now, how many `remaining` by index."""

    renewed: int
    remaining: dict[str, int]


class OperationsGateway(BulkExtensions):
    """For one operator, or for a supervisor of an office, named by an opaque id. Sees no personal data."""

    def __init__(
        self, gateway: Gateway, operator: str, kind: ActorKind = ActorKind.OPERATOR, office: str | None = None
    ) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self._gateway = gateway
        self._actor = Actor(kind, checked_identifier("operator", operator), office)

    @answering
    async def extend_validity(self, reference: str, until: datetime) -> None:
        """Signals that the password is valid until `until` (UTC); refused, the signal leaves an event.

        Raises `NotFound`, `Unavailable`.
        """
        async with self._attended("operations.extend_validity") as act:
            registration_id = await act.find(reference)
            await act.signal(registration_id, ExtendValidity(act.request_id, self._actor, until))

    @answering
    async def reconcile(self) -> Findings:
        """Runs a pass of reconciliation; its second look takes a minute. Raises `Unavailable`."""
        async with self._attended("operations.reconcile") as act:
            await act.acting()
            try:
                findings: Findings = await self._gateway.client.execute_workflow(
                    RECONCILIATION_WORKFLOW_TYPE,
                    id=f"{RECONCILIATION_ID}-{act.request_id}",
                    task_queue=REGISTRATION_QUEUE,
                    result_type=Findings,
                )
            except WorkflowFailureError:
                raise Unavailable from None
            return findings

    @answering
    async def policy(self) -> Policy:
        """The policy in force."""
        async with self._attended("operations.policy") as act:
            await act.looked()
            return await self._gateway.reader.policy() or Policy()

    @answering
    async def adopt_policy(self, policy: Policy) -> None:
        """Puts a new version of the policy in force, from each registration's next status. Raises `InvalidInput`."""
        async with self._attended("operations.adopt_policy") as act:
            act.detail = str(policy.version)
            await act.acting()
            await self._gateway.writer.adopt_policy(policy, now())

    @answering
    async def keys_to_rotate(self) -> dict[str, int]:
        """How many data keys are wrapped by each master key other than the one in use."""
        async with self._attended("operations.keys_to_rotate") as act:
            await act.looked()
            return await self._gateway.rotation.counts()

    @answering
    async def rotate_keys(self, advance: Callable[[int], None] = lambda _: None) -> Rotation:
        """Re-wraps every data key under the master key in use; stopped at any point, the next call does the rest.

        `advance` is told how many keys each batch has looked at. Keys of a master key that the ring lacks stay as they
        are, and count as remaining, as do those that a process with another first key has written meanwhile.
        """
        rotation = self._gateway.rotation
        async with self._attended("operations.rotate_keys") as act:
            await act.acting()
            rewrapped = 0
            for master_key_id in filter(rotation.opens, await rotation.counts()):
                after = None
                while (batch := await rotation.rewrap(master_key_id, after)).last:
                    rewrapped += batch.rewrapped
                    after = batch.last
                    advance(batch.looked_at)
            return Rotation(rewrapped, await rotation.counts())

    @answering
    async def indexes_to_renew(self) -> dict[str, int]:
        """How many blind indexes each search index has made other than the one in use."""
        async with self._attended("operations.indexes_to_renew") as act:
            await act.looked()
            return await self._gateway.reindexing.behind()

    @answering
    async def reindex(self, advance: Callable[[int, int], None] = lambda _looked_at, _total: None) -> Renewal:
        """Makes every blind index anew by the search index in use; stopped at any point, the next call does the rest.

        Passes follow each other until one finds nothing to write, for registrations come in meanwhile and what somebody
        holds is passed over. `advance` is told how many registrations a pass has looked at, of how many. What cannot be
        unsealed stays and counts as remaining, as does a user name that another one is the same as by the new folding,
        and what a process with another first index has written meanwhile.
        """
        reindexing, renewed = self._gateway.reindexing, 0
        async with self._attended("operations.reindex") as act:
            await act.acting()
            for _ in range(_MOST_PASSES):
                total, looked_at, written, after = await reindexing.registrations(), 0, 0, None
                while (batch := await reindexing.renew(after)).last:
                    looked_at, written, after = looked_at + batch.looked_at, written + batch.renewed, batch.last
                    advance(looked_at, total)
                renewed += written
                if not written:
                    break
            return Renewal(renewed, await reindexing.behind())
