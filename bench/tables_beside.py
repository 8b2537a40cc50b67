"""Tables of what is measured beside something else: other engines, servers at a distance, more processes."""

from collections.abc import Sequence

from rich.table import Table

from bench.figures import ROWS
from bench.peers.comparison import AIMS, OURS, PeerComparison
from bench.processes import ManyProcesses
from bench.scale import AtDistance
from bench.tables import add_row, new_table


def peers_table(comparison: PeerComparison) -> Table:
    """Ours and the other engines on the same work."""
    rounds, load = len(comparison.load), ", ".join(f"{load:.1f}" for load in comparison.load)
    title = (
        f"The same work: {comparison.count} registrations, {comparison.at_once} at once; medians of {rounds} rounds,"
        f" lowest and highest\nload average before each: {load}; ratios above 1: ours is better"
    )
    table = new_table(title, "what", "", "ratio of ours", "aim")
    for row, says in ROWS.items():
        for engine in comparison.rounds:
            ratio, aim = "", ""
            if engine != OURS:
                ratio, aim = comparison.ratio(engine, row).shown(2), str(AIMS.get(engine, {}).get(row, ""))
            table.add_row(f"{says}: {engine}", comparison.spread(engine, row).shown(1), ratio, aim)
        table.add_section()
    return table


def distance_table(distances: list[AtDistance]) -> Table:
    """The first is near, the others at a distance."""
    near, *others = distances
    title = (
        "PostgreSQL, Temporal and SMTP at a distance, so many ms in each direction\n"
        f"ratio: to {near.delay_ms:g} ms; round trips: what the distance adds one by one, by what it adds to select 1\n"
        f"load average before each: {_loads(distances)}"
    )
    heads = [head for far in others for head in (f"{far.delay_ms:g} ms", "ratio", "round trips")]
    table = new_table(title, "what", f"{near.delay_ms:g} ms", *heads)
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


def processes_table(found: list[ManyProcesses]) -> Table:
    """By the number of workers and APIs."""
    title = f"More processes on {found[0].cores} cores, which servers and load share: workers, and as many APIs"
    title += f"\nload average before each: {_loads(found)}"
    table = new_table(title, "workers and APIs", *(str(many.processes) for many in found))
    add_row(table, "over HTTP: registrations → letter, per second", *(many.letters for many in found))
    add_row(table, "over HTTP: activations, per second", *(many.activations.per_second for many in found))
    add_row(table, "over HTTP: an activation, p50 ms", *(many.activations.p50_ms for many in found))
    add_row(table, "over HTTP: an activation, p99 ms", *(many.activations.p99_ms for many in found))
    add_row(table, "letters or events too many or too few", *(many.wrong for many in found))
    return table


def _loads(found: Sequence[AtDistance | ManyProcesses]) -> str:
    return ", ".join(f"{each.load:.1f}" for each in found)
