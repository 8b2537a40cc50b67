"""What clients, desks and auditors ask of a full database: each with its rate and its plan."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any, Final
from uuid import UUID

import asyncpg

from bench.load import at_once, rate_of
from bench.record.people import address, person, user_name
from bench.record.plans import parameters, plan_of
from bench.system import System
from registration.limits import Act, Subject
from registration.log_ins import KEPT_FOR, NOTICE_WORTH_SENDING
from starter.dev.samples import PASSWORD, another_address
from starter.gateway.receipt_numbers import printed
from store.keys import key_ring
from store.log_in_rows import Claim
from store.sealing import KeyRing

_TIMES: Final = 200
"""Each is asked so often, of other registrations each time."""
_FOUND: Final = 21
"""What the desk's search reads at most: 20, and whether there are more."""
_BATCH: Final = 1_000
_BATCHES: Final = 20
_DAY: Final = timedelta(days=1)
_MONTHS: Final = timedelta(days=120)


@dataclass(frozen=True)
class MeasuredWork:
    """A question or a job: seconds in all, or the milliseconds of one and how many a second; and its plan in short."""

    what: str
    plan: str
    seconds: float | None = None
    per_second: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None


async def measure_serving(system: System, registrations: int, some: Sequence[str]) -> list[MeasuredWork]:
    """On a record of so many registrations; `some` are ids of them."""
    numbers = [(number * 7919) % registrations for number in range(_TIMES)]
    keys = key_ring(system.world.settings)
    return [
        *await _log_ins(system, keys, numbers),
        *await _searches(system, keys, numbers),
        *await _timelines(system, some),
        *await _statistics(system),
        *await _reconciliation(system, registrations),
        *await _cleaning(system),
    ]


async def _log_ins(system: System, keys: KeyRing, numbers: Sequence[int]) -> list[MeasuredWork]:
    engine, citizen = system.world.engine, system.world.citizen
    hashed = await engine.passwords.hash(PASSWORD)
    bare, whole = list[float](), list[float]()
    for number in numbers:  # in turns, so that whatever else the machine does slows both
        bare.append(await _ms(engine.passwords.verify(PASSWORD, hashed)))
        asked_by = another_address()
        whole.append(await _ms(citizen.authenticate(user_name(number), PASSWORD, client_address=asked_by)))
    claims = [Claim(user_name(number), Subject("192.0.2.7")) for number in numbers]
    _, found = await at_once(claims, 1, lambda claim: engine.limits.count_claim(Act.LOG_IN, claim))
    asked = dict.fromkeys(parameters("count_attempts"))
    asked |= {"user_name_indexes": keys.user_name_indexes(user_name(numbers[0]))}
    return [
        MeasuredWork("log-in, argon2id included", "two statements", **vars(rate_of(whole, sum(whole) / 1000))),
        MeasuredWork("argon2id alone", "no table", **vars(rate_of(bare, sum(bare) / 1000))),
        MeasuredWork("log-in: counted, its account found", await _plan(system, "count_attempts", asked), **vars(found)),
    ]


async def _ms(work: Awaitable[Any]) -> float:
    began = perf_counter()
    await work
    return (perf_counter() - began) * 1000


async def _searches(system: System, keys: KeyRing, numbers: Sequence[int]) -> list[MeasuredWork]:
    """As a clerk searches: the criterion's digest, the rows, and the entry of the access record."""
    first = numbers[0]
    who = person(first)
    by: dict[str, tuple[Callable[[int], dict[str, Any]], dict[str, Any]]] = {
        "receipt number": (lambda number: {"receipt_number": printed(number + 1)}, {"receipt_number": first + 1}),
        "user name": (
            lambda number: {"user_name": user_name(number)},
            {"user_name_indexes": keys.user_name_indexes(user_name(first))},
        ),
        "e-mail address": (
            lambda number: {"email": address(number)},
            {"address_indexes": keys.address_indexes(address(first))},
        ),
        "data of a person": (
            _identity,
            {"identity_indexes": keys.identity_indexes(who.birth_name, who.birth_date, who.mothers_birth_name)},
        ),
    }
    measured = []
    for criterion, (form, found_by) in by.items():
        _, rate = await at_once([form(number) for number in numbers], 1, system.world.desk.search)
        plan = await _plan(system, "search", dict.fromkeys(parameters("search")) | found_by | {"most": _FOUND})
        measured.append(MeasuredWork(f"search at a desk: {criterion}", plan, **vars(rate)))
    return measured


