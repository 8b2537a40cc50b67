"""A life of several runs: after each password cycle, and whenever the server suggests it (principle 13)."""

import asyncio
import re
from datetime import timedelta

from registration.names import STATUS_ATTRIBUTE
from registration.policy import add_years
from registration.record import EventKind, fold
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.letters import code_in
from starter.dev.samples import EVIDENCE, form
from tests.workflows.lives import (
    MOMENTS,
    another_run,
    configured_world,
    let_run_age,
    quiet,
    renew,
    run_id,
    to_deadline,
)


async def test_two_password_cycles_take_a_new_run_each_and_keep_dates_answers_and_attributes(world: World) -> None:
    """No date jumps, the run really changes, and a repeated `request_id` gets its answer from two runs before."""
    registration_id, filled = await world.temporary()
    verified = await world.desk.verify_identity(registration_id, EVIDENCE, request_id="before-both-cycles")
    runs = [await run_id(world, registration_id)]
    key = await _fairness_key(world, registration_id)
    assert re.fullmatch(r"\d{4}-\d\d", key)
    for _ in range(2):
        await let_run_age(world, registration_id)
        before = await world.audit.describe(registration_id)
        assert before.deadline is not None
        expired = await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
        assert expired.since is not None
        assert timedelta() <= expired.since - before.deadline < timedelta(seconds=2)
        await world.forward(registration_id, timedelta(days=10))
        await quiet(world, registration_id)
        answer = await renew(world, filled, len(world.letters(filled["email"])) + 1)
        runs.append(await another_run(world, registration_id, runs[-1]))
        redeemed = (await world.audit.events(registration_id))[-1]
        assert redeemed.kind is EventKind.CODE_REDEEMED
        assert answer.deadline == add_years(redeemed.at, 2)
        now = await world.time(registration_id)
        assert timedelta() <= now - redeemed.at < MOMENTS
        after = await world.audit.describe(registration_id)
        assert (after.status, after.since, after.deadline) == (Status.ACTIVE, redeemed.at, answer.deadline)
        assert after.as_of - redeemed.at < MOMENTS
    assert len(set(runs)) == 3
    events = await world.audit.events(registration_id)
    again = await world.desk.verify_identity(registration_id, EVIDENCE, request_id="before-both-cycles")
    assert again == verified
    assert await world.audit.events(registration_id) == events
    assert await world.audit.snapshot(registration_id) == fold(events)
    assert await _fairness_key(world, registration_id) == key
    described = await world.handle(registration_id).describe()
    attributes = {pair.key.name: pair.value for pair in described.typed_search_attributes}
    assert attributes[STATUS_ATTRIBUTE] == Status.ACTIVE
    assert attributes["RegistrationChannel"] == "ONLINE"
    assert attributes["DeadlineAt"] == attributes["PasswordExpiresAt"] == events[-1].deadline


async def _fairness_key(world: World, registration_id: str) -> str:
    described = (await world.handle(registration_id).describe()).raw_description
    return str(described.workflow_execution_info.priority.fairness_key)


async def test_a_reactivation_ends_a_cycle_too(world: World) -> None:
    registration_id, filled = await world.active()
    await let_run_age(world, registration_id)
    run = await run_id(world, registration_id)
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await to_deadline(world, registration_id, Status.INACTIVE)
    await quiet(world, registration_id)
    letters = len(world.letters(filled["email"]))
    await world.desk.signal_reactivate(registration_id, EVIDENCE)
    code = await world.code(filled["email"], letters + 1)
    assert (await world.redeem(filled, code)).status is Status.ACTIVE
    await another_run(world, registration_id, run)
    assert (await world.audit.describe(registration_id)).status is Status.ACTIVE


async def test_a_letter_that_is_under_way_when_the_server_suggests_a_new_run_is_not_lost() -> None:
    """The mail server is away; the code's letter is still owed, and comes once, by the run after."""
    async with configured_world({"limit.historyCount.suggestContinueAsNew": "20"}) as (world, inbox):
        inbox.stop()
        filled = {"email": "varakozo@example.org", "user_name": "varakozo.1"}
        registration_id = await world.register(form(**filled))
        opened = await world.until(registration_id, Status.AWAITING_ACTIVATION)
        first = await run_id(world, registration_id)
        await let_run_age(world, registration_id)
        numbers = 0
        async with asyncio.timeout(SOON_SECONDS):
            while await run_id(world, registration_id) == first:
                numbers += 1
                await world.desk.disclose(registration_id, EVIDENCE, request_id=f"disclosure-{numbers}")
        await world.desk.disclose(registration_id, EVIDENCE, request_id="disclosure-1")
        inbox.start()
        code = code_in(await world.letter(filled["email"], 1))
        await quiet(world, registration_id)
        assert len(world.letters(filled["email"])) == 1
        described = await world.audit.describe(registration_id)
        assert (described.status, described.deadline) == (Status.AWAITING_ACTIVATION, opened.deadline)
        events = await world.audit.events(registration_id)
        assert [event.kind for event in events].count(EventKind.DATA_DISCLOSED) == numbers
        assert (await world.redeem(filled, code)).status is Status.TEMPORARY
        events = await world.audit.events(registration_id)
        assert await world.audit.snapshot(registration_id) == fold(events)


async def test_a_run_ends_only_when_the_note_of_an_undelivered_letter_stands() -> None:
    """A refused letter is noted while the server suggests new runs all the time: no event is decided twice."""
    async with configured_world({"limit.historyCount.suggestContinueAsNew": "8"}) as (world, _):
        ids = [await world.register(form(email=f"refused{number}@example.org")) for number in range(5)]
        for registration_id in ids:
            await world.until(registration_id, Status.AWAITING_ACTIVATION)
            async with asyncio.timeout(SOON_SECONDS):
                while len(await world.audit.events(registration_id)) < 2:  # noqa: ASYNC110  bounded
                    await asyncio.sleep(0.05)
            await quiet(world, registration_id)
            events = await world.audit.events(registration_id)
            assert [event.kind for event in events] == [EventKind.REGISTRATION_OPENED, EventKind.LETTER_UNDELIVERED]
            assert (await world.audit.describe(registration_id)).head == events[-1].hash()
