"""Whether the record is whole: that of one registration, or all of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from audit.verification.checkpoints import KeptDocument
from audit.verification.events_in_histories import HistoryWitness
from audit.verification.findings import Finding
from audit.verification.run import OnProgress, Pass
from registration.errors import NotFound
from registration.messages import Actor
from registration.operations import Operation
from registration.sentences import ENGLISH, Catalogue
from starter.gateway.auditor_answers import FindingLine, VerificationReport
from starter.gateway.checkpoints import kept_checkpoints
from starter.gateway.engine import Engine, answering
from starter.gateway.staff_door import StaffWork, attended
from store.checkpoints import CheckpointFolder


@dataclass(frozen=True)
class VerificationRun:
    """Differences as they are found, and the verdict, which is whole once they have all been taken."""

    findings: AsyncIterator[FindingLine]
    _run: Pass

    @property
    def report(self) -> VerificationReport:
        """What has been looked at up to now; the findings have been given out."""
        return VerificationReport.of(self._run.verdict, ())


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
        run = await asyncio.to_thread(self._pass, with_temporal=with_temporal)
        findings = [FindingLine.of(finding, catalogue) async for finding in run.one(registration_id)]
        if run.verdict.registrations == 0 and not findings:
            raise NotFound
        return VerificationReport.of(run.verdict, findings)

    def everything(
        self,
        progress: OnProgress,
        *,
        with_temporal: bool = True,
        against: Path | None = None,
        folder: Path | None = None,
        catalogue: Catalogue = ENGLISH,
    ) -> VerificationRun:
        """One pass over the whole record in bounded memory; `progress` gets how many registrations are done.

        `against` is a document that an auditor has kept, `folder` an auditor's copy of all checkpoints. Iterating
        raises `Unavailable`. Raises `OSError` where `against` cannot be read, `NotCheckpointed` without keys.
        """
        kept = KeptDocument(against.name, against.read_bytes()) if against else None
        run = self._pass(with_temporal=with_temporal, against=kept, folder=folder)
        return VerificationRun(_available(run.everything(progress), catalogue), run)

    async def count(self) -> int:
        """How many registrations there are, for a progress bar."""
        return await self.engine.audited.count()

    def _pass(self, *, with_temporal: bool, against: KeptDocument | None = None, folder: Path | None = None) -> Pass:
        engine = self.engine
        checkpoints = engine.checkpoints
        if folder:
            checkpoints = CheckpointFolder(folder, kept_checkpoints(engine).keys)
        histories = HistoryWitness(engine.client, engine.audited, engine.histories) if with_temporal else None
        return Pass(engine.audited, histories, checkpoints, against=against, is_copy=folder is not None)


@answering
async def _next(findings: AsyncIterator[Finding]) -> Finding | None:
    return await anext(findings, None)


async def _available(findings: AsyncIterator[Finding], catalogue: Catalogue) -> AsyncIterator[FindingLine]:
    while finding := await _next(findings):
        yield FindingLine.of(finding, catalogue)


def _uuid(reference: str) -> str:
    try:
        return str(UUID(reference))
    except ValueError:
        raise NotFound from None