def _identity(number: int) -> dict[str, Any]:
    who = person(number)
    born = who.birth_date.isoformat()
    return {"birth_name": who.birth_name, "birth_date": born, "mothers_birth_name": who.mothers_birth_name}


async def _timelines(system: System, some: Sequence[str]) -> list[MeasuredWork]:
    _, rate = await at_once(some[:_TIMES], 1, system.world.audit.timeline)
    return [MeasuredWork("timeline", await _plan(system, "events_of", {"registration_id": some[0]}), **vars(rate))]


async def _statistics(system: System) -> list[MeasuredWork]:
    store, now = system.world.engine.statistics, datetime.now(UTC)
    always, last_day = {"since": None, "until": None}, {"since": now - _DAY, "until": now}
    return [
        await _once(system, "statistics: count_registrations", always, store.counts(None, None)),
        await _once(system, "statistics: median_to_activation", always, store.median_to_activation(None, None)),
        await _once(system, "statistics: count_undelivered", always, store.undelivered(None, None)),
        await _once(
            system, "statistics: count_undelivered_between", last_day, store.undelivered_between(*last_day.values())
        ),
        await _once(system, "statistics: count_by_status", {}, store.by_status()),
    ]


async def _reconciliation(system: System, registrations: int) -> list[MeasuredWork]:
    """The store's part of a pass; the rows of the busiest day are listed as for a comparison with Temporal."""
    engine, now = system.world.engine, datetime.now(UTC)
    before, shortest = now - timedelta(seconds=30), timedelta(minutes=5)
    due = {"before": before, "due_since": now - 3 * _DAY, "shortest": shortest, "most": 50}
    waiting = {"before": before, "most": _BATCH}
    [(busy, rows)] = await system.world.sql(
        "select date_trunc('day', recorded_at), count(*) from registrations group by 1 order by 2 desc, 1 limit 1"
    )
    span = {"since": busy, "after": UUID(int=0), "until": busy + _DAY, "most": _BATCH}

    async def listed() -> None:
        async for _ in engine.reader.recorded_between(busy, busy + _DAY):
            pass

    listing = await _once(system, "reconciliation: recorded_between", span, listed())
    return [
        await _once(system, "reconciliation: submitted_before", waiting, engine.reader.submitted_before(before)),
        await _once(system, "reconciliation: pending_before", waiting, engine.reader.pending_before(before)),
        await _once(system, "reconciliation: claim_log_in_notices", due, engine.log_ins.claim_notices(before, 50)),
        replace(listing, what=f"{listing.what}, {rows} of {registrations}", per_second=rows / (listing.seconds or 1)),
    ]


async def _cleaning(system: System) -> list[MeasuredWork]:
    """Deletes what has ended, in batches, as the programs do; of past log-ins what has in some months, and not all."""
    engine, now = system.world.engine, datetime.now(UTC)
    day_ago = now - _DAY
    later = now + _MONTHS
    aged = {"before": later - KEPT_FOR, "due_before": later - NOTICE_WORTH_SENDING, "most": _BATCH}
    ended = {"before": now, "most": _BATCH}
    batches = iter(range(_BATCHES))

    async def log_ins() -> int:
        return _BATCH if next(batches, None) is not None and await engine.log_ins.forget(later, _BATCH) else 0

    return [
        await _batches(system, "clean-up: forget_sessions", ended, lambda: engine.sessions.forget(now, _BATCH)),
        await _batches(
            system,
            "clean-up: forget_requests",
            {"before": day_ago, "most": _BATCH},
            lambda: engine.idempotency.forget(day_ago, _BATCH),
        ),
        await _batches(system, "clean-up: forget_log_ins", aged, log_ins),
    ]


async def _batches(
    system: System, what: str, arguments: Mapping[str, Any], delete: Callable[[], Awaitable[int]]
) -> MeasuredWork:
    plan, began, deleted = await _plan(system, what.rpartition(" ")[2], arguments), perf_counter(), 0
    while batch := await delete():
        deleted += batch
    return MeasuredWork(f"{what}, {deleted} rows", plan, per_second=deleted / (perf_counter() - began))


async def _once(system: System, what: str, arguments: Mapping[str, Any], work: Awaitable[Any]) -> MeasuredWork:
    """What ends with the name of its query."""
    plan, began = await _plan(system, what.rpartition(" ")[2], arguments), perf_counter()
    await work
    return MeasuredWork(what, plan, seconds=perf_counter() - began)


async def _plan(system: System, name: str, arguments: Mapping[str, Any]) -> str:
    connection = await asyncpg.connect(system.world.addresses.database)
    try:
        return str(await plan_of(connection, name, arguments))
    finally:
        await connection.close()
