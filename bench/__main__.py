"""`python -m bench`: everything that README and the issues promise in numbers, in one run."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from bench import lives
from bench.audit import measure_audit
from bench.capacity import document, figures
from bench.capacity.measure import measure_capacity
from bench.http import measure_http
from bench.imports import measure_import
from bench.letters import measure_letters
from bench.many_open import RoundSize, measure_many_open
from bench.night import measure_nights
from bench.peers import comparison
from bench.peers import document as peers_document
from bench.processes import measure_processes
from bench.rates import measure_rates
from bench.record.measuring import POSTGRES, measure_record
from bench.report import Report
from bench.scale import measure_scale
from bench.storms import measure_storms
from bench.system import running_system

_BESIDE: Final = Path("../shared/measure")


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


async def _costs(report: Report, _options: argparse.Namespace) -> None:
    async with running_system() as system:
        report.in_person, report.online = await lives.in_person(system), await lives.online(system)


async def _import(report: Report, options: argparse.Namespace) -> None:
    async with running_system() as system:
        report.imports = await measure_import(system, options.lines)


async def _record(report: Report, options: argparse.Namespace) -> None:
    async with running_system(postgres=POSTGRES) as system:
        report.record = await measure_record(system, options.record)


async def _audit(report: Report, options: argparse.Namespace) -> None:
    async with running_system() as system:
        report.audit = await measure_audit(system, options.count, options.at_once)


async def _http(report: Report, options: argparse.Namespace) -> None:
    async with running_system() as system:
        report.http = await measure_http(system, options.count, options.at_once, options.serial)


async def _letters(report: Report, options: argparse.Namespace) -> None:
    async with running_system() as system:
        report.letters = await measure_letters(system, options.count, options.at_once)


async def _rates(report: Report, options: argparse.Namespace) -> None:
    async with running_system() as system:
        report.rates = await measure_rates(system, options.count, options.at_once, options.serial)


def _is_beside(options: argparse.Namespace) -> bool:
    if not options.beside.is_dir():
        _say(f"The peers are left out: there is no folder {options.beside}.")
    return bool(options.beside.is_dir())


async def _peers(report: Report, options: argparse.Namespace) -> None:
    if not _is_beside(options):
        return
    report.comparison = await comparison.compare(options.beside, options.peers, options.at_once, _say)
    if options.keep:
        comparison.write(report.comparison)
        peers_document.main()


async def _scale(report: Report, options: argparse.Namespace) -> None:
    report.scale = await measure_scale(options.peers, options.at_once, options.serial)


async def _processes(report: Report, options: argparse.Namespace) -> None:
    report.processes = await measure_processes(options.peers, options.at_once)


async def _storms(report: Report, options: argparse.Namespace) -> None:
    report.storms = await measure_storms(options.lines)


async def _night(report: Report, options: argparse.Namespace) -> None:
    if _is_beside(options):
        report.nights = await measure_nights(options.beside, options.lines, options.rounds)


async def _open(report: Report, options: argparse.Namespace) -> None:
    size = RoundSize(options.peers, options.at_once, options.serial)
    scripts = options.beside if _is_beside(options) else None
    report.many_open = await measure_many_open(options.open, size, options.rounds, scripts)


async def _capacity(_report: Report, _options: argparse.Namespace) -> None:
    figures.write(await measure_capacity(_say))
    document.main()


@dataclass(frozen=True)
class _Part:
    """`minutes` are those of two cores with the options as they are; the long ones are done only by their names."""

    measure: Callable[[Report, argparse.Namespace], Awaitable[None]]
    what: str
    minutes: int
    is_long: bool = False


_PARTS: Final[Mapping[str, _Part]] = {
    "costs": _Part(_costs, "what two lives cost in Temporal: events, bytes, actions", 1),
    "import": _Part(_import, "accounts of an older system", 2),
    "record": _Part(_record, "the record at size: log-in, search, audit, each with its plan; migrations", 6),
    "audit": _Part(_audit, "verification beside Temporal's histories", 1),
    "http": _Part(_http, "log-ins, pages and registrations over HTTP", 3),
    "letters": _Part(_letters, "the processor time of a letter", 1),
    "rates": _Part(_rates, "the engine's rates, and the gateway's", 2),
    "peers": _Part(_peers, "other engines on the same work, in turns; --keep writes docs/peers.md", 4),
    "scale": _Part(_scale, "PostgreSQL, Temporal and SMTP at a distance; round trips", 3),
    "processes": _Part(_processes, "1, 2 and 4 workers and APIs", 3),
    "storms": _Part(_storms, "very many passwords expire at once, while people go on", 40, is_long=True),
    "night": _Part(_night, "the same without other people, in turns with the thinnest workflow", 90, is_long=True),
    "open": _Part(_open, "rates and memory beside very many open registrations", 170, is_long=True),
    "capacity": _Part(_capacity, "the plan for ten million accounts: writes docs/capacity.md", 6, is_long=True),
}
"""Each has servers of its own: what one leaves behind must not slow the next."""


def _options() -> argparse.Namespace:
    parts = "\n".join(
        f"  {name:10} {part.what} ({part.minutes} min{', only where it is named' if part.is_long else ''})"
        for name, part in _PARTS.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures on the embedded servers.",
        epilog=f"parts, and minutes on two cores:\n{parts}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=1000, help="registrations for each rate (default 1000)")
    parser.add_argument("--at-once", type=int, default=50, help="how many at once (default 50)")
    parser.add_argument("--serial", type=int, default=50, help="activations one by one (default 50)")
    parser.add_argument("--lines", type=int, default=10_000, help="accounts of import and storms (default 10000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of night and open (default 3)")
    parser.add_argument("--record", type=int, default=100_000, help="registrations of the record (default 100000)")
    parser.add_argument("--open", type=int, default=100_000, help="registrations that are open (default 100000)")
    parser.add_argument("--only", choices=_PARTS, metavar="PART", help="measure only this part")
    parser.add_argument(
        "--beside", type=Path, metavar="FOLDER", default=_BESIDE, help=f"of the peers' scripts (default {_BESIDE})"
    )
    parser.add_argument(
        "--peers", type=int, default=400, help="registrations of peers, scale, processes and open (default 400)"
    )
    parser.add_argument("--keep", action="store_true", help="of --only peers: write its document")
    parser.add_argument("--json", action="store_true", help="JSON for programs")
    return parser.parse_args()


async def _measured(options: argparse.Namespace) -> Report:
    report = Report()
    for part in [options.only] if options.only else [name for name, part in _PARTS.items() if not part.is_long]:
        _say(f"{part} ...")
        await _PARTS[part].measure(report, options)
    return report


def main() -> None:
    """Measures and prints; a failure ends with the status 1. The capacity plan is a document instead."""
    options = _options()
    report = asyncio.run(_measured(options))
    if options.json:
        print(report.as_json())
    else:
        report.show(Console(width=110))


if __name__ == "__main__":
    main()
