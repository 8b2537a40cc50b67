"""Thousands of accounts that stand already, in seconds: each as the run after a continue-as-new finds it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from registration.accounts import AccountForm
from registration.messages import Actor, ActorKind
from registration.opening import open_registration
from registration.policy import Policy
from registration.record import Event
from registration.state import State
from starter.dev.installation import World
from starter.dev.samples import account, day
from store.accounts import Account
from store.rows import state_of
from temporal.pace import of_each
from temporal.registrations import launch

SOURCE: Final = "old-portal"
"""The older system that they are of."""

_OPERATOR: Final = Actor(ActorKind.OPERATOR, "operator-1")
_BATCH: Final = 1000
_AT_ONCE: Final = 50


async def standing_accounts(
    world: World, count: int, *, until: datetime | None = None, within: timedelta = timedelta(0)
) -> list[str]:
    """Opens active accounts; their ids, in order.

    Passwords expire in 60 to 459 days, or spread evenly over the time `within` before `until`.

    Rows, first events and the workflows' states are what taking them over would leave, many times faster, but the rows
    say that they were recorded two days ago.
    """
    now, accounts, policy = datetime.now(UTC), world.engine.accounts, Policy()
    ends = [
        (until - within * (number / count)).isoformat(timespec="milliseconds") if until else day(60 + number % 400)
        for number in range(count)
    ]
    lines = (account(password_hash="", password_valid_until=end) for end in ends)
    forms = [AccountForm.parse(line, policy=policy, now=now) for line in lines]
    keyed = [Account(accounts.key_of(SOURCE, form.form.user_name), form, form.password_valid_until) for form in forms]
    keyed.sort(key=lambda each: each.key.registration_id)
    for first in range(0, count, _BATCH):
        await _open(world, keyed[first : first + _BATCH])
    return [each.key.registration_id for each in keyed]


async def _open(world: World, keyed: Sequence[Account]) -> None:
    now = datetime.now(UTC)  # reconciliation would start rows submitted over 30 seconds ago
    written = await world.engine.accounts.write(keyed, _OPERATOR, now)
    rows = await world.engine.accounts.submitted(written)
    fresh = [state_of(row, Policy()) for row in sorted(rows, key=lambda row: row.registration_id)]
    events = [open_registration(state, now).event for state in fresh]
    await _record(world, events)

    async def start(opened: tuple[State, Event]) -> None:
        state, event = opened
        await launch(world.client, state.after(event))

    await of_each(zip(fresh, events, strict=True), start, at_once=_AT_ONCE)


async def _record(world: World, events: Sequence[Event]) -> None:
    connection = await asyncpg.connect(world.addresses.database)
    try:
        await connection.copy_records_to_table(
            "events",
            records=[
                (e.registration_id, e.sequence, e.at, e.kind, e.previous_hash, e.hash(), e.canonical()) for e in events
            ],
        )
        await connection.execute(
            """update registrations set status = 'ACTIVE', sequence = 1, since = e.at, because = e.kind, head = e.hash,
               identity_verified = true, deadline = until, password_valid_until = until,
               recorded_at = now() - interval '2 days', -- so that reconciliation does not compare it
               moved_by = cast(e.body as json) ->> 'actor'
               from events e, cast(cast(e.body as json) ->> 'password_valid_until' as timestamptz) until
               where e.registration_id = registrations.id and registrations.sequence = 0"""
        )
    finally:
        await connection.close()
