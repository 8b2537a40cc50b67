"""`python -m bench`: everything that README and the issues promise in numbers, in one run."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from rich.console import Console

from bench import lives
from bench.audit import measure_audit
from bench.capacity import document, figures
from bench.capacity.measure import measure_capacity
from bench.http import measure_http
from bench.imports import measure_import
from bench.peers import comparison
from bench.peers import document as peers_document
from bench.peers.comparison import Comparison
from bench.processes import measure_processes
from bench.rates import measure_rates
from bench.record import measure_record
from bench.report import Report
from bench.scale import measure_scale
from bench.system import running_system

_PARTS: Final = ("costs", "import", "record", "audit", "http", "rates", "peers", "scale", "processes", "capacity")
_BESIDE: Final = Path("../shared/measure")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures on the embedded servers.")
    parser.add_argument("--count", type=int, default=1000, help="registrations for each rate (default 1000)")
    parser.add_argument("--at-once", type=int, default=50, help="how many at once (default 50)")
    parser.add_argument("--serial", type=int, default=50, help="activations one by one (default 50)")
    parser.add_argument("--lines", type=int, default=10_000, help="accounts to import (default 10000)")
    parser.add_argument("--record", type=int, default=100_000, help="registrations of the record (default 100000)")
    parser.add_argument("--only", choices=_PARTS, help="measure only this; capacity, done only so, writes its document")
    parser.add_argument(
        "--beside", type=Path, metavar="FOLDER", default=_BESIDE, help=f"of the peers' scripts (default {_BESIDE})"
    )
    parser.add_argument(
        "--peers", type=int, default=400, help="registrations beside peers, far away, with more processes (default 400)"
    )
    parser.add_argument("--keep", action="store_true", help="of --only peers: write its document")
    parser.add_argument("--json", action="store_true", help="JSON for programs")
    return parser.parse_args()


async def _measured(options: argparse.Namespace) -> Report:
    report = Report()
    if options.only in {None, "costs"}:
        async with running_system() as system:
            _say("lives in skipped time ...")
            report.in_person, report.online = await lives.in_person(system), await lives.online(system)
    if options.only in {None, "import"}:
        async with running_system() as system:
            _say("import ...")
            report.imports = await measure_import(system, options.lines)
    if options.only in {None, "record"}:
        async with running_system() as system:
            _say("record ...")
            report.record = await measure_record(system, options.record)
    if options.only in {None, "audit"}:
        async with running_system() as system:
            _say("audit ...")
            report.audit = await measure_audit(system, options.count, options.at_once)
    if options.only in {None, "http"}:
        async with running_system() as system:
            _say("http ...")
            report.http = await measure_http(system, options.count, options.at_once, options.serial)
    if options.only in {None, "rates"}:
        # Servers of their own: what a life in skipped time leaves behind must not slow them.
        async with running_system() as system:
            _say("rates ...")
            report.rates = await measure_rates(system, options.count, options.at_once, options.serial)
    if options.only in {None, "peers"}:
        report.comparison = await _compared(options)
    if options.only in {None, "scale"}:
        _say("scale ...")
        report.scale = await measure_scale(options.peers, options.at_once, options.serial)
    if options.only in {None, "processes"}:
        _say("processes ...")
        report.processes = await measure_processes(options.peers, options.at_once)
    return report


async def _compared(options: argparse.Namespace) -> Comparison | None:
    if not options.beside.is_dir():
        _say(f"The peers are left out: there is no folder {options.beside}.")
        return None
    return await comparison.compare(options.beside, options.peers, options.at_once, _say)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    """Measures and prints; a failure ends with the status 1. The capacity plan is a document instead."""
    options = _options()
    if options.only == "capacity":
        figures.write(asyncio.run(measure_capacity(_say)))
        document.main()
        return
    report = asyncio.run(_measured(options))
    if options.keep and report.comparison:
        comparison.write(report.comparison)
        peers_document.main()
    if options.json:
        print(report.as_json())
    else:
        report.show(Console(width=110))


if __name__ == "__main__":
    main()
