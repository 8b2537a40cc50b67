"""Verifies the whole record in one pass, or one registration: finds every difference, in bounded memory."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from audit.verification.accesses import broken_day, name_of
from audit.verification.administered import AdministeredContents
from audit.verification.chain import Chain
from audit.verification.checkpoints import Witness, contradicted, missing_chain
from audit.verification.events_in_histories import HistoryWitness
from audit.verification.findings import Finding, FindingKind, Verdict
from audit.verification.parts import PART, Part, PartVerifier, PartVerifiers, VerifiedPart, in_order
from audit.verification.sealed_rows import differing_answer
from registration.checkpoint import ACCESS_CHAIN, REGISTRATION_CHAIN
from registration.sentences import N_, Sentence
from store.access_record import AuditedDay
from store.audited import AuditStore

_SECOND_LOOK_SECONDS: Final = 5
"""Time for what is on its way between Temporal and the store."""

_SUSPECTS: Final = 1_000
"""Registrations that wait for their second look: more are not kept in memory."""

OnProgress = Callable[[int], None]
"""Called with the number of registrations verified so far."""


@dataclass(frozen=True)
class Reached:
    """How far a pass has come: all that belongs to no registration, and every registration up to the id `after`.

    `document` is the SHA-256 of the checkpoint that all of it is compared with, `adopted` as in a part; `suspects` wait
    for their second look. The verdict is that of this much.
    """

    verdict: Verdict
    document: str | None
    after: str | None
    adopted: tuple[int, ...]
    suspects: tuple[str, ...]


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
        witness: Witness | None,
        *,
        begun: Reached | None = None,
        part: int = PART,
    ) -> None:
        """`histories` is `None` where Temporal is left out, `witness` where there are no checkpoints.

        `begun` is how far an earlier pass with the same checkpoint has come, which this one continues. `part` is how
        many registrations are verified at once.
        """
        self._store = store
        self._histories = histories
        self._witness = witness or Witness(None)
        self._checkpoint, self._document = self._witness.last, self._witness.document
        self._verifier = PartVerifier(store, histories)
        self._part = part
        self._counts = _Counts()
        self._adopted: tuple[int, ...] = ()
        self._suspects: list[str] = []
        self.reached = begun
        if begun:
            self._continue(begun)

    def _continue(self, begun: Reached) -> None:
        self._counts = _Counts(**{name: getattr(begun.verdict, name) for name in vars(self._counts)})
        self._adopted, self._suspects = begun.adopted, list(begun.suspects)

    @property
    def verdict(self) -> Verdict:
        """What was verified, and how much was found."""
        return Verdict(checkpoint=self._checkpoint, **vars(self._counts))

    async def everything(
        self, progress: OnProgress, verifiers: PartVerifiers | None = None
    ) -> AsyncGenerator[Finding, None]:
        """What only a full pass can compare, then all registrations in the order of their ids.

        First the access record, the contents that it has digests of, and kept answers; last the checkpoints, and what
        only Temporal knows. `verifiers` are processes that share the registrations; without them this one does all.
        What `begun` has of this is left out. `reached` is up to date whenever `progress` is called.
        """
        registrations = self._registrations(progress, verifiers or self._verifier)
        for stage in (self._of_no_registration(), registrations, self._rest()):
            async with aclosing(stage) as findings:
                async for finding in findings:
                    self._counts.findings += 1
                    yield finding

    async def _registrations(self, progress: OnProgress, verifiers: PartVerifiers) -> AsyncGenerator[Finding, None]:
        progress(self._counts.registrations)
        async with aclosing(in_order(self._parts(), verifiers)) as outcomes:
            async for part, verified in outcomes:
                self._count(verified)
                for finding in verified.findings:
                    yield finding
                if len(self._suspects) >= _SUSPECTS:
                    async for finding in self._second_look():
                        yield finding
                if part.until:
                    self._reach(part.until)
                progress(self._counts.registrations)

    async def _rest(self) -> AsyncGenerator[Finding, None]:
        await asyncio.to_thread(self._witness.finish)
        for finding in self._witness.findings:
            yield finding
        async for finding in self._second_look():
            yield finding
        if self._histories:
            async for finding in self._histories.strays():
                yield finding

    async def _of_no_registration(self) -> AsyncGenerator[Finding, None]:
        without_seals = await self._without_seals()
        if self.reached:
            return
        for finding in without_seals:
            yield finding
        administration = AdministeredContents()
        async for finding in self._access_record(administration):
            yield finding
        async for row in self._store.answers():
            for finding in differing_answer(row, self._store):
                yield finding
        newest = await self._histories.newest_checkpoint() if self._histories else None
        if newest:
            administration.checkpoints.setdefault(newest[0], set()).add(newest[1])
        for finding in await asyncio.to_thread(self._checkpoints_missed, administration):
            yield finding
        self._reach(None)

    async def _access_record(self, administration: AdministeredContents) -> AsyncGenerator[Finding, None]:
        """All of its chains, and what it says was put in place, which `administration` knows then."""
        async with self._store.access_record() as record:
            async for day in record.days():
                for finding in [*administration.add(day), *self._day(day)]:
                    yield finding
            stored, unfinished = [each async for each in record.administered()], await record.unfinished()
        for known in self._witness.chains.before((REGISTRATION_CHAIN,)):
            yield missing_chain(known)
        self._adopted = tuple(sorted(administration.policies))
        for finding in administration.differing(stored, unfinished):
            yield finding

    def _checkpoints_missed(self, administration: AdministeredContents) -> list[Finding]:
        return list(self._witness.compared_with(administration.checkpoints, datetime.now(UTC)))

    async def _parts(self) -> AsyncGenerator[Part, None]:
        """Parts of what is left, in the order of the ids, each with what the checkpoints know of it.

        A part ends with a registration of the database or, where so many are gone, with one that a checkpoint knows.
        """
        after = self.reached.after if self.reached else None
        chains = self._witness.chains
        if after:
            await asyncio.to_thread(deque, chains.before((REGISTRATION_CHAIN, after)), 0)
            chains.of((REGISTRATION_CHAIN, after))
        else:
            await asyncio.to_thread(deque, chains.before((REGISTRATION_CHAIN,)), 0)
        while True:
            until = await self._store.id_at(self._part, after)
            end = (REGISTRATION_CHAIN, until) if until else None
            known = await asyncio.to_thread(chains.take, self._part, until=end)
            if len(known) == self._part:
                until = known[-1][0][1].chain[1]
            yield Part(after, until, known, self._adopted)
            if until is None:
                return
            after = until

    async def one(self, registration_id: str) -> AsyncIterator[Finding]:
        """One registration, of which a checkpoint may know more than its row, and all of its history."""
        without_seals = await self._without_seals()
        chain, chains = (REGISTRATION_CHAIN, registration_id), self._witness.chains
        await asyncio.to_thread(deque, chains.before(chain), 0)
        done = VerifiedPart()
        async for lives in self._store.some([registration_id]):
            await self._verifier.compare_stored(lives, chains, (), done)
        self._count(done)
        if not done.registrations and (known := await asyncio.to_thread(chains.of, chain)):
            done.findings.append(missing_chain(known))
        in_histories = await self._whole_history(registration_id)
        for finding in [*without_seals, *done.findings, *in_histories, *self._witness.findings]:
            self._counts.findings += 1
            yield finding

    def _day(self, day: AuditedDay) -> list[Finding]:
        self._counts.access_entries += len(day.entries)
        chain, chains = (ACCESS_CHAIN, day.office, day.day), self._witness.chains
        hashes = {row["sequence"]: row["hash"] for row in day.entries}
        missing = [missing_chain(known) for known in chains.before(chain)]
        return [*missing, *broken_day(day), *contradicted(name_of(day), chains.of(chain), hashes)]

    async def _without_seals(self) -> list[Finding]:
        if await self._store.opens_seals():
            return []
        sentence = Sentence(N_("the key of the seals is gone, or no master key opens it: no seal could be looked at"))
        return [Finding("seal key", None, FindingKind.SEAL_KEY_MISSING, sentence)]

    async def _whole_history(self, registration_id: str) -> list[Finding]:
        """Every event of all runs; returns what differs at once and again after a moment."""
        findings: list[Finding] = []
        for seconds in (_SECOND_LOOK_SECONDS, 0):
            if self._histories is None:
                break
            self._counts.histories = 0
            async for lives in self._store.some([registration_id]):
                for life in lives:
                    self._counts.histories += 1
                    findings = [finding async for finding in self._histories.all_differing(Chain(life))]
                    findings = findings or await self._verifier.differing_histories([life])
            if not findings:
                break
            await asyncio.sleep(seconds)
        return findings

    async def _second_look(self) -> AsyncIterator[Finding]:
        """What still differs after a moment."""
        suspects, self._suspects = self._suspects, []
        if suspects:
            await asyncio.sleep(_SECOND_LOOK_SECONDS)
        async for lives in self._store.some(suspects):
            for finding in await self._verifier.differing_histories(lives):
                yield finding

    def _reach(self, after: str | None) -> None:
        self.reached = Reached(self.verdict, self._document, after, self._adopted, tuple(self._suspects))

    def _count(self, verified: VerifiedPart) -> None:
        self._counts.registrations += verified.registrations
        self._counts.events += verified.events
        self._counts.histories += verified.histories
        self._suspects += verified.suspects
