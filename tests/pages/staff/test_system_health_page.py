"""The page that an operator opens first at night: what needs attention, and what a silent server leaves unknown."""

from datetime import timedelta
from typing import Final

import pytest

from registration.names import ARCHIVE_ID
from registration.operations import Operation
from registration.system_health import HealthCheckName, HealthReason, HealthState
from starter.dev.installation import World
from starter.gateway import OperationsGateway
from starter.gateway.operations import system_checks_of
from tests.support.staff import StaffPages, colleague, entries_of
from tests.support.visitors import heading

PATH: Final = "/uzemeltetes/allapot"


async def test_an_operator_sees_what_is_well_and_that_is_on_record(staff: StaffPages) -> None:
    async with colleague(staff.url, "operator-1") as operator:
        before = len(await entries_of(staff.world, "operator-1"))
        page = await operator.get(PATH)
        assert (page.status_code, heading(page)) == (200, "Health of the system")
        for check in system_checks_of(staff.world.engine).all:
            assert check.label in page.text
        (entry,) = (await entries_of(staff.world, "operator-1"))[before:]
        assert (entry["operation"], entry["outcome"]) == (Operation.OPERATIONS_SYSTEM_HEALTH, "DONE")


@pytest.mark.parametrize("who", ["clerk-1", "supervisor-1", "auditor-1"])
async def test_nobody_else_sees_it(staff: StaffPages, who: str) -> None:
    async with colleague(staff.url, who) as somebody:
        page = await somebody.get(PATH)
        assert (page.status_code, heading(page)) == (403, "Not allowed")
        assert (await entries_of(staff.world, who))[-1]["operation"] == Operation.OPERATIONS_SYSTEM_HEALTH


async def test_what_needs_attention_says_what_to_do(staff: StaffPages) -> None:
    schedule = staff.world.client.get_schedule_handle(ARCHIVE_ID)
    await schedule.pause()
    try:
        async with colleague(staff.url, "operator-1") as operator:
            page = await operator.get(PATH)
    finally:
        await schedule.unpause()
    command = "temporal schedule toggle --schedule-id archive --unpause --reason REASON"
    assert f"<code>{command}</code>" in page.text


async def test_a_paused_schedule_and_an_overdue_deadline_need_attention(world: World) -> None:
    await world.operations.reconcile()
    schedule = world.client.get_schedule_handle(ARCHIVE_ID)
    await schedule.pause()
    try:
        found = {check.check: check for check in (await world.operations.system_health()).checks}
    finally:
        await schedule.unpause()
    paused = found[HealthCheckName.ARCHIVE_SCHEDULE]
    assert (paused.state, paused.reason) == (HealthState.ALERT, HealthReason.PAUSED)
    assert found[HealthCheckName.RECONCILIATION_SCHEDULE].state is not HealthState.UNKNOWN
    assert found[HealthCheckName.RECONCILIATION].at
    assert found[HealthCheckName.OVERDUE_DEADLINES].count is not None
    assert found[HealthCheckName.DISAGREEMENTS].count is not None


async def test_letters_that_did_not_arrive_are_counted_by_day(world: World) -> None:
    registration_id, _ = await world.active()
    operations = world.operations
    before = await counted(operations)
    await world.sql(
        "insert into events select registration_id, sequence + 1000, $2, 'LETTER_UNDELIVERED', '', '', '{}' "
        "from events where registration_id = $1 and sequence = 1",
        registration_id,
        (await operations.system_health()).as_of - timedelta(hours=1),
    )
    try:
        assert await counted(operations) == before + 1
    finally:
        await world.sql("delete from events where registration_id = $1 and sequence > 1000", registration_id)


async def counted(operations: OperationsGateway) -> int:
    checks = {check.check: check for check in (await operations.system_health()).checks}
    return checks[HealthCheckName.UNDELIVERED_LETTERS].count or 0
