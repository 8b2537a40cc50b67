"""What was measured, as tables for people and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.audit import AuditRates
from bench.costs import BILLABLE, UNSEEN, Cost
from bench.http import HttpRates, LogIns
from bench.imports import ImportRates
from bench.letters import LetterCosts
from bench.many_open import AIM as MANY_AIM
from bench.many_open import ManyOpen
from bench.night import AIM as NIGHT_AIM
from bench.night import Night
from bench.pages import MOST_KB, PageRates
from bench.peers.comparison import AIMS, OURS, ROWS, PeerComparison, Spread
from bench.processes import ManyProcesses
from bench.rates import Rates
from bench.record.lives import EVENTS_EACH
from bench.record.measuring import RecordRates
from bench.record.migrating import MeasuredMigration
from bench.record.serving import MeasuredWork
from bench.scale import AtDistance
from bench.storms import WAIT_AIMS_MS, StormRates

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
    many_open: list[ManyOpen] = field(default_factory=list)

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
            console.print(_compared(self.comparison))
            for peer, why in self.comparison.missing.items():
                console.print(f"{peer} is left out: {why}")
        if self.scale:
            console.print(_distances(self.scale))
        if self.processes:
            console.print(_processes(self.processes))
        for storm in self.storms:
            console.print(_storm(storm))
        if self.nights:
            console.print(_nights(self.nights))
        if self.many_open:
            console.print(_many_open(self.many_open))

    def _costs(self) -> Table:
        table = _table("What a life costs in Temporal", "leg", "events", "bytes", "actions")
        for name, cost in self.in_person.items():
            _row(table, name, *asdict(cost).values())
        _row(table, f"in person: in all (aim: {AIM.events}, {AIM.bytes})", *asdict(self.to_active).values())
        table.add_section()
        for name, cost in self.online.items():
            _row(table, name, *asdict(cost).values())
        _row(table, "online: the whole life", *asdict(sum(self.online.values(), Cost())).values())
        return table


def _imports(rates: ImportRates) -> Table:
    table = _table(f"Import of {rates.lines} accounts", "what", "lines per second")
    _row(table, "checked (dry run)", rates.checked)
    _row(table, "sealed and written", rates.written)
    _row(table, "started", rates.started)
    _row(table, "started → recorded", rates.recorded)
    return table


def _record(rates: RecordRates) -> Iterator[Table]:
    audit = rates.audit
    table = _table(f"The record: {rates.registrations} registrations with {EVENTS_EACH} events each", "what", "")
    _row(table, "written by COPY, s", rates.written_s)
    _row(table, "the database, MB", rates.database_mb)
    _row(table, "first checkpoint, complete, s", audit.checkpoint_s)
    _row(table, "next checkpoint, nothing changed, s", audit.next_checkpoint_s)
    for verification in audit.verifications:
        by = f"audit verify --all --without-temporal --processes {verification.processes}"
        _row(table, f"{by}, s", verification.seconds)
        _row(table, "events per second", verification.events_per_second)
        _row(table, "peak memory of its processes together, MB", verification.peak_mb)
    _row(table, "inclusion proof, s", audit.proof_s)
    yield table
    yield _measured("What people and machines ask of it", rates.served)
    yield _measured("What operators do to it", rates.kept)
    yield _migrations(rates.migrated)


def _measured(title: str, measured: list[MeasuredWork]) -> Table:
    table = _table(title, "what", "s", "per second", "p50 ms", "p99 ms")
    table.add_column("plan", overflow="fold")
    for one in measured:
        figures = (one.seconds, one.per_second, one.p50_ms, one.p99_ms)
        _row(table, one.what, *("" if figure is None else figure for figure in figures), one.plan)
    return table


def _migrations(measured: list[MeasuredMigration]) -> Table:
    table = _table("Migrations of it, while others write", "what", "s", "longest wait of a writer, ms")
    table.add_column("strongest locks", overflow="fold")
    for one in measured:
        _row(table, one.what, f"{one.seconds:.2f}", one.longest_wait_ms, _locks(one.locks))
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
    table = _table(f"{rates.registrations} registrations beside Temporal's histories", "what", "")
    _row(table, "audit verify --all: registrations per second", rates.verified_per_second)
    _row(table, "one timeline, p50 ms", rates.timeline.p50_ms)
    _row(table, "one timeline, p99 ms", rates.timeline.p99_ms)
    return table


def _log_ins(rates: LogIns) -> Table:
    share = rates.hash_cpu_ms / rates.api_cpu_ms
    table = _table("Log-ins over HTTP, and the hash that each contains", "what", "log-in", "hash alone", "ratio")
    _row(table, "per second, at once", rates.at_once, rates.hashes, f"{rates.of_ceiling:.0%} (aim: 80%)")
    _row(table, "processor time of the API, ms", rates.api_cpu_ms, rates.hash_cpu_ms, f"{share:.0%}")
    _row(table, "of it beside the hash, ms", rates.beside_hash_cpu_ms, "", "(aim: 3)")
    for name, ours, bare in (
        ("one by one, p50 ms", rates.one_by_one.p50_ms, rates.hash.p50_ms),
        ("one by one, p99 ms", rates.one_by_one.p99_ms, rates.hash.p99_ms),
    ):
        _row(table, name, ours, bare, f"{ours - bare:.1f} ms beyond it")
    return table


def _pages(rates: PageRates, api: LogIns) -> Table:
    title = f"Pages; a first visit to the log-in page: {rates.visit_kb:.1f} KB (aim: {MOST_KB})"
    table = _table(title, "what", "per second", "p50 ms", "p99 ms")
    for name, rate in (
        ("log-in page, at once", rates.opened_at_once),
        ("log-in page, one by one", rates.opened),
        ("log-in by the page, one by one", rates.log_ins),
        ("log-in by the API, one by one", api.one_by_one),
    ):
        _row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    return table


def _registrations(rates: HttpRates) -> Table:
    table = _table(f"Registrations: over HTTP {rates.of_gateway:.0%}", "what", "per second", "p50 ms", "p99 ms")
    for name, rate in (("over HTTP", rates.registrations), ("gateway alone", rates.gateway_registrations)):
        _row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    return table


def _refused(medians: dict[str, float]) -> Table:
    table = _table("A wrong password, by whose user name it is", "user", "p50 ms")
    for whose, taken in medians.items():
        _row(table, whose, taken)
    return table


def _letters(costs: LetterCosts) -> Table:
    table = _table(f"A letter of {costs.bytes} bytes, in processor time", "what", "ms")
    _row(table, "rendered: subject, plain text, HTML", f"{costs.rendered_ms:.2f}")
    _row(table, "composed", f"{costs.composed_ms:.2f}")
    _row(table, "serialized", f"{costs.serialized_ms:.2f}")
    _row(table, "composed and serialized by the standard library's own policy", f"{costs.by_standard_library_ms:.2f}")
    _row(table, "a registration, start → letter received, this process", f"{costs.registration_ms:.2f}")
    _row(table, "of it the letter", f"{costs.letter_ms / costs.registration_ms:.0%}")
    return table


def _rates(rates: Rates) -> Table:
    title = f"Rates: {rates.count} registrations, {rates.at_once} at once; serial: one by one"
    table = _table(title, "what", "per second", "p50 ms", "p99 ms")
    engine, portal = "engine", "gateway"
    _row(table, f"{engine}: rows exist, started → letter received", rates.engine.start_to_letter)
    for name, rate in (
        (f"{engine}: start calls", rates.engine.start),
        (f"{engine}: activations, hashes exist", rates.engine.redeem),
        (f"{engine}: serial activation", rates.engine.serial_redeem),
    ):
        _row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    table.add_section()
    _row(table, f"{portal}: form checked, sealed, written → letter received", rates.register_to_letter)
    for name, rate in (
        (f"{portal}: register calls", rates.register),
        (f"{portal}: activations with guess limit and argon2id", rates.redeem),
        (f"{portal}: serial activation", rates.serial_redeem),
    ):
        _row(table, name, rate.per_second, rate.p50_ms, rate.p99_ms)
    return table


def _compared(comparison: PeerComparison) -> Table:
    rounds, load = len(comparison.load), ", ".join(f"{load:.1f}" for load in comparison.load)
    title = (
        f"The same work: {comparison.count} registrations, {comparison.at_once} at once; medians of {rounds} rounds,"
        f" lowest and highest\nload average before each: {load}; ratios above 1: ours is better"
    )
    table = _table(title, "what", "", "ratio of ours", "aim")
    for row, says in ROWS.items():
        for engine in comparison.rounds:
            ratio, aim = "", ""
            if engine != OURS:
                ratio, aim = _spread(comparison.ratio(engine, row), 2), str(AIMS.get(engine, {}).get(row, ""))
            table.add_row(f"{says}: {engine}", _spread(comparison.spread(engine, row), 1), ratio, aim)
        table.add_section()
    return table


def _spread(spread: Spread, digits: int) -> str:
    return f"{spread.median:.{digits}f} ({spread.least:.{digits}f}–{spread.most:.{digits}f})"


def _distances(distances: list[AtDistance]) -> Table:
    near, *others = distances
    title = (
        "PostgreSQL, Temporal and SMTP at a distance, so many ms in each direction\n"
        f"ratio: to {near.delay_ms:g} ms; round trips: what the distance adds one by one, by what it adds to select 1\n"
        f"load average before each: {_loads(distances)}"
    )
    heads = [head for far in others for head in (f"{far.delay_ms:g} ms", "ratio", "round trips")]
    table = _table(title, "what", f"{near.delay_ms:g} ms", *heads)
    rounds = (cell for far in others for cell in (f"{far.round_trip_ms:.1f}", "", "1.0"))
    table.add_row("select 1, p50 ms", f"{near.round_trip_ms:.1f}", *rounds)
    for name, act in near.acts.items():
        rates, medians = [], []
        for far in others:
            there = far.acts[name]
            rates += [f"{there.per_second:.1f}", f"{there.per_second / act.per_second:.2f}", ""]
            medians += [f"{there.p50_ms:.1f}", f"{there.p50_ms / act.p50_ms:.2f}", f"{far.round_trips(name, near):.1f}"]
        table.add_row(f"{name}, per second, at once", f"{act.per_second:.1f}", *rates)
        table.add_row(f"{name}, p50 ms, one by one", f"{act.p50_ms:.1f}", *medians)
    return table


def _loads(found: Sequence[AtDistance | ManyProcesses | ManyOpen]) -> str:
    return ", ".join(f"{each.load:.1f}" for each in found)


def _processes(found: list[ManyProcesses]) -> Table:
    title = f"More processes on {found[0].cores} cores, which servers and load share: workers, and as many APIs"
    title += f"\nload average before each: {_loads(found)}"
    table = _table(title, "workers and APIs", *(str(many.processes) for many in found))
    _row(table, "over HTTP: registrations → letter, per second", *(many.letters for many in found))
    _row(table, "over HTTP: activations, per second", *(many.activations.per_second for many in found))
    _row(table, "over HTTP: an activation, p50 ms", *(many.activations.p50_ms for many in found))
    _row(table, "over HTTP: an activation, p99 ms", *(many.activations.p99_ms for many in found))
    _row(table, "letters or events too many or too few", *(many.wrong for many in found))
    return table


def _storm(storm: StormRates) -> Table:
    when = "a worker returns after" if storm.night else "the worker is there for"
    title = (
        f"{storm.accounts} passwords expire within a minute, {when} it:"
        f" all recorded after {storm.recorded_s:.0f} s, all letters out after {storm.letters_s:.0f} s"
    )
    table = _table(title, "what people wait for meanwhile", "samples", "p50 ms", "p99 ms", "aim of p99")
    for name, wait in storm.waits.items():
        _row(table, name.replace("_", " "), wait.samples, wait.p50_ms, wait.p99_ms, f"{WAIT_AIMS_MS[name]:,}")
    return table


def _nights(nights: list[Night]) -> Table:
    load = ", ".join(f"{load:.1f}" for night in nights for load in night.load)
    title = (
        f"{nights[0].accounts} passwords expired in a night without a worker, no other load;"
        f" medians of {len(nights)} rounds, lowest and highest\nload average before each: {load};"
        " ratios above 1: ours is better"
    )
    table = _table(title, "from the worker's return", "ours", "thinnest workflow", "ratio", "aim")
    for name, seconds in (
        ("all recorded, s", attrgetter("recorded_s")),
        ("all letters out, s", attrgetter("letters_s")),
    ):
        ours, thinnest = [seconds(night.ours) for night in nights], [seconds(night.thinnest) for night in nights]
        ratios = [their / our for our, their in zip(ours, thinnest, strict=True)]
        spreads = _spread(Spread.of(ours), 1), _spread(Spread.of(thinnest), 1), _spread(Spread.of(ratios), 2)
        _row(table, name, *spreads, NIGHT_AIM)
    return table


def _many_open(found: list[ManyOpen]) -> Table:
    few, many = found
    title = (
        f"Beside many open registrations; medians of {len(few.rounds)} rounds\n"
        f"load average before each: {_loads(found)}; ratios above 1: better beside many"
    )
    table = _table(title, "beside so many open", f"{few.open:,}", f"{many.open:,}", "ratio", "aim")
    for name, beside_few, beside_many, ratio in (
        ("started → letter, per second", few.letters, many.letters, many.letters / few.letters),
        ("activations, per second", few.activations, many.activations, many.activations / few.activations),
        ("serial activation, p50 ms", few.serial_p50_ms, many.serial_p50_ms, few.serial_p50_ms / many.serial_p50_ms),
    ):
        _row(table, name, beside_few, beside_many, f"{ratio:.2f}", MANY_AIM)
    table.add_section()
    _row(table, "imported and recorded, per second", few.imported_per_second, many.imported_per_second, "", "")
    for part in asdict(few.memory):
        name = f"{part.replace('_', ' ')}, MB"
        _row(table, name, getattr(few.memory, part), getattr(many.memory, part), "", "")
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for other in others:
        table.add_column(other, justify="right")
    return table


def _row(table: Table, name: str, *figures: Any) -> None:  # noqa: ANN401  whole numbers and fractions
    table.add_row(name, *(f"{figure:.1f}" if isinstance(figure, float) else str(figure) for figure in figures))
