"""Checkpoints of the record, and proofs from them."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from temporalio.client import WorkflowFailureError, WorkflowHandle

from audit.verification.checkpoints import KeptDocument, Witness
from registration.checkpoint import REGISTRATION_CHAIN, CheckpointMade, head_of
from registration.dependencies import Dependency
from registration.errors import CheckpointsDamaged, NoSuchCheckpoint, NotCheckpointed, Unavailable
from registration.merkle import MerkleTree
from registration.messages import Actor
from registration.names import CHECKPOINT_ID, CHECKPOINT_WORKFLOW_TYPE, CHECKPOINTS_QUEUE
from registration.operations import Operation
from registration.sentences import ENGLISH, N_, Catalogue, Sentence, in_words
from starter.gateway.auditor_answers import (
    CheckpointAnswer,
    CheckpointKey,
    CheckpointKeys,
    CheckpointNumbers,
    ComparedCheckpoints,
    FindingLine,
    Proof,
    SignedDocument,
)
from starter.gateway.engine import Engine, answering, new_request_id
from starter.gateway.staff_door import StaffWork, attended
from store.checkpoints import CheckpointFolder, CheckpointsUnsound, SignedCheckpoint

_BEGUN_WITHIN_SECONDS: Final = 20
"""A worker that is there takes a checkpoint up in milliseconds; how long it then takes depends on the record's size."""

_STARTED_ONLY: Final = 2
"""Events of a history that no worker has touched: it was started, and a task was put on the queue."""


class Checkpoints:
    """For one auditor; changes nothing of any registration.

    Every method raises `StaffDisabled`, `NotCheckpointed`, `Unavailable`. What is refused is on record.
    """

    def __init__(self, engine: Engine, actor: Actor) -> None:
        """Shares the process's connections."""
        self.engine = engine
        self.actor = actor

    @answering
    async def make(self) -> CheckpointAnswer:
        """Makes a checkpoint now and waits for it.

        `Unavailable` where no worker takes it up: then it will be made once there is one.
        """
        kept_checkpoints(self.engine)
        handle: WorkflowHandle[Any, CheckpointMade] = await self.engine.client.start_workflow(
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
            return CheckpointAnswer.of(await made)
        except WorkflowFailureError:
            raise Unavailable(Dependency.WORKER) from None
        finally:
            made.cancel()

    @attended(Operation.AUDIT_KEYS)
    async def keys(self, _act: StaffWork) -> CheckpointKeys:
        """The public keys that verify checkpoints."""
        keys = kept_checkpoints(self.engine).keys
        pem = keys.pem()
        return CheckpointKeys(tuple(CheckpointKey(kid, key, pem[kid]) for kid, key in keys.public().items()))

    @attended(Operation.AUDIT_CHECKPOINTS)
    async def numbers(self, _act: StaffWork) -> CheckpointNumbers:
        """The numbers of the checkpoints that are there, in order."""
        return CheckpointNumbers(tuple(await asyncio.to_thread(kept_checkpoints(self.engine).numbers)))

    @answering
    async def documents(self, numbers: Sequence[int]) -> list[tuple[int, SignedDocument | None]]:
        """Those of a list of them, each with its number; `None` where its file is not what was signed."""
        return [(number, await self._intact(number)) for number in numbers]

    @attended(Operation.AUDIT_CHECKPOINT)
    async def document(self, act: StaffWork, number: int) -> SignedDocument:
        """A signed document as JSON. Raises `NoSuchCheckpoint`, `CheckpointsDamaged`."""
        return SignedDocument(**(await self._signed(act, number)).as_json())

    @attended(Operation.AUDIT_CHECKPOINT)
    async def file(self, act: StaffWork, number: int) -> str:
        """The same as its file has it, byte for byte."""
        return (await self._signed(act, number)).text()

    @attended(Operation.AUDIT_CHECKPOINT)
    async def compare(self, _act: StaffWork, kept: bytes, catalogue: Catalogue = ENGLISH) -> ComparedCheckpoints:
        """Compares the documents that are there with each other, their heads, and one that an auditor has kept."""
        folder = kept_checkpoints(self.engine)
        name = in_words(Sentence(N_("your copy")), catalogue)
        witness = await asyncio.to_thread(Witness, folder, against=KeptDocument(name, kept))
        findings = tuple(FindingLine.of(finding, catalogue) for finding in witness.findings)
        return ComparedCheckpoints(not findings, len(folder.numbers()), findings)

    async def _intact(self, number: int) -> SignedDocument | None:
        try:
            signed = await asyncio.to_thread(kept_checkpoints(self.engine).read, number)
        except CheckpointsUnsound:
            return None
        return SignedDocument(**signed.as_json())

    async def _signed(self, act: StaffWork, number: int) -> SignedCheckpoint:
        act.detail = str(number)
        folder = kept_checkpoints(self.engine)
        if number not in await asyncio.to_thread(folder.numbers):
            raise NoSuchCheckpoint
        try:
            return await asyncio.to_thread(folder.read, number)
        except CheckpointsUnsound:
            raise CheckpointsDamaged from None

    @attended(Operation.AUDIT_PROVE)
    async def proof(self, act: StaffWork, reference: str, *, with_events: bool = False) -> Proof:
        """Proves that the last checkpoint holds the end of a registration's chain; `docs/verify_proof.py` checks it.

        `with_events` adds the bodies of the events up to there. Raises `NotFound`, `CheckpointsDamaged`, and
        `NotCheckpointed` where the last checkpoint does not have the registration.
        """
        registration_id = await act.find(reference)
        folder = kept_checkpoints(self.engine)
        try:
            signed, leaf, tree = await asyncio.to_thread(_leaf_of, folder, registration_id)
        except CheckpointsUnsound:
            raise CheckpointsDamaged from None
        events: tuple[str, ...] | None = None
        if with_events:
            async for lives in self.engine.audited.some([registration_id]):
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


def kept_checkpoints(engine: Engine) -> CheckpointFolder:
    """The folder of this installation's checkpoints. Raises `NotCheckpointed`."""
    if engine.checkpoints is None:
        raise NotCheckpointed
    return engine.checkpoints


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
