"""The provable record: checkpoints of it, proofs from them, and whether it is whole."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from temporalio.client import WorkflowFailureError, WorkflowHandle

from audit.verification.findings import Finding
from audit.verification.histories import HistoryWitness
from audit.verification.run import Pass, Progress
from registration.checkpoint import REGISTRATION_CHAIN, CheckpointMade, head_of
from registration.dependencies import Dependency
from registration.errors import CheckpointsDamaged, NotCheckpointed, NotFound, Unavailable
from registration.merkle import MerkleTree
from registration.names import CHECKPOINT_ID, CHECKPOINT_WORKFLOW_TYPE, CHECKPOINTS_QUEUE
from registration.sentences import ENGLISH, N_, Catalogue, Sentence
from starter.gateway.auditor_answers import (
    CheckpointKey,
    CheckpointKeys,
    CheckpointNumbers,
    FindingLine,
    Proof,
    SignedDocument,
    VerificationReport,
)
from starter.gateway.engine import Engine, answering, new_request_id
from store.checkpoints import CheckpointFolder, CheckpointsUnsound, SignedCheckpoint

_BEGUN_WITHIN_SECONDS: Final = 20
"""A worker that is there takes a checkpoint up in milliseconds; how long it then takes depends on the record's size."""

_STARTED_ONLY: Final = 2
"""Events of a history that no worker has touched: it was started, and a task was put on the queue."""


@dataclass(frozen=True)
class VerificationRun:
    """Differences as they are found, and the verdict, which is whole once they have all been taken."""

    findings: AsyncIterator[FindingLine]
    _run: Pass

    @property
    def report(self) -> VerificationReport:
        """What has been looked at up to now; the findings have been given out."""
        return VerificationReport.of(self._run.verdict, ())


