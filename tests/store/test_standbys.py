"""What is found instead of written is acknowledged only once a synchronous standby has it.

On a PostgreSQL whose synchronous standby is away from the start; only connections that ask for it wait for it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import timedelta
from typing import Final

import asyncpg
import pytest_asyncio
from temporalio.testing import ActivityEnvironment

from activities.letter import LetterActivities
from activities.letter_sender import LetterSender
from activities.letters.transport import transport_of
from activities.reconciliation import ReconciliationActivities
from registration.letters import LetterKind, LetterOutcome
from registration.opening import open_registration
from registration.policy import Policy
from registration.reconciliation import Overdue
from registration.state import LetterOrder
from registration.statuses import Channel
from starter.dev.installation import private_folder
from starter.dev.postgres import PostgresServer
from store.database import DATABASE_FAILURES, opened_pool
from store.heads import HeadReader
from store.log_ins import LogInStore
from store.migrate import migrate
from store.rows import SentLetter
from store.sessions import SessionStore
from store.staff_seals import StaffSeals
from store.staff_sessions import StaffSessionStore
from temporal.client import connect
from tests.store.lives import CITIZEN, HASH, KEYS, NOW, Store, form, new_id, recording, redeem
from tests.store.rings import settings
from tests.support.installation import eventually
from tests.support.servers import postgres_server

WITHOUT_STANDBY: Final = {"synchronous_standby_names": "away", "synchronous_commit": "local"}
WITHIN_SECONDS: Final = 120
LATER: Final = NOW + timedelta(days=1)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[PostgresServer]:
    """Of this test alone."""
    with private_folder() as folder:
        async with postgres_server(folder, WITHOUT_STANDBY) as started:
            yield started


async def test_whatever_rests_on_what_was_found_waits_for_the_standby(server: PostgresServer) -> None:
    """Each waits, or is given up after 10 seconds; none has returned before the waiting is ended."""
    url = await server.create_database("found")
    await migrate(url, KEYS)
    async with opened_pool(url, most=2) as pool, opened_pool(f"{url}&synchronous_commit=on", most=20) as waiting:
        tasks = {
            name: asyncio.create_task(_outcome(operation))
            for name, operation in (await _operations(Store(pool, KEYS), Store(waiting, KEYS), url)).items()
        }

        async def has_each_waited_or_ended() -> bool:
            waits = await pool.fetchval("select count(*) from pg_stat_activity where wait_event = 'SyncRep'")
            return bool(waits >= sum(not task.done() for task in tasks.values()))

        async def has_each_ended() -> bool:
            await pool.execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'")
            return all(task.done() for task in tasks.values())

        try:
            await eventually(has_each_waited_or_ended, within_seconds=WITHIN_SECONDS)
            acknowledged = {name for name, task in tasks.items() if task.done() and task.result()}
        finally:
            await eventually(has_each_ended, within_seconds=WITHIN_SECONDS)
    assert acknowledged == set()


async def _operations(store: Store, waiting: Store, url: str) -> Mapping[str, Awaitable[object]]:
    """Each finds what was done before through `store`, and has nothing left to write."""
    await store.writer.adopt_policy(Policy(), NOW)
    submitted = await store.submitted()
    opening = open_registration(submitted, NOW)
    opened = await store.recorded(submitted, opening)
    redeeming = redeem(opened)
    await store.writer.add_credential(opened.registration_id, redeeming, HASH, NOW)
    await store.writer.note_client_request(opened.registration_id, redeeming, NOW)
    order = LetterOrder(opened.registration_id, 1, LetterKind.CODE_PASSWORD, opened.email_id, LATER)
    await store.writer.note_letter(
        opened.registration_id, SentLetter(order.name, "<1@example.hu>", LetterOutcome.SENT, NOW)
    )
    again, again_id = form(), new_id()
    await store.intake.submit(again, Channel.ONLINE, CITIZEN, NOW, registration_id=again_id)
    process = settings(url)
    sender = LetterSender(transport_of(process), sender=process.mail_from, portal_url=process.portal_url)
    letters = LetterActivities(waiting.reader, waiting.writer, sender)
    reconciliation = ReconciliationActivities(waiting.writer, waiting.reader, LogInStore(waiting.pool, KEYS))
    environment = ActivityEnvironment(client=await connect({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, lazy=True))
    sessions = SessionStore(waiting.pool, KEYS)
    token = "T" * 43
    return {
        "letter that was sent": environment.run(letters.send_letter, order),
        "pending credentials": environment.run(reconciliation.send_pending, Overdue(LATER)),
        "submitted rows": environment.run(reconciliation.start_submitted, Overdue(LATER)),
        "registration that was submitted": waiting.intake.submit(
            again, Channel.ONLINE, CITIZEN, NOW, registration_id=again_id
        ),
        "event that was recorded": waiting.writer.record(recording(opening), NOW),
        "request that was noted": waiting.writer.note_client_request(opened.registration_id, redeeming, NOW),
        "session that has ended": sessions.end(token),
        "session of an id that has ended": sessions.end_one(opened.registration_id, new_id(), 10),
        "other sessions that have ended": sessions.end_others(token, opened.registration_id),
        "session of staff that has ended": StaffSessionStore(waiting.pool, StaffSeals({"s1": b"S" * 32})).end(token),
        "heads": _heads(waiting.pool),
    }


async def _heads(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    async with HeadReader(pool).snapshot():
        pass


async def _outcome(operation: Awaitable[object]) -> bool:
    """Whether it has returned; not where it was given up."""
    try:
        await operation
    except DATABASE_FAILURES:
        return False
    return True
