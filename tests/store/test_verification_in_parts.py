"""Verified in parts, by one process or by several, and continued after an interruption: always the same findings."""

import gc
import weakref
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from audit.verification.findings import Finding, FindingKind, Verdict
from audit.verification.parts import Part, PartVerifier, PartVerifiers, VerifiedPart
from audit.verification.run import Pass, Reached
from registration.sentences import ENGLISH
from starter.dev.postgres import PostgresServer
from starter.gateway.auditor_answers import FindingLine, VerificationReport
from starter.gateway.verification import VerificationOrder, VerificationRun
from starter.gateway.verification_progress import ProgressFile, ProgressProblem, ProgressUnusable
from starter.gateway.verifier_messages import VerifierBeginning
from starter.gateway.verifiers import further_processes
from store.audited import AuditedLife, AuditStore
from store.database import opened_pool
from store.keys import key_ring
from store.seals import RowSeals
from tests.store.damaged_record import ALTERED, GONE, Record, damaged, written

EVERYTHING_AT_ONCE = 1_000
PART = 10


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def record(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Sixty registrations with damage in six parts of ten."""
    made = await written(server, "damaged", tmp_path_factory.mktemp("checkpoints"))
    async with verifying(made) as verification:
        assert [finding async for finding in verification.everything(lambda _: None)] == []
    await damaged(made)
    return made


@asynccontextmanager
async def verifying(
    record: Record, part: int = EVERYTHING_AT_ONCE, begun: Reached | None = None
) -> AsyncIterator[Pass]:
    """A pass over the record, without Temporal."""
    async with opened_pool(record.url, most=2) as pool:
        yield Pass(AuditStore(pool, key_ring(record.settings)), None, record.witness(), begun=begun, part=part)


async def found(record: Record, part: int, verifiers: PartVerifiers | None = None) -> tuple[list[Finding], Verdict]:
    """What such a pass finds, and its verdict."""
    async with verifying(record, part) as verification:
        findings = [finding async for finding in verification.everything(lambda _: None, verifiers)]
        return findings, verification.verdict


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def expected(record: Record) -> tuple[list[Finding], Verdict]:
    """What is found in one part, by one process."""
    return await found(record, EVERYTHING_AT_ONCE)


def test_every_damage_is_named_once(record: Record, expected: tuple[list[Finding], Verdict]) -> None:
    findings, verdict = expected
    gone = [finding.about for finding in findings if finding.kind is FindingKind.REGISTRATION_MISSING]
    assert gone == [record.ids[place] for place in GONE]
    assert {finding.about for finding in findings} >= {record.ids[place] for place in ALTERED}
    assert {finding.kind for finding in findings} > {FindingKind.ACCESS_ENTRY_MISSING, FindingKind.OFFICE_DIFFERS}
    assert len(set(map(repr, findings))) == len(findings) == verdict.findings
    assert verdict.registrations == len(record.ids) - len(GONE)
    assert verdict.checkpoint == 2


@pytest.mark.parametrize("part", [1, 7, PART, 45])
async def test_parts_of_any_size_find_the_same_in_the_same_order(
    record: Record, expected: tuple[list[Finding], Verdict], part: int
) -> None:
    assert await found(record, part) == expected


@pytest.mark.parametrize("processes", [1, 2, 3])
async def test_further_processes_find_the_same_in_the_same_order(
    record: Record, expected: tuple[list[Finding], Verdict], processes: int
) -> None:
    async with opened_pool(record.url, most=1) as pool:
        seal_key = await RowSeals(pool, key_ring(record.settings)).key()
    beginning = VerifierBeginning(record.settings, None, seal_key, histories_at_once=1)
    async with further_processes(beginning, processes) as verifiers:
        assert await found(record, PART, verifiers) == expected


async def test_a_pass_is_continued_from_every_place_that_it_has_reached(
    record: Record, expected: tuple[list[Finding], Verdict]
) -> None:
    findings, verdict = expected
    continued = 0
    for stop in range(len(findings)):
        before, reached = await _interrupted(record, stop)
        if reached:
            known = before[: reached.verdict.findings]
            async with verifying(record, PART, reached) as verification:
                rest = [finding async for finding in verification.everything(lambda _: None)]
                assert (known + rest, verification.verdict) == (findings, verdict)
            continued += reached.after is not None
    assert continued > 0


async def _interrupted(record: Record, stop: int) -> tuple[list[Finding], Reached | None]:
    """What a pass finds that is interrupted after so many findings, and how far it has come."""
    taken: list[Finding] = []
    async with verifying(record, PART) as verification:
        async with aclosing(verification.everything(lambda _: None)) as findings:
            async for finding in findings:
                taken.append(finding)
                if len(taken) > stop:
                    break
        return taken, verification.reached


class _Counting(AuditStore):
    """Knows how many lives have been in memory at once."""

    most = 0

    async def pages(self, after: str | None = None, until: str | None = None) -> AsyncIterator[list[AuditedLife]]:
        alive: list[weakref.ref[AuditedLife]] = []
        async for page in super().pages(after, until):
            alive = [*(one for one in alive if one()), *map(weakref.ref, page)]
            gc.collect()
            self.most = max(self.most, sum(one() is not None for one in alive))
            yield page
            del page


async def test_no_more_lives_are_in_memory_than_two_pages(
    record: Record, expected: tuple[list[Finding], Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that is verified, and the next one while it is read; however long a part is."""
    monkeypatch.setattr("store.audited._PAGE", 4)
    async with opened_pool(record.url, most=2) as pool:
        store = _Counting(pool, key_ring(record.settings))
        verification = Pass(store, None, record.witness())
        assert [finding async for finding in verification.everything(lambda _: None)] == expected[0]
    assert 0 < store.most <= 2 * 4


class _Watched:
    """Verifiers that count the parts which are with them, or whose outcomes wait."""

    at_once = 3

    def __init__(self, verifier: PartVerifier) -> None:
        self._verifier = verifier
        self.given = 0
        self.chains = 0

    async def verified(self, part: Part) -> VerifiedPart:
        self.given += 1
        self.chains = max(self.chains, len(part.known))
        return await self._verifier.verified(part)


async def test_no_more_parts_are_under_way_than_the_verifiers_take(record: Record) -> None:
    """Parts are made one after the other, none before there is a place for it, and are of limited size."""
    async with opened_pool(record.url, most=4) as pool:
        store = AuditStore(pool, key_ring(record.settings))
        watched, taken = _Watched(PartVerifier(store, None)), list[int]()
        verification = Pass(store, None, record.witness(), part=PART)

        def advanced(_: int) -> None:
            taken.append(watched.given)

        async for _ in verification.everything(advanced, watched):
            pass
    assert all(given - done <= watched.at_once for done, given in enumerate(taken[1:]))
    assert watched.chains == PART
    assert watched.given > len(record.ids) // PART


async def test_the_file_of_the_progress_keeps_the_first_findings_and_counts_all(
    record: Record, expected: tuple[list[Finding], Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starter.gateway.verification_progress._MOST_FINDINGS", 2)
    all_of_it = [FindingLine.of(finding, ENGLISH) for finding in expected[0]]
    of_no_registration = all_of_it.index(next(each for each in all_of_it if each.about == record.ids[0]))
    async with opened_pool(record.url, most=2) as pool:
        store = AuditStore(pool, key_ring(record.settings))

        def run() -> VerificationRun:
            file = ProgressFile(tmp_path / "progress", store, with_temporal=False)
            order = VerificationOrder(None, record.folder, None, is_copy=False, processes=None, file=file)
            return VerificationRun(store, order, lambda _: None, ENGLISH)

        async with aclosing(run().findings) as findings:
            taken = [await anext(findings) for _ in range(of_no_registration + 1)]
        continued = run()
        shown = [finding async for finding in continued.findings]
    assert taken == all_of_it[: of_no_registration + 1]
    assert shown == all_of_it[:2] + all_of_it[of_no_registration:]
    assert continued.not_kept == of_no_registration - 2 > 0
    assert continued.report == VerificationReport.of(expected[1], ())
    continued.end()
    assert not _files(tmp_path)


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_without_the_key_of_the_seals_no_progress_is_believed(record: Record, tmp_path: Path) -> None:
    """Or whoever deletes it could write a file that says that everything was verified, and nothing found."""
    keys = replace(key_ring(record.settings), master_keys={"2027": b"x" * 32, "2026": b"y" * 32})
    async with opened_pool(record.url, most=1) as pool:
        store = AuditStore(pool, keys)
        assert not await store.opens_seals()
        with pytest.raises(ProgressUnusable) as refused:
            ProgressFile(tmp_path / "progress", store, with_temporal=False).open()
    assert refused.value.problem is ProgressProblem.NO_KEY
    assert not _files(tmp_path)


async def test_the_file_of_the_progress_is_never_longer_than_what_is_read(record: Record, tmp_path: Path) -> None:
    """However many differences there are, and however long a tampered row makes them."""
    async with opened_pool(record.url, most=1) as pool:
        store = AuditStore(pool, key_ring(record.settings))
        await store.opens_seals()
        file, again = (ProgressFile(tmp_path / "progress", store, with_temporal=False) for _ in range(2))
        for size in (1, 1_000, 10_000_000):
            for _ in range(2_000):
                file.add(FindingLine(record.ids[0], 1, FindingKind.EVENT_ALTERED, "ű" * size))
        file.keep(Reached(Verdict(0, 0, 0, None, 0, 6_000), None, None, (), ("x" * 36,) * 2_000))
        again.open()
    assert again.progress == file.progress
    assert len(file.progress.findings) == 1_000
