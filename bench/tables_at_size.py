"""Tables of what is measured at size: storms, nights and many open registrations."""

from dataclasses import fields
from operator import attrgetter

from rich.table import Table

from bench.figures import ROWS, Spread, ratio, spread
from bench.many_open import AIM as OPEN_AIM
from bench.many_open import ManyOpen, Memory, OpenRates
from bench.night import AIM as NIGHT_AIM
from bench.night import Night
from bench.storms import WAIT_AIMS_MS, StormRates
from bench.tables import add_row, new_table


def storm_table(storm: StormRates) -> Table:
    """One storm, and what people waited for meanwhile."""
    when = "a worker returns after" if storm.night else "the worker is there for"
    title = (
        f"{storm.accounts} passwords expire within a minute, {when} it:"
        f" all recorded after {storm.recorded_s:.0f} s, all letters out after {storm.letters_s:.0f} s"
    )
    table = new_table(title, "what people wait for meanwhile", "samples", "p50 ms", "p99 ms", "aim of p99")
    for name, wait in storm.waits.items():
        add_row(table, name.replace("_", " "), wait.samples, wait.p50_ms, wait.p99_ms, f"{WAIT_AIMS_MS[name]:,}")
    return table


def night_table(nights: list[Night]) -> Table:
    """Ours beside the thinnest workflow."""
    load = ", ".join(f"{load:.1f}" for night in nights for load in night.load)
    title = (
        f"{nights[0].accounts} passwords expired in a night without a worker, no other load;"
        f" medians of {len(nights)} rounds, lowest and highest\nload average before each: {load};"
        " ratios above 1: ours is better"
    )
    table = new_table(title, "from the worker's return", "ours", "thinnest workflow", "ratio", "aim")
    for name, seconds in (
        ("all recorded, s", attrgetter("recorded_s")),
        ("all letters out, s", attrgetter("letters_s")),
    ):
        ours, thinnest = [seconds(night.ours) for night in nights], [seconds(night.thinnest) for night in nights]
        ratios = [their / our for our, their in zip(ours, thinnest, strict=True)]
        spreads = Spread.of(ours).shown(1), Spread.of(thinnest).shown(1), Spread.of(ratios).shown(2)
        add_row(table, name, *spreads, NIGHT_AIM)
    return table


def open_table(found: ManyOpen) -> Table:
    """Ours beside few and beside many, and the thinnest workflow beside as many of its own."""
    few, many = found.ours
    load = ", ".join(f"{load:.1f}" for load in found.load)
    title = (
        f"Beside many open registrations, medians of {len(few.rounds)} rounds, ratios above 1: better beside many\n"
        f"load average before each measurement: {load}\n"
        "compare ratios only: the thinnest workflow's worker is in the process of the load"
    )
    table = new_table(title, "beside so many open", f"{few.open:,}", f"{many.open:,}", "ratio", "aim")
    _add_rounds(table, "ours", found.ours, OPEN_AIM)
    if found.thinnest:
        _add_rounds(table, "thinnest workflow", found.thinnest, None)
    add_row(table, "ours: imported, per second", few.imported_per_second, many.imported_per_second, "", "")
    for part in fields(Memory):
        name = f"ours: {part.name.replace('_', ' ')}, MB"
        add_row(table, name, getattr(few.memory, part.name), getattr(many.memory, part.name), "", "")
    return table


def _add_rounds(table: Table, whose: str, measured: list[OpenRates], aim: float | None) -> None:
    few, many = (beside.rounds for beside in measured)
    for row, says in ROWS.items():
        medians = spread(row, few).median, spread(row, many).median
        add_row(table, f"{whose}: {says}", *medians, ratio(row, many, few).shown(2), aim or "")
    table.add_section()
