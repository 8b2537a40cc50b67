"""docs/capacity.md: the parts between its marks are computed from `measured.json` and the assumptions, never typed.

`python -m bench.capacity.document` writes them; `python -m bench --only capacity` measures first.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from bench.capacity import figures
from bench.capacity.assumptions import Assumptions, listed
from bench.capacity.figures import Machine
from bench.capacity.plan import LEVELS_OFF, OPENING, Demand, Plan
from bench.capacity.processors import PROGRAMS
from bench.computed import bytes_of, table, time_of, with_parts

DOCUMENT: Final = Path("docs/capacity.md")
_YEARS: Final = (0, 1, 2, 5, 10)


def rendered(document: str, plan: Plan) -> str:
    """The document with its computed parts as they follow from the plan. Raises `KeyError` for an unknown one."""
    return with_parts(document, lambda name: PARTS[name](plan))


def main() -> None:
    """Writes the document from the figures that are kept."""
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(rendered(document, Plan(figures.read(), Assumptions())), encoding="utf-8")


def _measurement(plan: Plan) -> str:
    machine, sizes, rates = plan.measured.machine, plan.measured.sizes, plan.measured.rates
    load = ", ".join(f"{part} {load:.1f}" for part, load in machine.load.items())
    busy = "; the machine was busy: what takes seconds or hours below would take less" if _is_busy(machine) else ""
    rows = [
        ("when", machine.at),
        ("machine", f"{machine.cores} cores, which servers and load share: {machine.processor}"),
        ("load average before each part", load),
        (
            "versions",
            f"Python {machine.python}, PostgreSQL {machine.postgres}, Temporal's command line {machine.temporal}",
        ),
        ("sizes", f"the average of {sizes.lives} lives in skipped time"),
        ("rates", f"of {rates.accounts} accounts at once{busy}"),
    ]
    return table(("measured", ""), rows)


def _is_busy(machine: Machine) -> bool:
    return max(machine.load.values()) > machine.cores


def _assumptions(plan: Plan) -> str:
    rows = ((f"{value:,}", says, source) for says, value, source in listed(plan.given))
    return table(("value", "of what", "from"), rows)


def _acts(plan: Plan) -> str:
    sizes = plan.measured.sizes
    rows = [
        (
            name,
            f"{plan.a_day[name]:,.0f}",
            bytes_of(plan.postgres(name)),
            bytes_of(act.wal),
            bytes_of(act.wal + plan.whole_pages(name)),
            f"{act.events:.0f}",
            bytes_of(act.history),
            bytes_of(plan.temporal(act.temporal)),
            f"{act.letters:.0f}",
        )
        for name, act in sizes.acts.items()
    ]
    heads = (
        "act",
        "a day",
        "our database",
        "its WAL",
        "with whole pages",
        "history events",
        "bytes",
        "Temporal's database",
        "letters",
    )
    return table(heads, rows, numbers_from=1)


def _account(plan: Plan) -> str:
    given, sizes = plan.given, plan.measured.sizes
    rows = [
        ("an active account: our database", plan.account),
        ("an active account: Temporal's database", plan.open_run),
        (f"the same after {given.years} years, on average of all", plan.open_run + plan.grown(given.years)),
        ("a closed run, under retention", plan.temporal(sizes.closed_run)),
        ("a closed run, in the archive", sizes.archived_run),
    ]
    sized = [(name, bytes_of(size)) for name, size in rows]
    until = ("an account that is always renewed in time: one run for", f"{plan.years_in_a_run:.0f} years")
    return table(("what", "bytes"), [*sized, until], numbers_from=1)


def _tables(plan: Plan) -> str:
    sizes = plan.measured.sizes
    opened = {
        table: sum(sizes.acts[act].rows.get(table, 0) for act in OPENING)
        for table in sizes.row_sizes
        if table not in LEVELS_OFF
    }
    per_account = {
        table: rows * (sizes.row_sizes[table].table + sizes.row_sizes[table].indexes) * plan.given.looseness
        for table, rows in opened.items()
        if rows
    }
    rows = [
        (
            f"`{table}`",
            f"{opened[table]:.1f}",
            f"{sizes.row_sizes[table].table:,.0f}",
            f"{sizes.row_sizes[table].indexes:,.0f}",
            bytes_of(size),
        )
        for table, size in sorted(per_account.items(), key=lambda item: -item[1])
        if size >= 1
    ]
    heads = ("table", "rows of an active account", "bytes of a row", "of its index entries", "of the account, loose")
    return table(heads, rows, numbers_from=1)


def _runs(plan: Plan) -> str:
    rows = [
        (
            f"`{table}`",
            f"{size.rows:.1f}",
            bytes_of(size.data),
            f"{size.entries:.0f}",
            bytes_of(size.keys),
            bytes_of(plan.temporal(size)),
        )
        for table, size in sorted(plan.measured.sizes.open_run.items(), key=lambda item: -plan.temporal(item[1]))
    ]
    heads = ("Temporal's table", "rows of an active account", "their bytes", "index entries", "their bytes", "loose")
    return table(heads, rows, numbers_from=1)


def _growth(plan: Plan) -> str:
    at = [plan.at(year) for year in _YEARS]
    lines: list[tuple[str, list[float]]] = [
        ("our database: record and persons", [year.record for year in at]),
        ("our database: log-ins and known browsers", [year.log_ins for year in at]),
        ("Temporal: open runs", [year.open_runs for year in at]),
        ("Temporal: closed runs under retention", [year.closed_runs for year in at]),
        ("both databases", [year.databases for year in at]),
        ("archive of histories", [year.archive for year in at]),
        ("backups: bases, and our WAL", [plan.backups(year) for year in _YEARS]),
    ]
    rows = [(name, *map(bytes_of, values)) for name, values in lines]
    rows.append(("events of the record", *(f"{year.events / 1e6:,.0f} million" for year in at)))
    return table(("after years", *map(str, _YEARS)), rows, numbers_from=1)


def _day(plan: Plan) -> str:
    least, most = plan.wal_a_day
    rows = [
        ("letters", f"{plan.of_a_day('letters'):,.0f}"),
        ("events of histories", f"{plan.of_a_day('events'):,.0f}"),
        ("reminders and deadlines that fire", f"{3 * plan.a_day['reminders'] + plan.a_day['expiry']:,.0f}"),
        ("runs that close, so files of the archive", f"{plan.closed_runs_a_day:,.0f}"),
        ("WAL of our database, without whole pages", bytes_of(least)),
        ("WAL of our database, with whole pages", bytes_of(most)),
    ]
    return table(("of an ordinary day", ""), rows, numbers_from=1)


def _moments(plan: Plan) -> str:
    given = plan.given
    moments = [
        (f"{given.log_ins_a_second} log-ins in a second", plan.busiest_second),
        ("busiest hour of all other acts", plan.busiest_hour),
        ("pages of staff, in their busiest hour", plan.staff),
        (f"{given.expiries_of_a_day:,} expiries within {given.storm_hours:g} hours", plan.storm),
    ]
    rows = [(name, f"{moment.a_second:,.1f}", *_processors(moment)) for name, moment in moments]
    return table(("moment", "acts a second", "our processes", "Temporal", "PostgreSQL"), rows, numbers_from=1)


def _storm(plan: Plan) -> str:
    return (
        f"{plan.given.expiries_of_a_day:,} expiries in one moment: their letters take {time_of(plan.storm.letters_s)}"
        f" at {plan.given.letters_a_second:g} a second. The measured machine alone would record them in"
        f" {time_of(plan.storm_here_s)}; in {plan.given.storm_hours:g} hours they are"
        f" {plan.storm_tasks_a_second:,.0f} tasks a second.\n"
    )


def _installation(plan: Plan) -> str:
    given = plan.given
    timers, together = given.accounts / given.shards, plan.connections + given.temporal_connections
    fit = "within" if together <= given.max_connections else "more than"
    rows = [
        ("API and pages processes", f"{plan.serving}", f"{given.hashing_threads} hashes at once each"),
        ("processes of the pages for staff", f"{plan.serving_staff}", "of one processor each"),
        ("worker processes", f"{plan.workers}", "of one processor each"),
        ("connections to PostgreSQL", f"{plan.connections}", "of our processes and commands, and for administrators"),
        ("the same with Temporal's", f"{together}", f"{fit} the {given.max_connections} of `docker-compose.yml`"),
        ("history shards", f"{given.shards}", f"{timers:,.0f} open runs each, and as many timers"),
        ("tasks a second of a shard, in the storm", f"{plan.storm_tasks_a_second / given.shards:.2f}", ""),
        (
            "partitions of the queue `registration`",
            f"{plan.partitions}",
            f"{given.tasks_per_partition} tasks a second each",
        ),
        (
            "partitions of the queue `letters`",
            f"{given.partitions}",
            "its rate is for all together",
        ),
    ]
    return table(("what", "number", ""), rows)


def _verification(plan: Plan) -> str:
    measured, years = plan.measured.rates.verification, plan.given.years
    rows = [
        ("`audit verify --all`, with Temporal's histories", time_of(plan.verify_s)),
        ("`audit verify --all --without-temporal`, in the first year", time_of(plan.verify_without_temporal_s(0))),
        (
            f"`audit verify --all --without-temporal`, after {years} years",
            time_of(plan.verify_without_temporal_s(years)),
        ),
        ("a complete checkpoint", time_of(plan.checkpoint_s)),
        (f"peak memory of a verification of {measured.checkpoint_registrations:,}", f"{measured.peak_mb:.0f} MB"),
    ]
    return table(("one process on the measured machine", "takes"), rows, numbers_from=1)


def _rates(plan: Plan) -> str:
    loads = plan.measured.rates.loads
    rows = [
        (name, f"{load.per_second:.1f}", *(f"{load.processor_ms[one]:.1f}" for one in PROGRAMS))
        for name, load in loads.items()
    ]
    heads = ("act", "a second", "our processes, ms", "Temporal, ms", "PostgreSQL, ms")
    return table(heads, rows, numbers_from=1)


def _processors(demand: Demand) -> Iterable[str]:
    return (f"{demand.processors[program]:.1f}" for program in PROGRAMS)


PARTS: Final[dict[str, Callable[[Plan], str]]] = {
    "measurement": _measurement,
    "assumptions": _assumptions,
    "acts": _acts,
    "account": _account,
    "tables": _tables,
    "runs": _runs,
    "growth": _growth,
    "day": _day,
    "rates": _rates,
    "moments": _moments,
    "storm": _storm,
    "installation": _installation,
    "verification": _verification,
}

if __name__ == "__main__":
    main()
