"""The registrations in parts, by their ids: each is verified by itself, so that many processes can do it."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final, Protocol

from audit.verification.chain import Chain
from audit.verification.checkpoints import Known, KnownChains, contradicted, missing_chain
from audit.verification.counterparts import without_counterparts
from audit.verification.credentials import differing_password
from audit.verification.events_in_histories import HistoryWitness
from audit.verification.evidence import differing_evidence
from audit.verification.findings import Finding
from audit.verification.letters import differing_letters
from audit.verification.periods import Policies, unfounded_periods
from audit.verification.personal import differing_personal_data
from audit.verification.repeats import repeated
from audit.verification.sealed_rows import differing_rows
from audit.verification.sendings import unsettled
from registration.checkpoint import REGISTRATION_CHAIN
from store.audited import AuditedLife, AuditStore
from temporal.pace import of_each

PART: Final = 1_000
"""Registrations of a part, and chains that the checkpoints know in it: a second of work, with histories some more."""

HISTORIES_AT_ONCE: Final = 20
"""Asked for at once, by all processes together."""


@dataclass(frozen=True)
class Part:
    """The registrations after `after` (`None`: from the first) up to `until` itself (`None`: to the last).

    `known` is what the checkpoints say of them, `adopted` the versions of the policies that the access record has.
    """

    after: str | None
    until: str | None
    known: Sequence[Known] = ()
    adopted: Sequence[int] = ()


@dataclass
class VerifiedPart:
    """What was found, in the order of the ids, in how much; `suspects` are ids whose histories differed at first."""

    findings: list[Finding] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)
    registrations: int = 0
    events: int = 0
    histories: int = 0


class PartVerifiers(Protocol):
    """Who verifies parts: this process, or several."""

    @property
    def at_once(self) -> int:
        """How many parts they are given before the outcome of the first of these is taken."""

    async def verified(self, part: Part) -> VerifiedPart:
        """Verifies one part."""


class PartVerifier:
    """Verifies one part after the other in this process, in pages of the store's size."""

    at_once: Final = 1

    def __init__(
        self, store: AuditStore, histories: HistoryWitness | None, *, histories_at_once: int = HISTORIES_AT_ONCE
    ) -> None:
        """`store` has opened its seals; `histories` is `None` where Temporal is left out."""
        self._store = store
        self._histories = histories
        self._histories_at_once = histories_at_once

    async def verified(self, part: Part) -> VerifiedPart:
        """One part, and the known chains of it that are gone. Raises `RPCError`, and what the database raises."""
        done, chains, suspects = VerifiedPart(), KnownChains(part.known), set[str]()
        async for page in self._store.pages(part.after, part.until):
            await self.compare_stored(page, chains, part.adopted, done)
            done.histories += len(page) if self._histories else 0
            suspects |= {finding.about for finding in await self.differing_histories(page)}
        done.findings += map(missing_chain, chains.before(None))
        done.suspects += sorted(suspects)
        return done

    async def compare_stored(
        self, lives: Sequence[AuditedLife], chains: KnownChains, adopted: Iterable[int], done: VerifiedPart
    ) -> None:
        """All but histories, added to `done`; reads the policies after the events, so that each event's is there."""
        policies = Policies(await self._store.policies(), frozenset(adopted))
        await asyncio.to_thread(self._compare, lives, chains, policies, done)

    def _compare(
        self, lives: Sequence[AuditedLife], chains: KnownChains, policies: Policies, done: VerifiedPart
    ) -> None:
        for chain in map(Chain, lives):
            key = (REGISTRATION_CHAIN, chain.life.registration_id)
            hashes = {row["sequence"]: row["hash"] for row in chain.life.events}
            done.registrations += 1
            done.events += len(chain.life.events)
            done.findings += map(missing_chain, chains.before(key))
            done.findings += self._life(chain, policies)
            done.findings += contradicted(chain.life.registration_id, chains.of(key), hashes)

    def _life(self, chain: Chain, policies: Policies) -> list[Finding]:
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

    async def differing_histories(self, lives: Sequence[AuditedLife]) -> list[Finding]:
        """Computes the chains again: keeping a page of them in memory costs more (measured)."""
        witness = self._histories
        if witness is None:
            return []
        looks = await of_each(lives, lambda life: witness.differing(Chain(life)), at_once=self._histories_at_once)
        return [found for each in looks for found in each]


async def in_order(
    parts: AsyncGenerator[Part, None], verifiers: PartVerifiers
) -> AsyncGenerator[tuple[Part, VerifiedPart], None]:
    """Each part with its outcome, in the order of the parts; what is under way when this ends early is cancelled."""
    under_way = deque[tuple[Part, asyncio.Task[VerifiedPart]]]()
    try:
        async with aclosing(parts):
            async for part in parts:
                under_way.append((part, asyncio.create_task(verifiers.verified(part))))
                if len(under_way) >= verifiers.at_once:
                    yield await _first(under_way)
        while under_way:
            yield await _first(under_way)
    finally:
        for _, task in under_way:
            task.cancel()
        await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)


async def _first(under_way: deque[tuple[Part, asyncio.Task[VerifiedPart]]]) -> tuple[Part, VerifiedPart]:
    part, task = under_way[0]
    verified = await task
    under_way.popleft()
    return part, verified
