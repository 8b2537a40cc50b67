"""What was measured, as tables for people and as JSON for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.audit import AuditRates
from bench.costs import BILLABLE, UNSEEN, Cost
from bench.http import HttpRates, LogIns
from bench.imports import ImportRates
from bench.letters import LetterCosts
from bench.many_open import ManyOpen
from bench.night import Night
from bench.pages import MOST_KB, PageRates
from bench.peers.comparison import PeerComparison
from bench.processes import ManyProcesses
from bench.rates import Rates
from bench.record.lives import EVENTS_EACH
from bench.record.measuring import RecordRates
from bench.record.migrating import MeasuredMigration
from bench.record.serving import MeasuredWork
from bench.scale import AtDistance
from bench.storms import StormRates
from bench.tables import add_row, new_table
from bench.tables_at_size import night_table, open_table, storm_table
from bench.tables_beside import distance_table, peers_table, processes_table

AIM: Final = Cost(events=36, bytes=6 * 1024)
"""Submission to ACTIVE in person, letters included."""


@dataclass
class Report:
    """Everything of one run; what was not measured is `None` or empty."""

    in_person: dict[str, Cost] = field(default_factory=dict)
    online: dict[str, Cost] = field(default_factory=dict)
    imports: ImportRates | None = None
    http: HttpRates | None = None
    record: RecordRates | None = None
    audit: AuditRates | None = None
    letters: LetterCosts | None = None
    rates: Rates | None = None
    comparison: PeerComparison | None = None
    scale: list[AtDistance] = field(default_factory=list)
    processes: list[ManyProcesses] = field(default_factory=list)
    storms: list[StormRates] = field(default_factory=list)
    nights: list[Night] = field(default_factory=list)
    many_open: ManyOpen | None = None

    @property
    def to_active(self) -> Cost:
        """Submission to ACTIVE in person."""
        return sum(self.in_person.values(), Cost())

    def as_json(self) -> str:
        """The whole report."""
        known = asdict(self) | {"in_person_total": asdict(self.to_active), "aim": asdict(AIM)}
        return json.dumps(known, indent=2, ensure_ascii=False)

    def show(self, console: Console) -> None:
        """The tables."""
        if self.in_person or self.online:
            console.print(self._costs())
            console.print("Billable actions: " + "; ".join(BILLABLE.values()) + ".")
            console.print("Not in a history: " + "; ".join(UNSEEN) + ".\n")
        if self.imports:
            console.print(_imports(self.imports))
        if self.record:
            for table in _record(self.record):
                console.print(table)
        if self.audit:
            console.print(_audit(self.audit))
        if self.http:
            console.print(_log_ins(self.http.log_ins))
            console.print(_pages(self.http.pages, self.http.log_ins))
            console.print(_registrations(self.http))
            console.print(_refused(self.http.refused_ms))
        if self.letters:
            console.print(_letters(self.letters))
        if self.rates:
            console.print(_rates(self.rates))
        self._show_comparisons(console)

    def _show_comparisons(self, console: Console) -> None:
        if self.comparison:
            console.print(peers_table(self.comparison))
            for peer, why in self.comparison.missing.items():
                console.print(f"{peer} is left out: {why}")
        if self.scale:
            console.print(distance_table(self.scale))
        if self.processes:
            console.print(processes_table(self.processes))
        for storm in self.storms:
            console.print(storm_table(storm))
        if self.nights:
            console.print(night_table(self.nights))
        if self.many_open:
            console.print(open_table(self.many_open))

    def _costs(self) -> Table:
        table = new_table("What a life costs in Temporal", "leg", "events", "bytes", "actions")
        for name, cost in self.in_person.items():
            add_row(table, name, *asdict(cost).values())
        add_row(table, f"in person: in all (aim: {AIM.events}, {AIM.bytes})", *asdict(self.to_active).values())
        table.add_section()
        for name, cost in self.online.items():
            add_row(table, name, *asdict(cost).values())
        add_row(table, "online: the whole life", *asdict(sum(self.online.values(), Cost())).values())
        return table


def _imports(rates: ImportRates) -> Table:
    table = new_table(f"Import of {rates.lines} accounts", "what", "lines per second")
    add_row(table, "checked (dry run)", rates.checked)
    add_row(table, "sealed and written", rates.written)
    add_row(table, "started", rates.started)
    add_row(table, "started → recorded", rates.recorded)
    return table


def _record(rates: RecordRates) -> Iterator[Table]:
    audit = rates.audit
    table = new_table(f"The record: {rates.registrations} registrations with {EVENTS_EACH} events each", "what", "")
    add_row(table, "written by COPY, s", rates.written_s)
    add_row(table, "the database, MB", rates.database_mb)
    add_row(table, "first checkpoint, complete, s", audit.checkpoint_s)
    add_row(table, "next checkpoint, nothing changed, s", audit.next_checkpoint_s)
    for verification in audit.verifications:
        by = f"audit verify --all --without-temporal --processes {verification.processes}"
        add_row(table, f"{by}, s", verification.seconds)
        add_row(table, "events per second", verification.events_per_second)
        add_row(table, "peak memory of its processes together, MB", verification.peak_mb)
    add_row(table, "inclusion proof, s", audit.proof_s)
    yield table
    yield _measured("What people and machines ask of it", rates.served)
    yield _measured("What operators do to it", rates.kept)
    yield _migrations(rates.migrated)


def _measured(title: str, measured: list[MeasuredWork]) -> Table:
    table = new_table(title, "what", "s", "per second", "p50 ms", "p99 ms")
    table.add_column("plan", overflow="fold")
    for one in measured:
        figures = (one.seconds, one.per_second, one.p50_ms, one.p99_ms)
        add_row(table, one.what, *("" if figure is None else figure for figure in figures), one.plan)
    return table


def _migrations(measured: list[MeasuredMigration]) -> Table:
    table = new_table("Migrations of it, while others write", "what", "s", "longest wait of a writer, ms")
    table.add_column("strongest locks", overflow="fold")
    for one in measured:
        add_row(table, one.what, f"{one.seconds:.2f}", one.longest_wait_ms, _locks(one.locks))
    return table


def _locks(by_table: dict[str, str]) -> str:
    """Each mode with its tables, or with how many there are."""
    tables: dict[str, list[str]] = {}
    for table, mode in sorted(by_table.items()):
        tables.setdefault(mode.removesuffix("Lock"), []).append(table)
    few = 3
    return "; ".join(
        f"{mode}: {', '.join(names) if len(names) <= few else f'{len(names)} tables'}" for mode, names in tables.items()
    )


def _audit(rates: AuditRates) -> Table:
    table = new_table(f"{rates.registrations} registrations beside Temporal's histories", "what", "")
    add_row(table, "audit verify --all: registrations per second", rates.verified_per_second)
    add_row(table, "one timeline, p50 ms", rates.timeline.p50_ms)
    add_row(table, "one timeline, p99 ms", rates.timeline.p99_ms)
    return table


def _log_ins(rates: LogIns) -> Table:
    share = rates.hash_cpu_ms / rates.api_cpu_ms
    table = new_table("Log-ins over HTTP, and the hash that each contains", "what", "log-in", "hash alone", "ratio")
    add_row(table, "per second, at once", rates.at_once, rates.hashes, f"{rates.of_ceiling:.0%} (aim: 80%)")
    add_row(table, "processor time of the API, ms", rates.api_cpu_ms, rates.hash_cpu_ms, f"{share:.0%}")
    add_row(table, "of it beside the hash, ms", rates.beside_hash_cpu_ms, "", "(aim: 3)")
    for name, ours, bare in (
        ("one by one, p50 ms", rates.one_by_one.p50_ms, rates.hash.p50_ms),
        ("one by one, p99 ms", rates.one_by_one.p99_ms, rates.hash.p99_ms),
    ):
        add_row(table, name, ours, bare, f"{ours - bare:.1f} ms beyond it")
    return table


def _pages(rates: PageRates, api: LogIns) -> Table:
    title = f"Pages; a first visit to the log-in page: {rates.visit_kb:.1f} KB (aim: {MOST_KB})"
    table = new_table(title, "what", "per second", "p50 ms", "p99 ms")
    for name, rate in (
        ("log-in page, at once", rates.opened_at_once),
        ("log-in page, one by one", rates.opened),
        ("log-in by the page, one by one", rates.log_ins),
        ("log-in by the API, one by one", api.one_by_one),
    ):
        add_row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    return table


def _registrations(rates: HttpRates) -> Table:
    table = new_table(f"Registrations: over HTTP {rates.of_gateway:.0%}", "what", "per second", "p50 ms", "p99 ms")
    for name, rate in (("over HTTP", rates.registrations), ("gateway alone", rates.gateway_registrations)):
        add_row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    return table


def _refused(medians: dict[str, float]) -> Table:
    table = new_table("A wrong password, by whose user name it is", "user", "p50 ms")
    for whose, taken in medians.items():
        add_row(table, whose, taken)
    return table


def _letters(costs: LetterCosts) -> Table:
    table = new_table(f"A letter of {costs.bytes} bytes, in processor time", "what", "ms")
    add_row(table, "rendered: subject, plain text, HTML", f"{costs.rendered_ms:.2f}")
    add_row(table, "composed", f"{costs.composed_ms:.2f}")
    add_row(table, "serialized", f"{costs.serialized_ms:.2f}")
    add_row(
        table, "composed and serialized by the standard library's own policy", f"{costs.by_standard_library_ms:.2f}"
    )
    add_row(table, "a registration, start → letter received, this process", f"{costs.registration_ms:.2f}")
    add_row(table, "of it the letter", f"{costs.letter_ms / costs.registration_ms:.0%}")
    return table


def _rates(rates: Rates) -> Table:
    title = f"Rates: {rates.count} registrations, {rates.at_once} at once; serial: one by one"
    table = new_table(title, "what", "per second", "p50 ms", "p99 ms")
    engine, portal = "engine", "gateway"
    add_row(table, f"{engine}: rows exist, started → letter received", rates.engine.start_to_letter)
    for name, rate in (
        (f"{engine}: start calls", rates.engine.start),
        (f"{engine}: activations, hashes exist", rates.engine.redeem),
        (f"{engine}: serial activation", rates.engine.serial_redeem),
    ):
        add_row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    table.add_section()
    add_row(table, f"{portal}: form checked, sealed, written → letter received", rates.register_to_letter)
    for name, rate in (
        (f"{portal}: register calls", rates.register),
        (f"{portal}: activations with guess limit and argon2id", rates.redeem),
        (f"{portal}: serial activation", rates.serial_redeem),
    ):
        add_row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    return table
