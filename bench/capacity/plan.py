"""The plan: arithmetic on measured figures and assumptions. Bytes, seconds, processors (cores)."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from bench.capacity.assumptions import Assumptions
from bench.capacity.figures import ActFigures, Load, Measured, Stored
from bench.capacity.processors import OURS, PROGRAMS
from store.log_ins import LOG_INS_KEPT

DAYS: Final = 365.25
"""Of a year."""

HOUR: Final = 3600
DAY: Final = 24 * HOUR

_ROW: Final = 28
"""Bytes of PostgreSQL for each row besides its columns: 24 of the header, 4 of its place in the page."""
_ENTRY: Final = 16
"""And for each entry of an index: 8 of the header, 4 of its place, 4 of alignment."""
_PAGE: Final = 8192
_SUGGESTED_EVENTS: Final = 4096
"""Temporal's default (`limit.historyCount.suggestContinueAsNew`)."""
_EVENTS_PER_TASK: Final = 3
"""A task of a workflow or an activity is scheduled, started and completed."""

OPENING: Final = ("registration", "activation", "verification")
ENDS_RUN: Final = ("renewal after expiry", "activation after it", "closure", "lapse")
"""The acts after which a run of a workflow is closed."""

LEVELS_OFF: Final = {"attempts", "known_browsers", "log_ins"}
"""Tables whose old rows are deleted; tries are counted for hours, some for 90 days."""

_COSTS_AS: Final = {
    "registration": ("registration", 1),
    "activation": ("activation", 1),
    "verification": ("verification", 1),
    "disclosure": ("verification", 1),
    "forgotten password": ("activation", 2),
    "reminders": ("reminder", 3),
    "change of password": ("activation", 1),
    "expiry": ("expiry", 1),
    "renewal after expiry": ("activation", 2),
    "end of grace": ("expiry", 1),
    "reactivation": ("verification", 1),
    "activation after it": ("activation", 1),
    "closure": ("verification", 1),
    "lapse": ("expiry", 1),
}
"""Which measured load an act is like, and how many of it."""

OF_STAFF: Final = ("verification", "disclosure", "reactivation")
"""The acts that staff do on their pages."""


@dataclass(frozen=True)
class AtYear:
    """Bytes after so many years. `record` is all of our database but `log_ins`: log-ins and known browsers."""

    year: int
    record: float
    log_ins: float
    open_runs: float
    closed_runs: float
    archive: float
    events: float

    @property
    def databases(self) -> float:
        """Both databases, without WAL."""
        return self.record + self.log_ins + self.open_runs + self.closed_runs


@dataclass(frozen=True)
class Demand:
    """Processors that a busy moment takes, by program; `letters_s` is how long its letters take."""

    a_second: float
    processors: dict[str, float]
    letters_s: float = 0


