"""What an operator does: extend validity, of one or of many; reconcile; adopt a policy; rotate keys; reindex."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio.client import WorkflowFailureError

from registration.dependencies import Dependency
from registration.errors import KeyNotEverywhere, Unavailable
from registration.forms import checked_subject
from registration.messages import Actor, ActorKind, ExtendValidity
from registration.names import RECONCILIATION_ID, RECONCILIATION_WORKFLOW_TYPE, REGISTRATION_QUEUE
from registration.operations import Operation
from registration.policy import Policy
from registration.reconciliation import Findings
from starter.gateway.engine import Engine, now
from starter.gateway.extensions import BulkExtensions
from starter.gateway.resets import Reset, reset_cut_off
from starter.gateway.staff_act import StaffWork, attended
from store.keys import MASTER, SEARCH, KeyUse
from temporal.client import silent_dependency

_PASS_WITHIN_SECONDS: Final = 600
"""Its second look comes after a minute; without a worker it never begins, and runs later if one comes."""

_MOST_PASSES: Final = 10
"""Passes over all registrations in one call; a second one finds what came in during the first, and so on."""


@dataclass(frozen=True)
class Rotation:
    """Keys wrapped by master keys other than the one in use: `rewrapped` now, and how many `remaining` by key."""

    rewrapped: int
    remaining: dict[str, int]


@dataclass(frozen=True)
class Renewal:
    """Blind indexes made by search indexes other than the one in use: `renewed` now, how many `remaining` by index."""

    renewed: int
    remaining: dict[str, int]


class OperationsGateway:
    """For one operator, or for a supervisor of an office, named by an opaque id. Sees no personal data."""

    def __init__(
        self, engine: Engine, operator: str, kind: ActorKind = ActorKind.OPERATOR, office: str | None = None
    ) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self.engine = engine
        self.actor = Actor(kind, checked_subject("operator", operator), office)
        self.extensions = BulkExtensions(engine, self.actor)

    @attended(Operation.OPERATIONS_EXTEND_VALIDITY)
    async def extend_validity(self, act: StaffWork, reference: str, until: datetime) -> None:
        """Signals that the password is valid until `until` (UTC); refused, the signal leaves an event.

        Raises `NotFound`, `Unavailable`.
        """
        registration_id = await act.find(reference)
        await act.signal(registration_id, ExtendValidity(act.request_id, self.actor, until))

    @attended(Operation.OPERATIONS_RECONCILE)
    async def reconcile(self, act: StaffWork) -> Findings:
        """Runs a pass of reconciliation; its second look takes a minute. Raises `Unavailable`."""
        await act.put_on_record()
        try:
            async with asyncio.timeout(_PASS_WITHIN_SECONDS):
                findings: Findings = await self.engine.client.execute_workflow(
                    RECONCILIATION_WORKFLOW_TYPE,
                    id=f"{RECONCILIATION_ID}-{act.request_id}",
                    task_queue=REGISTRATION_QUEUE,
                    result_type=Findings,
                )
        except TimeoutError:
            raise Unavailable(await silent_dependency(self.engine.client)) from None
        except WorkflowFailureError:
            raise Unavailable(Dependency.WORKER) from None
        return findings

    @attended(Operation.OPERATIONS_RESET)
    async def reset(self, act: StaffWork, reference: str, *, with_signals: bool = True) -> Reset:
        """Lets a registration go on whose workflow was terminated, behind its recorded events; no event is added.

        Signals that came after the last workflow task are followed then, unless told otherwise. Raises `NotFound`,
        `NotCutOff`, `RecordedBehind`.
        """
        registration_id = await act.find(reference)
        act.detail = None if with_signals else "without signals"
        await act.put_on_record()
        return await reset_cut_off(self.engine, registration_id, act.request_id, with_signals=with_signals)

    @attended(Operation.OPERATIONS_POLICY)
    async def policy(self, act: StaffWork) -> Policy:
        """The policy in force."""
        await act.put_on_record()
        return await self.engine.reader.policy() or Policy()

    @attended(Operation.OPERATIONS_ADOPT_POLICY)
    async def adopt_policy(self, act: StaffWork, policy: Policy) -> None:
        """Puts a new version of the policy in force, from each registration's next status. Raises `InvalidInput`."""
        act.detail = str(policy.version)
        await self.engine.writer.adopt_policy(policy, now(), act.entry)

    @attended(Operation.OPERATIONS_KEYS_TO_ROTATE)
    async def keys_to_rotate(self, act: StaffWork) -> dict[str, int]:
        """How many keys are wrapped by each master key other than the one in use."""
        await act.put_on_record()
        return await self.engine.rotation.counts()

    @attended(Operation.OPERATIONS_ROTATE_KEYS)
    async def rotate_keys(self, act: StaffWork, advance: Callable[[int], None] = lambda _: None) -> Rotation:
        """Re-wraps every data key and that of the seals; stopped at any point, the next call does the rest.

        `advance` is told how many keys each batch has looked at. Keys of a master key that the ring lacks stay as they
        are, and count as remaining, as do those that a process with another first key has written meanwhile. Raises
        `KeyNotEverywhere`, also between two batches, where a running process could not open what is re-wrapped.
        """
        rotation = self.engine.rotation
        await self._everywhere(MASTER, rotation.present)
        await act.put_on_record()
        rewrapped = 0
        for master_key_id in filter(rotation.opens, await rotation.counts()):
            after, sealing = None, await rotation.rewrap_seal_key(master_key_id)
            rewrapped += sealing
            advance(sealing)
            while (batch := await rotation.rewrap(master_key_id, after)).last:
                await self._everywhere(MASTER, rotation.present)
                rewrapped += batch.rewrapped
                after = batch.last
                advance(batch.looked_at)
        return Rotation(rewrapped, await rotation.counts())

    @attended(Operation.OPERATIONS_KEYS_TO_ROTATE)
    async def processes_without_key(self, act: StaffWork) -> list[str]:
        """The running processes that lack the master key in use: kind, host and process number of each."""
        await act.put_on_record()
        return await self._without(MASTER, self.engine.rotation.present)

    @attended(Operation.OPERATIONS_INDEXES_TO_RENEW)
    async def indexes_to_renew(self, act: StaffWork) -> dict[str, int]:
        """How many blind indexes each search index has made other than the one in use."""
        await act.put_on_record()
        return await self.engine.reindexing.behind()

    @attended(Operation.OPERATIONS_REINDEX)
    async def reindex(
        self, act: StaffWork, advance: Callable[[int, int], None] = lambda _looked_at, _total: None
    ) -> Renewal:
        """Makes every blind index anew by the search index in use; stopped at any point, the next call does the rest.

        Passes follow each other until one finds nothing to write, for registrations come in meanwhile and what somebody
        holds is passed over. `advance` is told how many registrations a pass has looked at, of how many. What cannot be
        unsealed stays and counts as remaining, as does a user name that another one is the same as by the new folding,
        and what a process with another first index has written meanwhile. Raises `KeyNotEverywhere`, also between two
        batches, where a running process would not find by the new index.
        """
        reindexing, renewed = self.engine.reindexing, 0
        await self._everywhere(SEARCH, reindexing.present)
        await act.put_on_record()
        for _ in range(_MOST_PASSES):
            total, looked_at, written, after = await reindexing.registrations(), 0, 0, None
            while (batch := await reindexing.renew(after)).last:
                await self._everywhere(SEARCH, reindexing.present)
                looked_at, written, after = looked_at + batch.looked_at, written + batch.renewed, batch.last
                advance(looked_at, total)
            renewed += written
            if not written:
                break
        return Renewal(renewed, await reindexing.behind())

    async def _everywhere(self, use: KeyUse, key_id: str) -> None:
        if lacking := await self._without(use, key_id):
            raise KeyNotEverywhere(key=key_id, processes=", ".join(lacking))

    async def _without(self, use: KeyUse, key_id: str) -> list[str]:
        return [str(process) for process in await self.engine.processes.lacking(use, key_id)]
