"""Whether the record is whole: that of one registration, or all of it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from audit.verification.checkpoints import KeptDocument, Witness
from audit.verification.events_in_histories import HistoryWitness
from audit.verification.parts import HISTORIES_AT_ONCE, PART
from audit.verification.run import OnProgress, Pass
from registration.errors import NotFound
from registration.messages import Actor
from registration.operations import Operation
from registration.sentences import ENGLISH, Catalogue
from starter.gateway.auditor_answers import FindingLine, VerificationReport
from starter.gateway.checkpoints import kept_checkpoints
from starter.gateway.engine import Engine
from starter.gateway.server_failures import servers_named
from starter.gateway.staff_door import StaffWork, attended
from starter.gateway.verification_progress import ProgressFile, ProgressProblem, ProgressUnusable
from starter.gateway.verifier_messages import VerifierBeginning
from starter.gateway.verifiers import FurtherProcesses, Verifiers, further_processes
from store.audited import AuditStore
from store.checkpoints import CheckpointFolder


@dataclass(frozen=True)
class VerificationOrder:
    """What is compared with the store, how it is shared out, and where the progress is kept."""

    histories: HistoryWitness | None
    checkpoints: CheckpointFolder | None
    against: KeptDocument | None
    is_copy: bool
    processes: FurtherProcesses | None
    file: ProgressFile | None


class VerificationRun:
    """Differences as they are found, and the verdict, which is whole once they have all been taken.

    `findings` begins with those that an earlier run has kept; `not_kept` counts what that one has found besides.
    `continued_from` is when that one began (UTC), where there was one.
    """

    def __init__(self, store: AuditStore, order: VerificationOrder, progress: OnProgress, catalogue: Catalogue) -> None:
        """Begins when the first finding is asked for."""
        self.findings = self._found(progress, catalogue)
        self.not_kept = 0
        self.continued_from: datetime | None = None
        self._store = store
        self._order = order
        self._run: Pass | None = None

    @property
    def registrations(self) -> int:
        """How many are verified up to the place that was reached, by earlier runs too."""
        reached = self._run.reached if self._run else None
        return reached.verdict.registrations if reached else 0

    @property
    def report(self) -> VerificationReport:
        """What has been looked at, by earlier runs too; the findings have been given out."""
        if self._run is None:
            raise RuntimeError("no finding was asked for")
        return VerificationReport.of(self._run.verdict, ())

    def end(self) -> None:
        """Removes the file of the progress: to be called once all that was found has been shown."""
        if self._order.file:
            self._order.file.remove()

    async def _found(self, progress: OnProgress, catalogue: Catalogue) -> AsyncGenerator[FindingLine, None]:
        file = self._order.file
        with servers_named():
            self._run = run = await self._begun()
            for kept in file.progress.findings if file else ():
                yield kept

            def advanced(registrations: int) -> None:
                if file:
                    file.keep(run.reached)
                progress(registrations)

            async with self._verifiers(run) as verifiers, aclosing(run.everything(advanced, verifiers)) as findings:
                async for finding in findings:
                    line = FindingLine.of(finding, catalogue)
                    if file:
                        file.add(line)
                    yield line

    async def _begun(self) -> Pass:
        """Where an earlier run has come to, if there was one."""
        order, begun = self._order, None
        if order.file:
            await self._store.opens_seals()
            await asyncio.to_thread(order.file.open)
            begun = order.file.progress.reached
        last = begun.verdict.checkpoint if begun else None
        witness = await asyncio.to_thread(
            Witness, order.checkpoints, against=order.against, is_copy=order.is_copy, last=last
        )
        if begun and order.file:
            if begun.document != witness.document:
                raise ProgressUnusable(ProgressProblem.OTHER_CHECKPOINT)
            self.continued_from = order.file.progress.begun_at
            self.not_kept = begun.verdict.findings - len(order.file.progress.findings)
        return Pass(self._store, order.histories, witness, begun=begun)

    @asynccontextmanager
    async def _verifiers(self, run: Pass) -> AsyncIterator[Verifiers | None]:
        """Further processes, where there is more to do than one part."""
        processes = self._order.processes
        after = run.reached.after if run.reached else None
        if processes is None or processes.number == 1 or not await self._store.id_at(PART + 1, after):
            yield None
            return
        await self._store.opens_seals()
        beginning = VerifierBeginning(
            processes.settings,
            processes.temporal if self._order.histories else None,
            self._store.seal_key,
            max(1, HISTORIES_AT_ONCE // processes.number),
        )
        async with further_processes(beginning, processes.number) as verifiers:
            yield verifiers


class Verification:
    """For one auditor; changes nothing. Every method raises `Unavailable`."""

    def __init__(self, engine: Engine, actor: Actor) -> None:
        """Shares the process's connections."""
        self.engine = engine
        self.actor = actor

    @attended(Operation.AUDIT_VERIFY)
    async def one(
        self, act: StaffWork, reference: str, *, with_temporal: bool = True, catalogue: Catalogue = ENGLISH
    ) -> VerificationReport:
        """Looks at one registration, with the whole histories of all its runs.

        A registration that is gone is found by its id, if a checkpoint knows it. Raises `StaffDisabled`, `NotFound`, on
        record.
        """
        try:
            registration_id = await act.find(reference)
        except NotFound:
            registration_id = _uuid(reference)
        witness = await asyncio.to_thread(Witness, self.engine.checkpoints)
        run = Pass(self.engine.audited, self._histories(with_temporal=with_temporal), witness)
        findings = [FindingLine.of(finding, catalogue) async for finding in run.one(registration_id)]
        if run.verdict.registrations == 0 and not findings:
            raise NotFound
        return VerificationReport.of(run.verdict, findings)

    def everything(  # noqa: PLR0913  one argument for each option of the command
        self,
        progress: OnProgress,
        *,
        with_temporal: bool = True,
        against: Path | None = None,
        folder: Path | None = None,
        processes: FurtherProcesses | None = None,
        resume: Path | None = None,
        catalogue: Catalogue = ENGLISH,
    ) -> VerificationRun:
        """One pass over the whole record in bounded memory; `progress` gets how many registrations are done.

        `against` is a document that an auditor has kept, `folder` an auditor's copy of all checkpoints. Without
        `processes` this one does everything. `resume` is a file that keeps the progress: where it exists, what it has
        is not done again. Raises `OSError` where `against` cannot be read, `NotCheckpointed` without keys.

        Iterating raises `Unavailable`; with `processes` also `VerifierEnded` and `VerifierFailed`, with `resume` also
        `ProgressUnusable`, `ProgressUnreadable` and `ProgressUnwritable`.
        """
        audited, checkpoints = self.engine.audited, self.engine.checkpoints
        if folder:
            checkpoints = CheckpointFolder(folder, kept_checkpoints(self.engine).keys)
        order = VerificationOrder(
            histories=self._histories(with_temporal=with_temporal),
            checkpoints=checkpoints,
            against=KeptDocument(against.name, against.read_bytes()) if against else None,
            is_copy=folder is not None,
            processes=processes,
            file=ProgressFile(resume, audited, with_temporal=with_temporal) if resume else None,
        )
        return VerificationRun(audited, order, progress, catalogue)

    async def count(self) -> int:
        """How many registrations there are, for a progress bar."""
        return await self.engine.audited.count()

    def _histories(self, *, with_temporal: bool) -> HistoryWitness | None:
        engine = self.engine
        return HistoryWitness(engine.client, engine.audited, engine.histories) if with_temporal else None


def _uuid(reference: str) -> str:
    try:
        return str(UUID(reference))
    except ValueError:
        raise NotFound from None
