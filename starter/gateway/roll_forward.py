"""A database that was restored to an older moment gets the events that it lacks from the histories."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

from temporalio.service import RPCError, RPCStatusCode

from audit.verification.decided import Decided
from audit.verification.present_run import present_run
from registration.answers import answer, label
from registration.record import GENESIS, EventKind
from registration.state import Recording
from starter.gateway.engine import Engine, now
from store.audited import AuditedLife
from store.writer import RecordConflict
from temporal.pace import of_each

_AT_ONCE: Final = 20
"""Registrations whose histories are read at once."""


@answer
@dataclass(frozen=True)
class RolledForward:
    """What was recorded again, of registrations that the database has a row of."""

    registrations: int = field(metadata=label("registrations behind", "How many registrations lacked events."))
    events: int = field(metadata=label("events recorded", "How many events they lacked, which are recorded now."))
    erased: int = field(metadata=label("erased again", "How many of them had been erased, and are again."))
    conflicts: int = field(
        metadata=label("registrations in conflict", "How many could not be recorded: audit verify names them.")
    )


@dataclass(frozen=True)
class _Outcome:
    events: int
    erased: bool
    is_recorded: bool


async def roll_forward(engine: Engine, advance: Callable[[int], None]) -> RolledForward:
    """Looks at every registration that is not erased: one call to Temporal, more where it is behind.

    An event is an activity's input in a history before it is a row (principle 2), so recording that input again is what
    the worker did, in the same order. What had been erased is erased again. Raises `RPCError`.
    """
    decided, total = Decided(engine.client), Counter[str]()
    async for page in engine.audited.pages():

        async def act(life: AuditedLife) -> _Outcome | None:
            missing = [entry async for entry in _missing(engine, decided, life)]
            return await _recorded(engine, missing) if missing else None

        for done in await of_each(page, act, at_once=_AT_ONCE):
            if done:
                total.update(registrations=1, events=done.events, erased=done.erased, conflicts=not done.is_recorded)
        advance(len(page))
    return RolledForward(
        registrations=total["registrations"],
        events=total["events"],
        erased=total["erased"],
        conflicts=total["conflicts"],
    )


async def _missing(engine: Engine, decided: Decided, life: AuditedLife) -> AsyncIterator[Recording]:
    """The decisions behind the last event of the database, in their order; of a run that was reset, the valid ones."""
    if not await _is_behind(engine, decided, life):
        return
    following: dict[str, Recording] = {}
    for run in await engine.histories.of(life.registration_id):
        for event in run.history.events if run.history else ():
            entry = await decided.recording(event)
            if entry and entry.event.registration_id == life.registration_id:
                following[entry.event.previous_hash] = entry
    head = str(life.row["head"]) or GENESIS
    while entry := following.pop(head, None):
        yield entry
        head = entry.hash


async def _is_behind(engine: Engine, decided: Decided, life: AuditedLife) -> bool:
    """Whether a history may have more: an open life whose history Temporal has removed has ended meanwhile."""
    if life.sealed_key is None:
        return False
    try:
        run = await present_run(engine.client, decided, life.registration_id)
    except RPCError as trouble:
        if trouble.status is not RPCStatusCode.NOT_FOUND:
            raise
        return True
    return run.newest.sequence > int(life.row["sequence"])


async def _recorded(engine: Engine, missing: list[Recording]) -> _Outcome:
    done = 0
    for entry in missing:
        try:
            await engine.writer.record(entry, now())
        except RecordConflict:
            return _Outcome(done, erased=False, is_recorded=False)
        done += 1
    erased = missing[-1].event.kind is EventKind.PERSONAL_DATA_ERASED
    return _Outcome(done, erased=erased, is_recorded=True)
