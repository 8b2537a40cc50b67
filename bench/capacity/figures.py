"""What was measured, kept in `measured.json`: the plan and its document are computed from it, on any machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

KEPT: Final = Path(__file__).with_name("measured.json")


@dataclass(frozen=True)
class RowSize:
    """Bytes of a row of PostgreSQL, freshly packed: in its table with its large values, and in all indexes together."""

    table: float
    indexes: float
    index_count: int


@dataclass(frozen=True)
class Stored:
    """What Temporal's store holds: rows of `data` bytes, index entries of `keys` bytes; before any page layout."""

    rows: float = 0
    data: float = 0
    entries: float = 0
    keys: float = 0

    def __sub__(self, other: "Stored") -> "Stored":
        """What was added since `other`."""
        return Stored(
            self.rows - other.rows, self.data - other.data, self.entries - other.entries, self.keys - other.keys
        )

    def __add__(self, other: "Stored") -> "Stored":
        """Both together."""
        return Stored(
            self.rows + other.rows, self.data + other.data, self.entries + other.entries, self.keys + other.keys
        )

    def __mul__(self, times: float) -> "Stored":
        """So many of it."""
        return Stored(self.rows * times, self.data * times, self.entries * times, self.keys * times)

    def __truediv__(self, parts: float) -> "Stored":
        """One of so many equal parts."""
        return self * (1 / parts)


@dataclass(frozen=True)
class ActFigures:
    """What an act of one account leaves, on average of the lives.

    `rows` are those of PostgreSQL by table, below 0 where it erases. `wal` is bytes, without pages that are written
    whole. `events` and `history` (bytes) are what it adds to Temporal's history, `temporal` to all of its store.
    """

    rows: dict[str, float]
    wal: float
    events: float
    history: float
    letters: float
    temporal: Stored


@dataclass(frozen=True)
class Load:
    """Many acts at once: so many per second, and the processor time of one in milliseconds, by program."""

    per_second: float
    processor_ms: dict[str, float]


@dataclass(frozen=True)
class VerificationFigures:
    """Per second, of the commands of auditors; seconds of a checkpoint over so many registrations."""

    with_temporal: float
    events_without_temporal: float
    checkpoint_registrations: int
    checkpoint_s: float
    peak_mb: float


@dataclass(frozen=True)
class Machine:
    """Where and when (UTC, ISO 8601) it was measured; `load` is the load average of a minute before each part."""

    processor: str
    cores: int
    python: str
    temporal: str
    postgres: str
    at: str
    load: dict[str, float]


@dataclass(frozen=True)
class Sizes:
    """The lives. `open_run` is what Temporal's store holds, by table, of an active account after three acts.

    `closed_run` is an ended run, `archived_run` the bytes of its file, `machinery_a_day` what scheduled workflows add.
    """

    lives: int
    acts: dict[str, ActFigures]
    row_sizes: dict[str, RowSize]
    open_run: dict[str, Stored]
    closed_run: Stored
    archived_run: float
    machinery_a_day: Stored
    retention_days: float


@dataclass(frozen=True)
class RateFigures:
    """What depends on the machine and on its load. `accounts` were measured at once."""

    accounts: int
    loads: dict[str, Load]
    verification: VerificationFigures


@dataclass(frozen=True)
class Measured:
    """One run of `python -m bench --only capacity`."""

    machine: Machine
    sizes: Sizes
    rates: RateFigures


_JSON: Final = TypeAdapter(Measured)


def read(file: Path = KEPT) -> Measured:
    """The figures of a file. Raises `OSError`, `ValidationError`."""
    return _JSON.validate_json(file.read_bytes())


def write(measured: Measured, file: Path = KEPT) -> None:
    """Keeps the figures."""
    file.write_bytes(_JSON.dump_json(measured, indent=2) + b"\n")
