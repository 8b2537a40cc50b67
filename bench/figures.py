"""The figures that engines are compared by, and what rounds say of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Self

from bench.rates import EngineRates

ROWS: Final = {
    "letters": "started → letter, per second",
    "activations": "activations, per second, at once",
    "serial_p50_ms": "one activation after the other, p50 ms",
}


@dataclass(frozen=True)
class Figures:
    """Of one engine in one round: per second, and the median of one activation after the other in milliseconds."""

    letters: float
    activations: float
    serial_p50_ms: float

    @classmethod
    def of(cls, rates: EngineRates) -> Self:
        """Ours."""
        return cls(rates.start_to_letter, rates.redeem.per_second, rates.serial_redeem.p50_ms)


@dataclass(frozen=True)
class Spread:
    """The median of the rounds, the lowest and the highest."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Of at least one value."""
        return cls(median(values), min(values), max(values))

    def shown(self, digits: int) -> str:
        """As text, with so many digits behind the point."""
        return f"{self.median:.{digits}f} ({self.least:.{digits}f} to {self.most:.{digits}f})"


def spread(row: str, rounds: Sequence[Figures]) -> Spread:
    """Of one figure over the rounds."""
    return Spread.of([getattr(figures, row) for figures in rounds])


def ratio(row: str, rounds: Sequence[Figures], others: Sequence[Figures]) -> Spread:
    """Of one figure, round by round: above 1 the first is better."""
    pairs = [(getattr(one, row), getattr(other, row)) for one, other in zip(rounds, others, strict=True)]
    return Spread.of([other / one if row.endswith("_ms") else one / other for one, other in pairs])
