"""A service whose database or Temporal is still starting waits for it, for a limited time."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

import structlog
import typer
import uvloop

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.telemetry import log_to_stderr

Wait = Annotated[
    int,
    typer.Option(
        min=0, max=3600, metavar="SECONDS", help="How long to wait at the start for PostgreSQL and Temporal to answer."
    ),
]

_PAUSE_SECONDS: Final = 2
"""Servers that start take seconds; each try costs them one connection."""


def run_once_answered(work: Callable[[], Coroutine[Any, Any, None]], wait_seconds: int) -> None:
    """Runs `work`; begins it again as long as a dependency does not answer and the time to wait has not passed.

    One line in the log says what it waits for. Raises what `work` raises. Each try has an event loop of its own, so
    that a signal ends the process at any moment.
    """
    until, waited_for = time.monotonic() + wait_seconds, set[Dependency | None]()
    while True:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(_without_signals_afterwards(work))
        except Unavailable as away:
            if time.monotonic() >= until:
                raise
            if away.dependency not in waited_for:
                _log_waiting(away, wait_seconds)
            waited_for.add(away.dependency)
        time.sleep(_PAUSE_SECONDS)


async def _without_signals_afterwards(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A closed loop of uvloop keeps its signal handlers, and the process ignores the signals (measured with 0.23)."""
    try:
        await work()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)


def _log_waiting(away: Unavailable, wait_seconds: int) -> None:
    log_to_stderr()
    structlog.get_logger().warning(
        "waiting",
        dependency=away.dependency and away.dependency.name,
        setting=away.dependency and away.dependency.setting(away.facts),
        reason=away.facts.get("reason"),
        seconds=wait_seconds,
    )
