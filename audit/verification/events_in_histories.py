"""What Temporal says of the record: an event is an activity's input in a history before it is a row (principle 2)."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.names import RECORD
from audit.histories import Histories, RunHistory
from audit.verification.beginnings import unfounded
from audit.verification.chain import Chain
from audit.verification.decided import Beginning, Decided, RecordedPlace
from audit.verification.findings import Finding, FindingKind
from audit.verification.letters import missing, settled, unnoted
from audit.verification.present_run import PresentRun, present_run
from registration.checkpoint import CheckpointMade
from registration.letters import LetterName
from registration.names import CHECKPOINT_WORKFLOW_TYPE, WORKFLOW_TYPE, registration_id_of, workflow_id
from registration.policy import Policy
from registration.sentences import N_, Sentence
from registration.statuses import Status
from registration.timeline import Source
from store.audited import AuditStore
from store.runs import resets_in

_STRAYS: Final = 1000
"""Workflows whose rows are looked for at once."""


class HistoryWitness:
    """Compares registrations with Temporal, one after the other, in one pass."""

    def __init__(self, client: Client, store: AuditStore, histories: Histories) -> None:
        """Owns none of them."""
        self._client = client
        self._store = store
        self._histories = histories
        self._decided = Decided(client)
        self._policies: Mapping[int, Policy] = {}

    async def differing(self, chain: Chain) -> list[Finding]:
        """Differences of the present run's beginning or newest event from the store; missing letters.

        Retention may have removed the history of an ended life: then that of the archive is compared, if there is one.
        A change on its way looks like a difference, so call this again before reporting one. Raises `RPCError`.
        """
        return [*await self._run(chain), *await self._letters(chain)]

    async def _letters(self, chain: Chain) -> list[Finding]:
        """The whole history says which letters without an outcome are on their way; few registrations have any."""
        done = set[LetterName]()
        for found in await self._histories.of(chain.life.registration_id) if unnoted(chain) else ():
            done |= await settled(found.history, self._decided, chain) if found.history else set()
        return await self._missing(chain, done)

    async def _missing(self, chain: Chain, done: set[LetterName]) -> list[Finding]:
        """Reads the outcomes again after the history, for letters may have been sent meanwhile."""
        found = missing(chain, done)
        return missing(await self._present_chain(chain), done) if found else []

    async def _present_chain(self, chain: Chain) -> Chain:
        """What the store has by now."""
        async for lives in self._store.some([chain.life.registration_id]):
            chain = Chain(lives[0]) if lives else chain
        return chain

    async def _run(self, chain: Chain) -> list[Finding]:
        try:
            run = await present_run(self._client, self._decided, chain.life.registration_id)
        except RPCError as trouble:
            if trouble.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await self._without_workflow(chain)
        if run.cut_off and not chain.is_erased:
            return [self._differs(chain, None, Sentence(run.cut_off))]
        return await self._present(run, chain)

    async def _without_workflow(self, chain: Chain) -> list[Finding]:
        """Without a workflow: a row may still wait for it, or an ended life's history was removed."""
        if chain.snapshot.status is Status.SUBMITTED:
            return []
        if chain.snapshot.status.is_final:
            runs = [found for found in await self._histories.of(chain.life.registration_id) if found.history]
            if runs:
                return await self._archived(runs, chain)
            if chain.is_erased and not self._histories.are_kept:
                return []
            sentence = Sentence(N_("neither Temporal nor the archive has a history of this life"))
            return [Finding(chain.life.registration_id, None, FindingKind.WORKFLOW_MISSING, sentence)]
        sentence = Sentence(N_("no workflow runs for this registration"))
        return [Finding(chain.life.registration_id, None, FindingKind.WORKFLOW_MISSING, sentence)]

    async def _present(self, run: PresentRun, chain: Chain) -> list[Finding]:
        found = await self._newest(run.newest, chain)
        if run.beginning.recorded != run.newest:
            found += await self._decided_otherwise(run.beginning.recorded, chain)
        return found or await self._unfounded(run.beginning, chain)

    async def _archived(self, runs: Sequence[RunHistory], chain: Chain) -> list[Finding]:
        """Compares the newest event in the archive, and the beginning of each archived run."""
        beginnings, newest = [], None
        for found in runs:
            for event in found.history.events if found.history else ():
                newest = await self._decided.recorded(event) or newest
                if beginning := await self._decided.beginning(event):
                    beginnings.append(beginning)
        differing = await self._newest(newest, chain) if newest else []
        return differing or [one for beginning in beginnings for one in await self._unfounded(beginning, chain)]

    async def _newest(self, newest: RecordedPlace, chain: Chain) -> list[Finding]:
        stored = int(chain.life.row["sequence"])
        if newest.sequence < stored:
            message = N_("the history ends with event {sequence}, the store goes on")
            sentence = Sentence(message, {"sequence": newest.sequence})
            return [self._differs(chain, stored, sentence)]
        return await self._decided_otherwise(newest, chain)

    async def _decided_otherwise(self, recorded: RecordedPlace, chain: Chain) -> list[Finding]:
        """Reads the store again after the history, for it may have changed meanwhile."""
        life, sequence = chain.life, recorded.sequence
        if sequence == 0 or recorded.hash == life.hash_at(sequence):
            return []
        stored = await self._store.hash_at(life.registration_id, sequence)
        if recorded.hash == stored or (stored is None and await self._is_being_recorded(life.registration_id)):
            return []
        return [self._differs(chain, sequence, Sentence(N_("the event in the store is not the one that was decided")))]

    async def _is_being_recorded(self, registration_id: str) -> bool:
        """Whether the workflow waits for the record of its decision, and no attempt has failed yet."""
        try:
            described = await self._client.get_workflow_handle(workflow_id(registration_id)).describe()
        except RPCError as trouble:
            if trouble.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        pending = described.raw_description.pending_activities
        return any(one.activity_type.name == RECORD and not one.HasField("last_failure") for one in pending)

    async def _unfounded(self, beginning: Beginning, chain: Chain) -> list[Finding]:
        sequence = beginning.recorded.sequence
        if sequence > chain.snapshot.sequence:
            chain = await self._present_chain(chain)
        if beginning.state and beginning.state.policy.version not in self._policies:
            self._policies = await self._store.policies()
        return [
            self._differs(chain, sequence or None, sentence) for sentence in unfounded(beginning, chain, self._policies)
        ]

    async def all_differing(self, chain: Chain) -> AsyncIterator[Finding]:
        """Every event of the store beside the histories of all runs. Raises `RPCError`."""
        runs = await self._histories.of(chain.life.registration_id)
        decided: set[RecordedPlace] = set()
        reset = {note.base_run_id for run in runs if run.history for note in resets_in(run.history)}
        for run in runs:
            if run.run.source is Source.DAMAGED:
                sentence = Sentence(N_("the archived history of the run {run} is damaged"), {"run": run.run.run_id})
                yield self._differs(chain, None, sentence)
            # What is valid of a run that was reset is in the run that continues it.
            if run.history and run.run.run_id not in reset:
                async for finding in self._of_run(run.history, chain, decided):
                    yield finding
        if runs and all(run.history for run in runs):
            for sequence in {row["sequence"] for row in chain.life.events} - {one.sequence for one in decided}:
                yield self._differs(chain, sequence, Sentence(N_("the store has an event that no history decided")))

    async def _of_run(
        self, history: WorkflowHistory, chain: Chain, decided: set[RecordedPlace]
    ) -> AsyncIterator[Finding]:
        """Adds what the run decided to `decided`."""
        for event in history.events:
            recorded = await self._decided.recorded(event)
            differing: list[Finding] = []
            if recorded and recorded not in decided:
                decided.add(recorded)
                differing = await self._decided_otherwise(recorded, chain)
            if not differing and (beginning := await self._decided.beginning(event)):
                differing = await self._unfounded(beginning, chain)
            for finding in differing:
                yield finding
        for finding in await self._missing(chain, await settled(history, self._decided, chain)):
            yield finding

    async def newest_checkpoint(self) -> tuple[int, str] | None:
        """Number and SHA-256 of the document that the newest checkpoint's workflow has made. Raises `RPCError`."""
        query = f"WorkflowType = '{CHECKPOINT_WORKFLOW_TYPE}' AND ExecutionStatus = 'Completed'"
        async for found in self._client.list_workflows(query, limit=1):
            handle = self._client.get_workflow_handle(found.id, run_id=found.run_id, result_type=CheckpointMade)
            with suppress(Exception):  # an unreadable result says nothing, and retention may have removed it
                made: CheckpointMade = await handle.result(follow_runs=False)
                return made.number, made.document
        return None

    async def strays(self) -> AsyncIterator[Finding]:
        """Workflows of registrations that no row knows. Raises `RPCError`."""
        ids = set[str]()
        async for found in self._client.list_workflows(f"WorkflowType = '{WORKFLOW_TYPE}'"):
            ids.add(registration_id_of(found.id) or found.id)
            if len(ids) >= _STRAYS:
                for stray in await self._without_row(ids):
                    yield stray
                ids = set()
        for stray in await self._without_row(ids):
            yield stray

    async def _without_row(self, ids: Iterable[str]) -> list[Finding]:
        sentence = Sentence(N_("a workflow runs, or ran, for a registration that was never submitted"))
        return [Finding(one, None, FindingKind.ROW_MISSING, sentence) for one in await self._store.without_row(ids)]

    def _differs(self, chain: Chain, sequence: int | None, sentence: Sentence) -> Finding:
        return Finding(chain.life.registration_id, sequence, FindingKind.HISTORY_DIFFERS, sentence)
