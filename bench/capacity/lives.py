"""Lives in skipped time, act by act: what each adds to both databases."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from temporalio.client import WorkflowExecutionStatus

from bench.capacity.figures import ActFigures, Stored
from bench.capacity.temporal_store import stored
from bench.costs import Cost, cost_of
from bench.system import System
from registration.names import workflow_id
from registration.statuses import Status
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, another_address, form
from starter.dev.time_skipping import TimeNotSkipped
from starter.gateway.log_ins import ClientBrowser
from temporal.pace import of_each

_AT_ONCE: Final = 10
_QUIET_WITHIN_SECONDS: Final = 300
_LOOK_AGAIN_SECONDS: Final = 0.2
_RUNS_APART_SECONDS: Final = 1.2
"""Runs of skipped time must be this far apart in real time (measured)."""

_MOMENT: Final = timedelta(seconds=2)
"""Past a deadline, so that its timer has fired."""

_NOT_OF_ACTS: Final = {"processes", "write_probe", "access_chains"}
"""Tables that do not grow with acts; a chain of access entries is one for an office and a day."""

_USER_AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class MeasuredLife:
    """One registration: what was typed, and the password in force."""

    form: dict[str, Any] = field(default_factory=form)
    registration_id: str = ""
    password: str = PASSWORD


@dataclass(frozen=True)
class _Snapshot:
    rows: dict[str, int]
    wal: int
    temporal: Stored
    letters: int
    cost: Cost


class Lives:
    """So many lives that do the same at about the same time, and the acts that were measured, by name."""

    def __init__(self, system: System, count: int) -> None:
        """None has begun."""
        self._system = system
        self.all = [MeasuredLife() for _ in range(count)]
        self._measured: dict[str, list[ActFigures]] = {}

    @property
    def acts(self) -> dict[str, ActFigures]:
        """An act that was measured several times is their average."""
        return {name: _average(times) for name, times in self._measured.items()}

    async def act(self, name: str, one: Callable[[MeasuredLife], Awaitable[object]]) -> None:
        """Each life acts; what that has added is measured once nothing is under way."""
        before = await self._snapshot()
        await of_each(self.all, one, at_once=_AT_ONCE)
        await self._quiet()
        after = await self._snapshot()
        count, tables = len(self.all), before.rows.keys() | after.rows.keys()
        added = {table: after.rows.get(table, 0) - before.rows.get(table, 0) for table in sorted(tables)}
        self._measured.setdefault(name, []).append(
            ActFigures(
                rows={table: rows / count for table, rows in added.items() if rows and table not in _NOT_OF_ACTS},
                wal=(after.wal - before.wal) / count,
                events=(after.cost.events - before.cost.events) / count,
                history=(after.cost.bytes - before.cost.bytes) / count,
                letters=(after.letters - before.letters) / count,
                temporal=(after.temporal - before.temporal) / count,
            )
        )
        await asyncio.sleep(_RUNS_APART_SECONDS)

    async def register(self, life: MeasuredLife) -> None:
        """Online."""
        life.registration_id = await self._system.world.register(life.form)

    async def redeem(self, life: MeasuredLife) -> None:
        """The code of the last letter; the password stays the same."""
        code = self._system.post.code(life.form["email"])
        await self._system.world.redeem(life.form, code, password=life.password, client_address=CLIENT_ADDRESS)

    async def verify(self, life: MeasuredLife) -> None:
        """At a desk."""
        await self._system.world.desk.verify_identity(life.registration_id, EVIDENCE)

    async def log_in(self, life: MeasuredLife) -> None:
        """From an address and by a browser that are new."""
        browser, citizen = ClientBrowser(secrets.token_urlsafe(32), _USER_AGENT), self._system.world.citizen
        name, address = life.form["user_name"], another_address()
        await citizen.authenticate(name, life.password, client_address=address, browser=browser)

    async def disclose(self, life: MeasuredLife) -> None:
        """At a desk."""
        await self._system.world.desk.disclose(life.registration_id, EVIDENCE)

    async def change_password(self, life: MeasuredLife) -> None:
        """In time, so that a new validity begins."""
        name, present, life.password = life.form["user_name"], life.password, f"{PASSWORD} {secrets.token_hex(4)}"
        await self._system.world.citizen.change_password(name, present, life.password, client_address=CLIENT_ADDRESS)

    async def forget_password(self, life: MeasuredLife) -> None:
        """A code is asked for and redeemed."""
        before = self._system.post.received[life.form["email"]]
        count = len(before)
        await self._system.world.request_code(life.form)
        async with asyncio.timeout(_QUIET_WITHIN_SECONDS):
            while len(before) == count:  # noqa: ASYNC110  a list sends no event
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        await self.redeem(life)

    async def be_reminded(self, life: MeasuredLife) -> None:
        """Until the last reminder before the deadline has gone out."""
        await self._forward(life, -timedelta(days=1))

    async def pass_deadline(self, life: MeasuredLife) -> None:
        """Until what is due has happened."""
        await self._forward(life, timedelta())

    async def be_reactivated(self, life: MeasuredLife) -> None:
        """At a desk, which sends a code."""
        await self._system.world.desk.reactivate(life.registration_id, EVIDENCE)

    async def be_closed(self, life: MeasuredLife) -> None:
        """At a desk, and erased once the last letter is out."""
        await self._system.world.desk.close(life.registration_id, EVIDENCE)

    async def runs(self, life: MeasuredLife) -> list[str]:
        """The ids of all runs of a life, the first one first."""
        return [run for run, _ in await self._histories(life)]

    async def all_are(self, status: Status) -> None:
        """Waits until the read model agrees."""
        for life in self.all:
            await self._system.world.until(life.registration_id, status, within_seconds=_QUIET_WITHIN_SECONDS)

    async def _forward(self, life: MeasuredLife, beyond: timedelta) -> None:
        world = self._system.world
        deadline = (await world.audit.snapshot(life.registration_id)).deadline
        if deadline is None:
            raise AssertionError(life.registration_id)
        moment = deadline + beyond + _MOMENT
        with suppress(TimeNotSkipped):  # it has ended on the way
            async with asyncio.timeout(_QUIET_WITHIN_SECONDS):
                while await world.time(life.registration_id) < moment:  # a busy server may stop before
                    await world.forward_to(life.registration_id, moment)

    async def _quiet(self) -> None:
        """Waits until no task and no activity of any life is pending, and no letter has come for a moment."""
        async with asyncio.timeout(_QUIET_WITHIN_SECONDS):
            quiet, letters = 0, -1
            while quiet < 2:
                busy = any(await of_each(self.all, self._is_busy, at_once=_AT_ONCE))
                quiet = 0 if busy or letters != self._system.post.count else quiet + 1
                letters = self._system.post.count
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _is_busy(self, life: MeasuredLife) -> bool:
        described = await self._system.world.handle(life.registration_id).describe()
        if described.status is not WorkflowExecutionStatus.RUNNING:
            return False
        raw = described.raw_description
        return bool(raw.pending_activities) or raw.HasField("pending_workflow_task")

    async def _snapshot(self) -> _Snapshot:
        world = self._system.world
        tables = await world.sql(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
        counts = " union all ".join(f"select '{name}' as name, count(*) as rows from {name}" for (name,) in tables)  # noqa: S608  our own
        rows = {row["name"]: row["rows"] for row in await world.sql(counts)}
        wal = await world.sql("select (pg_current_wal_insert_lsn() - '0/0')::bigint")
        costs = await of_each([life for life in self.all if life.registration_id], self._cost, at_once=_AT_ONCE)
        return _Snapshot(
            rows=rows,
            wal=wal[0][0],
            temporal=stored(world.folder / "temporal"),
            letters=self._system.post.count,
            cost=sum(costs, Cost()),
        )

    async def _cost(self, life: MeasuredLife) -> Cost:
        return sum((cost for _, cost in await self._histories(life)), Cost())

    async def _histories(self, life: MeasuredLife) -> list[tuple[str, Cost]]:
        client, found = self._system.world.client, []
        described = await self._system.world.handle(life.registration_id).describe()
        run = described.raw_description.workflow_execution_info.first_run_id
        while run:
            history = await client.get_workflow_handle(workflow_id(life.registration_id), run_id=run).fetch_history()
            found.append((run, cost_of(history.events)))
            last = history.events[-1]
            run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return found


async def until_active(lives: Lives) -> None:
    """Three acts: registered, activated, verified."""
    await lives.act("registration", lives.register)
    await lives.act("activation", lives.redeem)
    await lives.act("verification", lives.verify)
    await lives.all_are(Status.ACTIVE)


async def while_active(lives: Lives) -> None:
    """Log-in, disclosure, a forgotten password, reminders, and a password that is changed in time."""
    await lives.act("log-in", lives.log_in)
    await lives.act("disclosure", lives.disclose)
    await lives.act("forgotten password", lives.forget_password)
    await lives.act("reminders", lives.be_reminded)
    await lives.act("change of password", lives.change_password)


async def until_reactivated(lives: Lives) -> None:
    """Two expiries: a code within the grace after the first one, a desk after the second."""
    await lives.act("reminders", lives.be_reminded)
    await lives.act("expiry", lives.pass_deadline)
    await lives.all_are(Status.PASSWORD_EXPIRED)
    await lives.act("renewal after expiry", lives.forget_password)
    await lives.all_are(Status.ACTIVE)
    await lives.act("reminders", lives.be_reminded)
    await lives.act("expiry", lives.pass_deadline)
    await lives.act("end of grace", lives.pass_deadline)
    await lives.all_are(Status.INACTIVE)
    await lives.act("reactivation", lives.be_reactivated)
    await lives.act("activation after it", lives.redeem)
    await lives.all_are(Status.ACTIVE)


async def until_closed(lives: Lives) -> None:
    """Closed and erased."""
    await lives.act("closure", lives.be_closed)


async def until_lapsed(lives: Lives) -> None:
    """Registered and never activated."""
    await lives.act("registration", lives.register)
    await lives.act("lapse", lives.pass_deadline)


def _average(times: list[ActFigures]) -> ActFigures:
    count = len(times)
    tables = {table for act in times for table in act.rows}
    return ActFigures(
        rows={table: sum(act.rows.get(table, 0) for act in times) / count for table in sorted(tables)},
        wal=sum(act.wal for act in times) / count,
        events=sum(act.events for act in times) / count,
        history=sum(act.history for act in times) / count,
        letters=sum(act.letters for act in times) / count,
        temporal=sum((act.temporal for act in times), Stored()) / count,
    )
