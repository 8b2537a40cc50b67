"""Verifies the whole record in one pass, or one registration: finds every difference, in bounded memory."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from audit.verification.accesses import broken_day, name_of
from audit.verification.administered import AdministeredContents
from audit.verification.chain import Chain
from audit.verification.checkpoints import KeptDocument, Known, Witness, contradicted
from audit.verification.counterparts import without_counterparts
from audit.verification.credentials import differing_password
from audit.verification.events_in_histories import HistoryWitness
from audit.verification.evidence import differing_evidence
from audit.verification.findings import Finding, FindingKind, Verdict
from audit.verification.letters import differing_letters
from audit.verification.periods import Policies, unfounded_periods
from audit.verification.personal import differing_personal_data
from audit.verification.repeats import repeated
from audit.verification.sealed_rows import differing_answer, differing_rows
from audit.verification.sendings import unsettled
from registration.checkpoint import ACCESS_CHAIN, REGISTRATION_CHAIN
from registration.sentences import N_, Sentence
from store.access_record import AuditedDay
from store.audited import AuditedLife, AuditStore
from store.checkpoints import CheckpointFolder
from temporal.pace import of_each

_AT_ONCE: Final = 20
"""Histories asked for at once."""

_SECOND_LOOK_SECONDS: Final = 5
"""Time for what is on its way between Temporal and the store."""

OnProgress = Callable[[int], None]
"""Called with the number of registrations verified so far."""


@dataclass
class _Counts:
    registrations: int = 0
    events: int = 0
    access_entries: int = 0
    histories: int = 0
    findings: int = 0


class Pass:
    """Verifies once; `verdict` counts what was verified so far."""

    def __init__(
        self,
        store: AuditStore,
        histories: HistoryWitness | None,
        folder: CheckpointFolder | None,
        *,
        against: KeptDocument | None = None,
        is_copy: bool = False,
    ) -> None:
        """`histories` is `None` where Temporal is left out, `is_copy` where the folder is an auditor's own."""
        self._store = store
        self._histories = histories
        self._witness = Witness(folder, against=against, is_copy=is_copy)
        self._checkpoint = self._witness.last
        self._counts = _Counts()
        self._adopted: Collection[int] = ()

    @property
    def verdict(self) -> Verdict:
        """What was verified, and how much was found."""
        return Verdict(checkpoint=self._checkpoint, **vars(self._counts))

    async def everything(self, progress: OnProgress) -> AsyncIterator[Finding]:
        """What only a full pass can compare, then all registrations in the order of their ids.

        First the access record, the contents that it has digests of, and kept answers; last the checkpoints, and what
        only Temporal knows.
        """
        async for finding in self._of_no_registration():
            yield self._counted(finding)
        suspects: set[str] = set()
        async for page in self._store.pages():
            for finding in await self._stored_now(page):
                yield self._counted(finding)
            suspects |= {finding.about for finding in await self._histories_of(page)}
            progress(self._counts.registrations)
        for finding in await asyncio.to_thread(self._rest):
            yield self._counted(finding)
        if self._histories:
            async for finding in self._second_look(suspects):
                yield self._counted(finding)
            async for finding in self._histories.strays():
                yield self._counted(finding)

    async def _of_no_registration(self) -> AsyncIterator[Finding]:
        for finding in await self._without_seals():
            yield finding
        administration = AdministeredContents()
        async with self._store.access_record() as record:
            async for day in record.days():
                for finding in [*administration.add(day), *self._day(day)]:
                    yield finding
            stored, unfinished = [each async for each in record.administered()], await record.unfinished()
        self._adopted = administration.policies
        for finding in administration.differing(stored, unfinished):
            yield finding
        async for row in self._store.answers():
            for finding in differing_answer(row, self._store):
                yield finding
        newest = await self._histories.newest_checkpoint() if self._histories else None
        if newest:
            administration.checkpoints.setdefault(newest[0], set()).add(newest[1])
        await asyncio.to_thread(self._witness.compare_with, administration.checkpoints, datetime.now(UTC))

    async def one(self, registration_id: str) -> AsyncIterator[Finding]:
        """One registration, of which a checkpoint may know more than its row, and all of its history."""
        for finding in await self._without_seals():
            yield self._counted(finding)
        chain = (REGISTRATION_CHAIN, registration_id)
        await asyncio.to_thread(deque, self._witness.before(chain), 0)  # the chains of others
        async for lives in self._store.some([registration_id]):
            for finding in await self._stored_now(lives):
                yield self._counted(finding)
        if not self._counts.registrations and (known := await asyncio.to_thread(self._witness.of, chain)):
            yield self._counted(_missing_chain(known))
        for finding in [*await self._whole_history(registration_id), *self._witness.findings]:
            yield self._counted(finding)

    def _day(self, day: AuditedDay) -> list[Finding]:
        self._counts.access_entries += len(day.entries)
        chain = (ACCESS_CHAIN, day.office, day.day)
        hashes = {row["sequence"]: row["hash"] for row in day.entries}
        missing = list(self._missing(chain))
        return [*missing, *broken_day(day), *contradicted(name_of(day), self._witness.of(chain), hashes)]

    async def _stored_now(self, lives: Sequence[AuditedLife]) -> list[Finding]:
        """Reads the policies after the events, so that each event's policy is among them."""
        policies = Policies(await self._store.policies(), self._adopted)
        return await asyncio.to_thread(self._stored, lives, policies)

    def _stored(self, lives: Sequence[AuditedLife], policies: Policies) -> list[Finding]:
        findings: list[Finding] = []
        for chain in map(Chain, lives):
            key = (REGISTRATION_CHAIN, chain.life.registration_id)
            hashes = {row["sequence"]: row["hash"] for row in chain.life.events}
            findings += self._missing(key)
            findings += self._life(chain, policies)
            findings += contradicted(chain.life.registration_id, self._witness.of(key), hashes)
        return findings

    def _life(self, chain: Chain, policies: Policies) -> list[Finding]:
        self._counts.registrations += 1
        self._counts.events += len(chain.life.events)
        chain.compare_with_read_model()
        return [
            *chain.findings,
            *without_counterparts(chain.events, chain.life),
            *unfounded_periods(chain.life.registration_id, chain.events, policies),
            *repeated(chain.life.registration_id, chain.events),
            *differing_evidence(chain.events, chain.life, self._store),
            *differing_password(chain.events, chain.life, self._store),
            *differing_personal_data(chain, self._store),
            *differing_rows(chain, self._store),
            *differing_letters(chain.life, self._store),
            *unsettled(chain.events, chain.life),
        ]

    async def _without_seals(self) -> list[Finding]:
        if await self._store.opens_seals():
            return []
        sentence = Sentence(N_("the key of the seals is gone, or no master key opens it: no seal could be looked at"))
        return [Finding("seal key", None, FindingKind.SEAL_KEY_MISSING, sentence)]

    async def _histories_of(self, lives: Sequence[AuditedLife]) -> list[Finding]:
        """Computes the chains again: keeping a page of them in memory costs more (measured)."""
        witness = self._histories
        if witness is None:
            return []
        self._counts.histories += len(lives)
        looks = await of_each(lives, lambda life: witness.differing(Chain(life)), at_once=_AT_ONCE)
        return [found for each in looks for found in each]

    async def _whole_history(self, registration_id: str) -> list[Finding]:
        """Every event of all runs; returns what differs at once and again after a moment."""
        findings: list[Finding] = []
        for seconds in (_SECOND_LOOK_SECONDS, 0):
            if self._histories is None:
                break
            self._counts.histories = 0
            async for lives in self._store.some([registration_id]):
                for life in lives:
                    findings = [finding async for finding in self._histories.all_differing(Chain(life))]
                    findings = findings or await self._histories_of([life])
            if not findings:
                break
            await asyncio.sleep(seconds)
        return findings

    async def _second_look(self, suspects: Collection[str]) -> AsyncIterator[Finding]:
        """What still differs after a moment."""
        if suspects:
            await asyncio.sleep(_SECOND_LOOK_SECONDS)
        async for lives in self._store.some(sorted(suspects)):
            self._counts.histories -= len(lives)
            for finding in await self._histories_of(lives):
                yield finding

    def _missing(self, chain: tuple[str, ...] | None) -> list[Finding]:
        """Chains that the checkpoints know and the database lacks."""
        return [_missing_chain(known) for known in self._witness.before(chain)]

    def _rest(self) -> list[Finding]:
        missing = self._missing(None)
        self._witness.finish()
        return [*missing, *self._witness.findings]

    def _counted(self, finding: Finding) -> Finding:
        self._counts.findings += 1
        return finding


def _missing_chain(known: Known) -> Finding:
    number, head = known[-1]
    of_registration = head.chain[0] == REGISTRATION_CHAIN
    kind = FindingKind.REGISTRATION_MISSING if of_registration else FindingKind.ACCESS_ENTRY_MISSING
    message = N_("the whole chain of {length} is gone, which checkpoint {number} proves")
    sentence = Sentence(message, {"length": head.length, "number": number})
    return Finding(" ".join(head.chain[1:]), None, kind, sentence)
