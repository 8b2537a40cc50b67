"""docs/peers.md: the parts between its marks are computed from `measured.json` and the capacity plan, never typed.

`python -m bench.peers.document` writes them; `python -m bench --only peers --keep` measures first.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.capacity import figures
from bench.capacity.assumptions import Assumptions
from bench.capacity.plan import Demand, Plan
from bench.capacity.processors import PROGRAMS
from bench.computed import table, time_of, with_parts
from bench.figures import ROWS
from bench.peers import comparison as kept
from bench.peers.comparison import AIMS, OURS, PeerComparison
from bench.peers.scripts import RESTATE

DOCUMENT: Final = Path("docs/peers.md")
_HOURS: Final = 24


def rendered(document: str, compared: PeerComparison, plan: Plan) -> str:
    """The document with its computed parts as they follow. Raises `KeyError` for an unknown one."""
    return with_parts(document, lambda name: PARTS[name](compared, plan))


def main() -> None:
    """Writes the document from the figures that are kept."""
    document, plan = DOCUMENT.read_text(encoding="utf-8"), Plan(figures.read(), Assumptions())
    DOCUMENT.write_text(rendered(document, kept.read(), plan), encoding="utf-8")


def _measurement(compared: PeerComparison, _: Plan) -> str:
    load = ", ".join(f"{load:.1f}" for load in compared.load)
    load += "; the first is that of other work alone, the rounds before are in the others"
    if compared.load[0] > compared.cores:
        load += ": the machine was busy, so rates are lower than its own, and a ratio says no more than its spread"
    rows = [
        ("when", compared.at),
        ("machine", f"{compared.cores} cores, which servers and load share: {compared.processor}"),
        ("load average before each round", load),
        (
            "work",
            f"{compared.count} registrations, {compared.at_once} at once, with servers of its own for each engine",
        ),
        *((f"left out: {peer}", why) for peer, why in compared.missing.items()),
    ]
    return table(("measured", ""), rows)


def _comparison(compared: PeerComparison, _: Plan) -> str:
    heads = tuple(compared.rounds)
    rows = [(says, *(compared.spread(engine, row).shown(0) for engine in heads)) for row, says in ROWS.items()]
    return table(("median of the rounds (lowest to highest)", *heads), rows, numbers_from=1)


def _ratios(compared: PeerComparison, _: Plan) -> str:
    peers = [engine for engine in compared.rounds if engine != OURS]
    rows = [
        (says, *(compared.ratio(peer, row).shown(2) + _aim(peer, row) for peer in peers)) for row, says in ROWS.items()
    ]
    return table(("ours to theirs; above 1 ours is better", *peers), rows, numbers_from=1)


def _aim(peer: str, row: str) -> str:
    aim = AIMS.get(peer, {}).get(row)
    return f"; aim {aim}" if aim else ""


def _demand(compared: PeerComparison, plan: Plan) -> str:
    given, busiest = plan.given, plan.busiest_hour.a_second
    moments = [
        ("an average moment", busiest / (given.busiest_hour * _HOURS)),
        ("the busiest hour of a day", busiest),
        (f"{given.expiries_of_a_day:,} passwords expire, within {given.storm_hours:g} hours", plan.storm.a_second),
    ]
    engines = [engine for engine in compared.rounds if engine in {OURS, RESTATE}]
    rates = [compared.spread(engine, "activations").median for engine in engines]
    rows = [(name, f"{acts:,.1f}", *(f"{acts / rate:.0%}" for rate in rates)) for name, acts in moments]
    heads = ("moment of ten million accounts", "acts a second", *(f"of what {engine} does here" for engine in engines))
    return table(heads, rows, numbers_from=1)


def _storm(compared: PeerComparison, plan: Plan) -> str:
    alone = f"The measured machine alone records them in {time_of(plan.storm_here_s)}"
    if RESTATE in compared.rounds:
        led = plan.storm_here_s * compared.ratio(RESTATE, "activations").median
        alone += f", and would in {time_of(led)} if Restate's lead in activations held for expiries"
    letters = f"their letters take {time_of(plan.storm.letters_s)} at {plan.given.letters_a_second:g} a second"
    return f"{alone}; {letters}, whatever the engine.\n"


def _processors(_: PeerComparison, plan: Plan) -> str:
    given = plan.given
    moments = [
        (f"{given.log_ins_a_second} log-ins in a second", plan.busiest_second),
        ("the busiest hour of all other acts", plan.busiest_hour),
        (f"{given.expiries_of_a_day:,} expiries within {given.storm_hours:g} hours", plan.storm),
    ]
    rows = [(name, *(f"{used:.1f}" for used in _used(moment))) for name, moment in moments]
    return table(("processors at", "our processes", "Temporal", "PostgreSQL", "in all"), rows, numbers_from=1)


def _used(moment: Demand) -> list[float]:
    used = [moment.processors[program] for program in PROGRAMS]
    return [*used, sum(used)]


PARTS: Final[dict[str, Callable[[PeerComparison, Plan], str]]] = {
    "measurement": _measurement,
    "comparison": _comparison,
    "ratios": _ratios,
    "demand": _demand,
    "storm": _storm,
    "processors": _processors,
}

if __name__ == "__main__":
    main()