class RecordGateway:
    """For auditors; changes nothing of any registration. Every method raises `Unavailable`."""

    def __init__(self, engine: Engine) -> None:
        """Shares the process's connections."""
        self._engine = engine

    @answering
    async def checkpoint(self) -> CheckpointMade:
        """Makes a checkpoint now and waits for it.

        Raises `NotCheckpointed` where this installation makes none, `Unavailable` where no worker takes it up: then
        it will be made once there is one.
        """
        if self._engine.checkpoints is None:
            raise NotCheckpointed
        handle: WorkflowHandle[Any, CheckpointMade] = await self._engine.client.start_workflow(
            CHECKPOINT_WORKFLOW_TYPE,
            id=f"{CHECKPOINT_ID}-{new_request_id()}",
            task_queue=CHECKPOINTS_QUEUE,
            result_type=CheckpointMade,
        )
        made = asyncio.create_task(handle.result())
        try:
            await asyncio.wait({made}, timeout=_BEGUN_WITHIN_SECONDS)
            if not made.done() and await _is_untouched(handle):
                raise Unavailable(Dependency.WORKER)
            return await made
        except WorkflowFailureError:
            raise Unavailable(Dependency.WORKER) from None
        finally:
            made.cancel()

    def keys(self) -> CheckpointKeys:
        """The public keys that verify checkpoints. Raises `NotCheckpointed`."""
        keys = self._folder().keys
        pem = keys.pem()
        return CheckpointKeys(tuple(CheckpointKey(kid, key, pem[kid]) for kid, key in keys.public().items()))

    @answering
    async def checkpoint_numbers(self) -> CheckpointNumbers:
        """The numbers of the checkpoints that are there, in order. Raises `NotCheckpointed`."""
        return CheckpointNumbers(tuple(await asyncio.to_thread(self._folder().numbers)))

    @answering
    async def checkpoint_document(self, number: int) -> SignedDocument | None:
        """A signed document as JSON, if there is one of this number. Raises `NotCheckpointed`, `CheckpointsDamaged`."""
        folder = self._folder()
        if number not in (await self.checkpoint_numbers()).numbers:
            return None
        try:
            return SignedDocument(**(await asyncio.to_thread(folder.read, number)).as_json())
        except CheckpointsUnsound:
            raise CheckpointsDamaged from None

    @answering
    async def proof(self, reference: str, *, with_events: bool = False) -> Proof:
        """Proves that the last checkpoint holds the end of a registration's chain; `docs/verify_proof.py` checks it.

        `with_events` adds the bodies of the events up to there. Raises `NotFound`, `NotCheckpointed`,
        `CheckpointsDamaged`.
        """
        registration_id = await self._engine.registration_id(reference)
        folder = self._folder()
        try:
            signed, leaf, tree = await asyncio.to_thread(_leaf_of, folder, registration_id)
        except CheckpointsUnsound:
            raise CheckpointsDamaged from None
        events: tuple[str, ...] | None = None
        if with_events:
            async for lives in self._engine.audited.some([registration_id]):
                bodies = (row["body"] for row in lives[0].events if row["sequence"] <= head_of(leaf).length)
                events = tuple(bodies)
        return Proof(
            document=SignedDocument(**signed.as_json()),
            public_key=folder.keys.public()[signed.checkpoint.key_id],
            leaf=leaf,
            index=tree.index or 0,
            path=tuple(step.hex() for step in tree.path),
            events=events,
        )

    def verify_all(
        self,
        progress: Progress,
        *,
        with_temporal: bool = True,
        against: Path | None = None,
        folder: Path | None = None,
        catalogue: Catalogue = ENGLISH,
    ) -> VerificationRun:
        """One pass over the whole record in bounded memory; `progress` is told how many registrations are done.

        `against` is a document that an auditor has kept, `folder` an auditor's copy of all checkpoints. Iterating
        raises `Unavailable`. Raises `OSError` where `against` cannot be read, `NotCheckpointed` without keys.
        """
        run = self._pass(with_temporal=with_temporal, against=against, folder=folder)
        return VerificationRun(_available(run.everything(progress), catalogue), run)

    @answering
    async def verify(
        self, reference: str, *, with_temporal: bool = True, catalogue: Catalogue = ENGLISH
    ) -> VerificationReport:
        """Looks at one registration, with the whole histories of all its runs.

        A registration that is gone is found by its id, if a checkpoint knows it. Raises `NotFound`.
        """
        try:
            registration_id = await self._engine.registration_id(reference)
        except NotFound:
            registration_id = _uuid(reference)
        run = await asyncio.to_thread(self._pass, with_temporal=with_temporal)
        findings = [FindingLine.of(finding, catalogue) async for finding in run.one(registration_id)]
        if run.verdict.registrations == 0 and not findings:
            raise NotFound
        return VerificationReport.of(run.verdict, findings)

    async def count(self) -> int:
        """How many registrations there are, for a progress bar."""
        return await self._engine.audited.count()

    def _pass(self, *, with_temporal: bool, against: Path | None = None, folder: Path | None = None) -> Pass:
        engine = self._engine
        checkpoints = engine.checkpoints
        if folder:
            checkpoints = CheckpointFolder(folder, self._folder().keys)
        histories = HistoryWitness(engine.client, engine.audited, engine.histories) if with_temporal else None
        return Pass(engine.audited, histories, checkpoints, against=against, is_copy=folder is not None)

    def _folder(self) -> CheckpointFolder:
        if self._engine.checkpoints is None:
            raise NotCheckpointed
        return self._engine.checkpoints


@answering
async def _next(findings: AsyncIterator[Finding]) -> Finding | None:
    return await anext(findings, None)


async def _available(findings: AsyncIterator[Finding], catalogue: Catalogue) -> AsyncIterator[FindingLine]:
    while finding := await _next(findings):
        yield FindingLine.of(finding, catalogue)


async def _is_untouched(handle: WorkflowHandle[Any, Any]) -> bool:
    return (await handle.describe()).history_length <= _STARTED_ONLY


def _leaf_of(folder: CheckpointFolder, registration_id: str) -> tuple[SignedCheckpoint, str, MerkleTree]:
    """Walks over all leaves of the last checkpoint. Raises `NotCheckpointed`, `CheckpointsUnsound`."""
    signed = folder.last()
    if signed is None:
        raise NotCheckpointed
    tree, chain, leaf = MerkleTree(), (REGISTRATION_CHAIN, registration_id), None
    for head in folder.state(signed.checkpoint.number):
        line = head.line()
        tree.add(line.encode(), proven=head.chain == chain)
        leaf = line if head.chain == chain else leaf
    if leaf is None:
        raise NotCheckpointed
    if tree.root().hex() != signed.checkpoint.root:
        file = folder.document(signed.checkpoint.number)
        raise CheckpointsUnsound(file, Sentence(N_("the heads do not give the root that was signed")))
    return signed, leaf, tree


def _uuid(reference: str) -> str:
    try:
        return str(UUID(reference))
    except ValueError:
        raise NotFound from None
