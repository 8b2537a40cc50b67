"""Ours and the peers in turns, so that whatever else the machine does slows all: medians, spread, ratios."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from bench import figures
from bench.figures import ROWS, Figures, Spread
from bench.machine import processor
from bench.peers.environment import Missing, peer_environment
from bench.peers.scripts import DBOS, SCRIPTS, THINNEST, measured
from bench.rates import measure_engine
from bench.system import running_system

KEPT: Final = Path(__file__).with_name("measured.json")
OURS: Final = "ours"
ROUNDS: Final = 3
AIMS: Final = {THINNEST: dict.fromkeys(ROWS, 0.95), DBOS: {"activations": 1.0}}
"""Of issue 15: ours / theirs for rates, theirs / ours for latencies."""

_SERIAL: Final = 50
"""As many as work.py activates one after the other."""


@dataclass(frozen=True)
class PeerComparison:
    """Figures of each round by engine, ours first. `missing` says why a peer has none. `load` is before each round."""

    at: str
    processor: str
    cores: int
    count: int
    at_once: int
    load: list[float]
    rounds: dict[str, list[Figures]]
    missing: dict[str, str]

    def spread(self, engine: str, row: str) -> Spread:
        """Of one engine's figure over the rounds."""
        return figures.spread(row, self.rounds[engine])

    def ratio(self, peer: str, row: str) -> Spread:
        """Of the rounds: above 1 ours is better."""
        return figures.ratio(row, self.rounds[OURS], self.rounds[peer])


async def compare(folder: Path, count: int, most: int, say: Callable[[str], None]) -> PeerComparison:
    """Three rounds, `most` at once of `count`; each engine has servers of its own each time, begun in another order."""
    load: list[float] = []
    rounds: dict[str, list[Figures]] = {engine: [] for engine in (OURS, *SCRIPTS)}
    missing: dict[str, str] = {}
    say("packages of the peers ...")
    async with peer_environment() as environment:
        for number in range(ROUNDS):
            load.append(round(os.getloadavg()[0], 1))
            for engine in islice(cycle(rounds), number, number + len(rounds)):
                if engine in missing:
                    continue
                say(f"round {number + 1} of {ROUNDS}: {engine} ...")
                try:
                    taken = (
                        await _ours(count, most)
                        if engine == OURS
                        else await measured(engine, folder, environment, count, most)
                    )
                    rounds[engine].append(taken)
                except Missing as why:
                    missing[engine] = str(why)
                    say(f"{engine} is left out: {why}")
    return PeerComparison(
        at=datetime.now(UTC).isoformat(timespec="minutes"),
        processor=processor(),
        cores=len(os.sched_getaffinity(0)),
        count=count,
        at_once=most,
        load=load,
        rounds={engine: taken for engine, taken in rounds.items() if engine not in missing},
        missing=missing,
    )


def read(file: Path = KEPT) -> PeerComparison:
    """The comparison that is kept. Raises `OSError`, `ValidationError`."""
    return _JSON.validate_json(file.read_bytes())


def write(comparison: PeerComparison, file: Path = KEPT) -> None:
    """Keeps a comparison, for the document."""
    file.write_bytes(_JSON.dump_json(comparison, indent=2) + b"\n")


_JSON: Final = TypeAdapter(PeerComparison)


async def _ours(count: int, most: int) -> Figures:
    async with running_system() as system:
        rates = await measure_engine(system, count, most, _SERIAL)
    return Figures.of(rates)
