"""What an operator does: extend validity, reconcile, adopt a policy, rotate keys, reindex; offices and staff."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from temporalio.client import WorkflowFailureError

from registration.access_details import AccessDetail
from registration.dependencies import Dependency
from registration.errors import InvalidInput, KeyNotEverywhere, Unavailable
from registration.extensions import is_second_person
from registration.forms import checked_subject
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind, ExtendValidity
from registration.names import RECONCILIATION_ID, RECONCILIATION_WORKFLOW_TYPE, REGISTRATION_QUEUE
from registration.operations import Operation
from registration.policy import Policy
from registration.policy_form import PolicyAdoption, PolicyHistory, changes, policy_of
from registration.reconciliation import Findings
from registration.staff_answers import DisabledStaffList, StaffAdmission
from registration.system_health import SystemHealth
from starter.gateway.engine import Engine, now
from starter.gateway.extensions import BulkExtensions
from starter.gateway.offices import Offices
from starter.gateway.operations_answers import IndexesRenewed, KeysRotated, ReconciliationAnswer
from starter.gateway.roll_forward import RolledForward, roll_forward
from starter.gateway.staff_door import StaffWork, attended
from starter.gateway.workflow_resets import Reset, reset_cut_off
from store.keys import MASTER, SEARCH, KeyUse
from temporal.client import silent_dependency
from temporal.system_health import SystemHealthChecks

_PASS_WITHIN_SECONDS: Final = 600
"""Its second look comes after a minute; without a worker it never begins, and runs later if one comes."""

_MOST_PASSES: Final = 10
"""Passes over all registrations in one call; a second one finds what came in during the first, and so on."""


def system_checks_of(engine: Engine) -> SystemHealthChecks:
    """The checks of a process that serves."""
    return SystemHealthChecks(engine.client, engine.checkpoints, engine.statistics.undelivered_between)


class OperationsGateway:
    """For one operator, or for a supervisor of an office, named by an opaque id. Sees no personal data.

    Every method raises `StaffDisabled`, `WrongRole`, `Unavailable`, and leaves its entry in the access record.
    """

    def __init__(
        self, engine: Engine, operator: str, kind: ActorKind = ActorKind.OPERATOR, office: str | None = None
    ) -> None:
        """Shares the process's connections. Raises `InvalidInput`."""
        self.engine = engine
        self.actor = Actor(kind, checked_subject("operator", operator), office)
        self.extensions = BulkExtensions(engine, self.actor)
        self.offices = Offices(engine, self.actor)

    @attended(Operation.OPERATIONS_EXTEND_VALIDITY)
    async def extend_validity(self, act: StaffWork, reference: str, until: datetime) -> None:
        """Signals that the password is valid until `until` (UTC); refused, the signal leaves an event.

        Raises `NotFound`, `Unavailable`.
        """
        registration_id = await act.find(reference)
        await act.signal(registration_id, ExtendValidity(act.request_id, self.actor, until))

    @attended(Operation.OPERATIONS_SYSTEM_HEALTH)
    async def system_health(self, act: StaffWork) -> SystemHealth:
        """What is well and what is not; a check that does not answer within 2 seconds is unknown."""
        await act.put_on_record()
        checks = await self.engine.health_board.look(system_checks_of(self.engine).all)
        return SystemHealth(now(), checks)

    @attended(Operation.OPERATIONS_RECONCILE)
    async def reconcile(self, act: StaffWork) -> ReconciliationAnswer:
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
        return ReconciliationAnswer.of(findings)

    @attended(Operation.OPERATIONS_RESET)
    async def reset(self, act: StaffWork, reference: str, *, with_signals: bool = True) -> Reset:
        """Lets a registration go on whose workflow was terminated, or reset by mistake; no event is added.

        Signals that came after the last workflow task are followed then if `with_signals`. Raises `NotFound`,
        `NotCutOff`, `RecordedBehind`.
        """
        registration_id = await act.find(reference)
        act.detail = None if with_signals else AccessDetail.WITHOUT_SIGNALS
        await act.put_on_record()
        return await reset_cut_off(self.engine, registration_id, act.request_id, with_signals=with_signals)

    @attended(Operation.OPERATIONS_ROLL_FORWARD)
    async def roll_forward(self, act: StaffWork, advance: Callable[[int], None] = lambda _: None) -> RolledForward:
        """Records the events that a restored database lacks and a history has; stopped, the next call does the rest.

        `advance` gets how many registrations were looked at with each page.
        """
        await act.put_on_record()
        return await roll_forward(self.engine, advance)

    @attended(Operation.OPERATIONS_POLICY)
    async def policy(self, act: StaffWork) -> Policy:
        """The policy in force."""
        await act.put_on_record()
        return await self._policy()

    @attended(Operation.OPERATIONS_POLICY)
    async def policy_history(self, act: StaffWork) -> PolicyHistory:
        """Every policy there has been, newest first."""
        await act.put_on_record()
        return PolicyHistory(tuple(await self.engine.reader.policy_history()))

    @attended(Operation.OPERATIONS_ADOPT_POLICY)
    async def adopt_policy(self, act: StaffWork, policy: Policy) -> None:
        """Puts a new version of the policy in force, from each registration's next status. Raises `InvalidInput`."""
        await self._adopt(act, policy)

    @attended(Operation.OPERATIONS_ADOPT_POLICY)
    async def change_policy(self, act: StaffWork, typed: Mapping[str, Any]) -> PolicyAdoption:
        """The same with the fields that change; `version` must be one of them. Raises `InvalidInput`."""
        present = await self._policy()
        wanted = policy_of(typed, present)
        await self._adopt(act, wanted)
        return PolicyAdoption(adopted=True, changes=tuple(changes(present, wanted)))

    @attended(Operation.OPERATIONS_POLICY)
    async def try_policy(self, act: StaffWork, typed: Mapping[str, Any]) -> PolicyAdoption:
        """What `change_policy` would change; a look. Raises `InvalidInput`."""
        present = await self._policy()
        wanted = policy_of(typed, present)
        await act.put_on_record()
        return PolicyAdoption(adopted=False, changes=tuple(changes(present, wanted)))

    @attended(Operation.OPERATIONS_KEYS_TO_ROTATE)
    async def keys_to_rotate(self, act: StaffWork) -> KeysRotated:
        """What a rotation would do now, and the running processes that lack the key in use; writes nothing."""
        await act.put_on_record()
        rotation = self.engine.rotation
        return KeysRotated.before(await rotation.counts(), await self._without(MASTER, rotation.present))

    @attended(Operation.OPERATIONS_ROTATE_KEYS)
    async def rotate_keys(self, act: StaffWork, advance: Callable[[int], None] = lambda _: None) -> KeysRotated:
        """Re-wraps every data key and that of the seals; stopped at any point, the next call does the rest.

        `advance` gets how many keys each batch has looked at. Keys of a master key that the ring lacks stay as they
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
        return KeysRotated.after(rewrapped, await rotation.counts())

    @attended(Operation.OPERATIONS_INDEXES_TO_RENEW)
    async def indexes_to_renew(self, act: StaffWork) -> IndexesRenewed:
        """How many blind indexes other search indexes than the one in use have made; writes nothing."""
        await act.put_on_record()
        return IndexesRenewed.before(await self.engine.reindexing.behind())

    @attended(Operation.OPERATIONS_REINDEX)
    async def reindex(
        self, act: StaffWork, advance: Callable[[int, int], None] = lambda _looked_at, _total: None
    ) -> IndexesRenewed:
        """Renews every blind index with the search index in use; stopped at any point, the next call does the rest.

        Passes follow each other until one finds nothing to write, for registrations come in meanwhile and locked rows
        are passed over. `advance` gets how many registrations a pass has looked at, of how many. What cannot be
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
        return IndexesRenewed.after(renewed, await reindexing.behind())

    @attended(Operation.OPERATIONS_DISABLE_STAFF)
    async def disable_staff(self, act: StaffWork, staff_id: str) -> StaffAdmission:
        """Disables a clerk, supervisor, auditor or operator from now on, in every process.

        An id that was never seen here is disabled, too: the organisation knows its staff, we do not. Staff cannot
        disable themselves, so one always remains. Raises `InvalidInput`.
        """
        act.detail = checked_subject("ID", staff_id)
        if not is_second_person(self.actor.id, staff_id):
            raise InvalidInput(field="ID", rule=InputRule.NOT_YOURSELF)
        await self.engine.staff.disable(staff_id, act.entry, now())
        return StaffAdmission(staff_id, disabled=True, seen=await self.engine.staff.was_seen(staff_id))

    @attended(Operation.OPERATIONS_ENABLE_STAFF)
    async def enable_staff(self, act: StaffWork, staff_id: str) -> StaffAdmission:
        """Lets a disabled member of staff act again. Raises `InvalidInput`."""
        act.detail = checked_subject("ID", staff_id)
        await self.engine.staff.enable(staff_id, act.entry, now())
        return StaffAdmission(staff_id, disabled=False, seen=await self.engine.staff.was_seen(staff_id))

    @attended(Operation.OPERATIONS_DISABLED_STAFF)
    async def disabled_staff(self, act: StaffWork) -> DisabledStaffList:
        """Who may not act any more, by id."""
        await act.put_on_record()
        return DisabledStaffList(tuple(await self.engine.staff.disabled()))

    async def _policy(self) -> Policy:
        return await self.engine.reader.policy() or Policy()

    async def _adopt(self, act: StaffWork, policy: Policy) -> None:
        act.detail = str(policy.version)
        await self.engine.writer.adopt_policy(policy, now(), act.entry)

    async def _everywhere(self, use: KeyUse, key_id: str) -> None:
        if lacking := await self._without(use, key_id):
            raise KeyNotEverywhere(key=key_id, processes=", ".join(lacking))

    async def _without(self, use: KeyUse, key_id: str) -> list[str]:
        return [str(process) for process in await self.engine.processes.lacking(use, key_id)]
