"""What an auditor asks of the record: checkpoints, a verification of all, proofs, timelines."""

import asyncio
import json
import os
import statistics
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psutil

from bench.record.lives import EVENTS_EACH
from bench.system import System
from starter.gateway import usual_processes

_PROOFS: Final = 3
_LOOK_SECONDS: Final = 0.2
_WITHIN_SECONDS: Final = 2 * 3600
"""Of a verification, which reads some 10,000 events a second and process."""


@dataclass(frozen=True)
class VerificationRate:
    """Of the whole record, without Temporal; `peak_mb` is that of all its processes together."""

    processes: int
    seconds: float
    events_per_second: float
    peak_mb: float


@dataclass(frozen=True)
class AuditOfRecord:
    """Seconds; verified by one process first, then by one for each core."""

    registrations: int
    checkpoint_s: float
    next_checkpoint_s: float
    verifications: list[VerificationRate]
    proof_s: float


async def measure_audit_of_record(system: System, registrations: int, some: list[str]) -> AuditOfRecord:
    """Of a record that is written; `some` are ids of registrations in it."""
    record = system.world.audit
    checkpoints = [await _timed(record.checkpoints.make()) for _ in range(2)]
    verifications = [await _verified(system, registrations, processes) for processes in (1, usual_processes())]
    proofs = [await _timed(record.checkpoints.proof(one)) for one in some[:_PROOFS]]
    return AuditOfRecord(
        registrations=registrations,
        checkpoint_s=checkpoints[0],
        next_checkpoint_s=checkpoints[1],
        verifications=verifications,
        proof_s=statistics.median(proofs),
    )


async def _timed(work: Any) -> float:  # noqa: ANN401  something to await
    began = perf_counter()
    await work
    return perf_counter() - began


async def _verified(system: System, registrations: int, processes: int) -> VerificationRate:
    """Runs the command as an auditor does. Raises `AssertionError` unless all is whole."""
    command = (sys.executable, "-m", "starter.cli", "audit", "verify", "--all", "--without-temporal", "--json")
    variables, began = system.world.addresses.variables(system.world.folder), perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(*command, "--processes", str(processes)), stdout=asyncio.subprocess.PIPE, env={**os.environ, **variables}
    )
    output, peaks = asyncio.create_task(process.communicate()), dict[int, float]()
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            while not output.done():
                await asyncio.wait({output}, timeout=_LOOK_SECONDS)
                for pid in _family(process.pid):
                    peaks[pid] = max(peaks.get(pid, 0.0), _peak_mb(pid))
    finally:
        if process.returncode is None:
            process.kill()
    printed, _ = await output
    if not json.loads(printed)["whole"]:
        raise AssertionError(printed[:2000].decode())
    seconds = perf_counter() - began
    return VerificationRate(processes, seconds, registrations * EVENTS_EACH / seconds, sum(peaks.values()))


def _family(pid: int) -> list[int]:
    """A process and those that it has started."""
    with suppress(psutil.NoSuchProcess):
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return []


def _peak_mb(pid: int) -> float:
    """The high-water mark of a running process: the kernel's `ru_maxrss` begins with that of the parent (measured)."""
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    return 0.0