@dataclass(frozen=True)
class Plan:
    """All that follows."""

    measured: Measured
    given: Assumptions

    def postgres(self, act: str) -> float:
        """Bytes that an act adds to our database; below 0 where it erases more."""
        return self._row_bytes(self.measured.sizes.acts[act], but={"attempts"})

    def temporal(self, stored: Stored) -> float:
        """Bytes that it takes in PostgreSQL: tables and indexes of the same names."""
        packed = stored.data + _ROW * stored.rows + stored.keys + _ENTRY * stored.entries
        return packed * self.given.looseness

    def whole_pages(self, act: str) -> float:
        """Bytes of WAL besides the records where each row and index entry is on a page that was not written yet.

        Rows that are added or deleted; and one of `registrations` that each event changes.
        """
        sizes, rows = self.measured.sizes, self.measured.sizes.acts[act].rows
        written = {table: abs(count) for table, count in rows.items()}
        written["registrations"] = written.get("registrations", 0) + rows.get("events", 0)
        pages = (count * (1 + sizes.row_sizes[table].index_count) for table, count in written.items())
        return sum(pages) * _PAGE

    @property
    def cycles(self) -> float:
        """Passwords a day whose validity ends."""
        return self.given.accounts / (self.given.validity_years * DAYS)

    @property
    def a_day(self) -> dict[str, float]:
        """How often each act is done."""
        given, cycles = self.given, self.cycles
        activated = given.registrations_a_day * (1 - given.never_activated)
        return {
            "registration": given.registrations_a_day,
            "activation": activated,
            "verification": activated,
            "lapse": given.registrations_a_day - activated,
            "log-in": given.log_ins_a_day,
            "disclosure": given.disclosures_a_day,
            "forgotten password": given.forgotten_a_day,
            "reminders": cycles,
            "change of password": cycles * given.renewed_in_time,
            "expiry": cycles * (1 - given.renewed_in_time),
            "renewal after expiry": cycles * given.renewed_in_grace,
            "end of grace": cycles * (1 - given.renewed_in_time - given.renewed_in_grace),
            "reactivation": cycles * given.reactivated,
            "activation after it": cycles * given.reactivated,
            "closure": activated,
        }

    def of_a_day(self, what: str) -> float:
        """A sum over a day's acts of `letters`, `events` of histories, or `wal`."""
        return sum(times * float(getattr(self.measured.sizes.acts[act], what)) for act, times in self.a_day.items())

    @property
    def whole_pages_a_day(self) -> float:
        """The most that a day's acts add to its WAL."""
        return sum(times * self.whole_pages(act) for act, times in self.a_day.items())

    @property
    def closed_runs_a_day(self) -> float:
        """Runs that end, or go on as new ones."""
        return sum(self.a_day[act] for act in ENDS_RUN)

    @property
    def account(self) -> float:
        """Bytes of an active account in our database, without its log-ins."""
        return sum(self._row_bytes(self.measured.sizes.acts[act], but=LEVELS_OFF) for act in OPENING)

    @property
    def open_run(self) -> float:
        """Bytes of an active account in Temporal's database when its run begins."""
        return sum(self.temporal(size) for size in self.measured.sizes.open_run.values())

    def at(self, year: int) -> AtYear:
        """Sizes, with all accounts opened in the year 0."""
        sizes, given, days = self.measured.sizes, self.given, year * DAYS
        record = sum(times * self._row_bytes(sizes.acts[act], but=LEVELS_OFF) for act, times in self.a_day.items())
        record += given.looks_a_day * self._row("access_entries")
        opened = sum(sizes.acts[act].rows.get("events", 0) for act in OPENING)
        events = sum(times * sizes.acts[act].rows.get("events", 0) for act, times in self.a_day.items())
        closed = self.closed_runs_a_day * self.temporal(sizes.closed_run) + self.temporal(sizes.machinery_a_day)
        return AtYear(
            year=year,
            record=given.accounts * self.account + days * record,
            log_ins=self._log_ins(),
            open_runs=given.accounts * (self.open_run + self.grown(year)),
            closed_runs=closed * min(days, sizes.retention_days),
            archive=self.closed_runs_a_day * days * sizes.archived_run,
            events=given.accounts * opened + days * events,
        )

    def grown(self, year: int) -> float:
        """Bytes that the history of an open run has grown by: only what expires continues as a new run.

        `lasted` is how many cycles a run has lasted on average, where each is renewed in time as often.
        """
        given, acts = self.given, self.measured.sizes.acts
        lasted = sum(given.renewed_in_time**n for n in range(1, int(year / given.validity_years) + 1))
        each_cycle = acts["reminders"].temporal + acts["change of password"].temporal
        others = sum(
            (acts[act].temporal * self.a_day[act] for act in ("disclosure", "forgotten password")), Stored()
        ) * (given.validity_years * DAYS / given.accounts)
        return self.temporal(each_cycle + others) * lasted

    @property
    def years_in_a_run(self) -> float:
        """How long an account can be renewed in time before Temporal suggests a new run."""
        acts = self.measured.sizes.acts
        return (
            _SUGGESTED_EVENTS
            * self.given.validity_years
            / (acts["reminders"].events + acts["change of password"].events)
        )

    @property
    def wal_a_day(self) -> tuple[float, float]:
        """Bytes of our database: of the records alone, and with whole pages."""
        return self.of_a_day("wal"), self.of_a_day("wal") + self.whole_pages_a_day

    def backups(self, year: int) -> float:
        """Bytes of base backups of both databases and the WAL of ours, not compressed: most is sealed or hashes."""
        return self.given.base_backups * self.at(year).databases + self.given.wal_kept_days * self.wal_a_day[1]

    @property
    def busiest_second(self) -> Demand:
        """Log-ins."""
        return self._demand(self.given.log_ins_a_second, self._load("log-in"))

    @property
    def busiest_hour(self) -> Demand:
        """All other acts."""
        each = {act: times * self.given.busiest_hour / HOUR for act, times in self.a_day.items() if act in _COSTS_AS}
        demands = []
        for act, a_second in each.items():
            like, times = _COSTS_AS[act]
            demands.append(self._demand(a_second * times, self._load(like)))
        processors = {program: sum(demand.processors[program] for demand in demands) for program in PROGRAMS}
        return Demand(sum(each.values()), processors)

    @property
    def staff(self) -> Demand:
        """Pages of staff in their busiest hour, each taken to cost what a verification does: they are not measured."""
        acts = sum(self.a_day[act] for act in OF_STAFF) + self.given.looks_a_day
        a_second = acts * self.given.staff_pages_each * self.given.busiest_hour / HOUR
        return self._demand(a_second, self._load("verification"))

    @property
    def storm(self) -> Demand:
        """The passwords that expire in one moment, recorded in the hours that are given."""
        given = self.given
        demand = self._demand(given.expiries_of_a_day / (given.storm_hours * HOUR), self._load("expiry"))
        letters = given.expiries_of_a_day * self.measured.sizes.acts["expiry"].letters / given.letters_a_second
        return Demand(demand.a_second, demand.processors, letters)

    @property
    def storm_here_s(self) -> float:
        """How long the measured machine alone would take for it."""
        return self.given.expiries_of_a_day / self._load("expiry").per_second

    @property
    def storm_tasks_a_second(self) -> float:
        """Tasks of workflows and activities while it is recorded."""
        events = self.measured.sizes.acts["expiry"].events
        return self.storm.a_second * events / _EVENTS_PER_TASK

    @property
    def partitions(self) -> int:
        """Of the queue `registration`: as few as can hand out the storm's tasks."""
        return max(self.given.partitions, ceil(self.storm_tasks_a_second / self.given.tasks_per_partition))

    @property
    def serving(self) -> int:
        """API and pages processes, for the busiest second."""
        return ceil(self.busiest_second.processors[OURS] / self.given.hashing_threads)

    @property
    def serving_staff(self) -> int:
        """Processes of the pages for staff, one processor each."""
        return max(self.given.staff_processes, ceil(self.staff.processors[OURS]))

    @property
    def workers(self) -> int:
        """Worker processes, one processor each: the storm in the busiest hour."""
        return ceil(self.storm.processors[OURS] + self.busiest_hour.processors[OURS])

    @property
    def connections(self) -> int:
        """To our database, without Temporal's where both are on one server."""
        processes = self.serving + self.serving_staff + self.workers
        return processes * self.given.pool + self.given.other_connections

    @property
    def verify_s(self) -> float:
        """`audit verify --all`, one process on the measured machine."""
        return self.given.accounts / self.measured.rates.verification.with_temporal

    def verify_without_temporal_s(self, year: int) -> float:
        """`audit verify --all --without-temporal`."""
        return self.at(year).events / self.measured.rates.verification.events_without_temporal

    @property
    def checkpoint_s(self) -> float:
        """A complete checkpoint."""
        measured = self.measured.rates.verification
        return self.given.accounts * measured.checkpoint_s / measured.checkpoint_registrations

    def _log_ins(self) -> float:
        given = self.given
        noted = min(given.log_ins_a_day * given.log_ins_kept_days, given.accounts * LOG_INS_KEPT)
        browsers = given.accounts * given.browsers_each
        return noted * self._row("log_ins") + browsers * self._row("known_browsers")

    def _row(self, table: str) -> float:
        size = self.measured.sizes.row_sizes.get(table)
        return (size.table + size.indexes) * self.given.looseness if size else 0

    def _row_bytes(self, act: ActFigures, *, but: set[str]) -> float:
        return sum(rows * self._row(table) for table, rows in act.rows.items() if table not in but)

    def _load(self, name: str) -> Load:
        return self.measured.rates.loads[name]

    def _demand(self, a_second: float, load: Load) -> Demand:
        used = {program: a_second * ms / 1000 / self.given.utilisation for program, ms in load.processor_ms.items()}
        return Demand(a_second, used)
