"""Accounts of an older system: lines a second that are checked, written, started and recorded."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Final

import asyncpg

from bench.system import System
from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.policy import Policy
from starter.dev.samples import account
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan
from store.accounts import Account

_OPERATOR: Final = Actor(ActorKind.OPERATOR, "operator-1")
_SOURCE: Final = "bench"
_LATER: Final = timedelta(hours=1)
"""Rows submitted in the future are not old enough for reconciliation, which would help to start them."""
_STARTED: Final = 1000
"""Starts are slower than the rest by an order of magnitude: so many of the lines show their rate."""
_RECORDED_WITHIN_SECONDS: Final = 180


@dataclass(frozen=True)
class ImportRates:
    """Per second. `checked` is a dry run; `started` are calls; `recorded` counts from the first start on."""

    lines: int
    checked: float
    written: float
    started: float
    recorded: float


async def measure_import(system: System, lines: int) -> ImportRates:
    """One file, each step for itself."""
    file = [CsvLine(number, account()) for number in range(2, lines + 2)]
    began = perf_counter()
    await _take(system, file, dry_run=True)
    checked = perf_counter() - began
    began = perf_counter()
    await _write(system, file)
    written = perf_counter() - began
    started_lines = file[:_STARTED]
    began = perf_counter()
    await _take(system, started_lines, dry_run=False)
    started = perf_counter() - began
    await _all_recorded(system, len(started_lines))
    recorded = perf_counter() - began
    return ImportRates(
        lines, lines / checked, lines / written, len(started_lines) / started, len(started_lines) / recorded
    )


async def _take(system: System, file: Iterable[CsvLine], *, dry_run: bool) -> None:
    importing = AccountImport(system.world.engine, _OPERATOR.id, ImportPlan(_SOURCE, dry_run=dry_run))
    for batch in importing.batches(file):
        outcome = await importing.take(batch)
        if outcome.refused:
            raise AssertionError(outcome.refused[0])


async def _write(system: System, file: Iterable[CsvLine]) -> None:
    """The rows alone, so that the next `take` finds all of them written and none started."""
    accounts, now, policy = system.world.engine.accounts, datetime.now(UTC), Policy()
    plan = AccountImport(system.world.engine, _OPERATOR.id, ImportPlan(_SOURCE))
    for batch in plan.batches(file):
        forms = [AccountForm.parse(line.fields or {}, policy=policy, now=now) for line in batch]
        await accounts.write(
            [Account(accounts.key_of(_SOURCE, form.form.user_name), form, form.password_valid_until) for form in forms],
            _OPERATOR,
            now + _LATER,
        )


async def _all_recorded(system: System, lines: int) -> None:
    connection = await asyncpg.connect(system.world.addresses.database)
    try:
        async with asyncio.timeout(_RECORDED_WITHIN_SECONDS):
            while await connection.fetchval("select count(*) from events") < lines:  # noqa: ASYNC110  a table sends no event
                await asyncio.sleep(0.1)
    finally:
        await connection.close()
