"""Who may act at a desk at all, and what the access record keeps of it."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import asyncpg
import pytest

from registration.access import NO_OFFICE, AccessEntry
from registration.comparing import PersonForm
from registration.errors import InvalidInput, NotAccepted, OfficeNotOpen, StaffDisabled, UserNameTaken, WrongRole
from registration.identity_documents import DocumentKind
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, form
from starter.gateway import DeskGateway, EvidenceOfAct, OperationsGateway
from starter.gateway.desk_answers import EvidenceSeen
from starter.gateway.desk_views import DeskViews
from starter.gateway.supervision import Supervision
from tests.support.desk import unwritable_record
from tests.workflows.lives import bring

Act = Callable[[DeskGateway, str], Awaitable[object]]


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The day around a moment and no more, around midnight a part of two."""
    return moment - timedelta(hours=12), moment + timedelta(hours=12)


OPERATIONS: Final[dict[str, Act]] = {
    "register": lambda desk, _: desk.register(form(), EVIDENCE),
    "verify_identity": lambda desk, it: desk.verify_identity(it, EVIDENCE),
    "reactivate": lambda desk, it: desk.reactivate(it, EVIDENCE),
    "signal_reactivate": lambda desk, it: desk.signal_reactivate(it, EVIDENCE),
    "change_email": lambda desk, it: desk.change_email(it, "uj@example.org", EVIDENCE),
    "change_email_and_reactivate": lambda desk, it: desk.change_email_and_reactivate(it, "uj@example.org", EVIDENCE),
    "change_language": lambda desk, it: desk.change_language(it, "en", EVIDENCE),
    "close": lambda desk, it: desk.close(it, EVIDENCE),
    "disclose": lambda desk, it: desk.disclose(it, EVIDENCE),
    "receipt": lambda desk, it: desk.receipt(it, EVIDENCE),
    "disclosed": lambda desk, it: desk.views.disclosed(it, "counter-1"),
    "issued_receipt": lambda desk, it: desk.views.issued_receipt(it, "counter-1"),
    "look": lambda desk, it: desk.look(it),
    "registration": lambda desk, it: desk.views.registration(it),
    "compare": lambda desk, it: desk.compare(it, {each.name: form()[each.name] for each in fields(PersonForm)}),
    "letters": lambda desk, it: desk.letters(it),
    "send_again": lambda desk, it: desk.send_again(it, "1-code_password"),
    "evidence": lambda desk, it: desk.supervision.evidence(it, 1),
    "search": lambda desk, _: desk.search({"user_name": "teszt.elek"}),
    "access_entries": lambda desk, _: desk.supervision.access_entries(*day_of(datetime.now(UTC))),
    "newest_access_entries": lambda desk, _: desk.supervision.newest_access_entries(*day_of(datetime.now(UTC))),
}

RECORDED_AS: Final = {name: f"desk.{name}" for name in OPERATIONS} | {
    "issued_receipt": Operation.DESK_DISCLOSED,
    "registration": Operation.DESK_LOOK,
    "newest_access_entries": Operation.DESK_ACCESS_ENTRIES,
}

FOR_SUPERVISORS: Final = {"access_entries", "newest_access_entries", "evidence"}


def someone(world: World, office: str = "9021", kind: ActorKind = ActorKind.CLERK) -> tuple[DeskGateway, str]:
    """A desk of somebody who has done nothing yet, and who that is."""
    staff_id = f"clerk-{uuid4()}"
    return DeskGateway(world.engine, staff_id, office, kind), staff_id


async def entries_of(world: World, staff_id: str, office: str | None = "9021") -> list[AccessEntry]:
    """What somebody has in today's chain of an office; around midnight also in yesterday's, which is allowed."""
    today = datetime.now(UTC).date()
    return [entry for entry in await world.engine.accesses.entries(office, today) if entry.access.actor.id == staff_id]


async def noted(world: World, staff_id: str, office: str | None = "9021") -> list[tuple[str, str]]:
    """The same as operation and outcome, in place of which a refused one has the refusal's name."""
    return in_short(await entries_of(world, staff_id, office))


def in_short(entries: Sequence[AccessEntry]) -> list[tuple[str, str]]:
    accesses = [entry.access for entry in entries]
    assert all((access.outcome == "REFUSED") == (access.refusal is not None) for access in accesses)
    return [(access.operation, access.refusal or access.outcome) for access in accesses]


async def contents(world: World) -> list[Any]:
    """How much there is of what an act may write."""
    return [
        len(await world.sql(f"select 1 from {table}"))  # noqa: S608  names of our own
        for table in ("registrations", "events", "evidence", "emails")
    ]


def test_the_table_of_operations_has_every_operation_of_the_desk() -> None:
    parts = (DeskGateway, DeskViews, Supervision)
    public = [name for part in parts for name, _ in inspect.getmembers(part, callable) if not name.startswith("_")]
    assert sorted(OPERATIONS) == sorted(public)


@pytest.mark.parametrize("office", ["1000-R", "no-such-office"])
async def test_nobody_acts_for_a_closed_or_unknown_office_and_nothing_is_written(world: World, office: str) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    before = await contents(world)
    desk, staff_id = someone(world, office)
    for operation in OPERATIONS.values():
        with pytest.raises(OfficeNotOpen, match=office):
            await operation(desk, registration_id)
    assert await contents(world) == before
    assert await noted(world, staff_id, office) == [(name, "OfficeNotOpen") for name in RECORDED_AS.values()]


@pytest.mark.parametrize("kind", [ActorKind.CLERK, ActorKind.SUPERVISOR])
async def test_who_is_disabled_is_refused_at_once_in_every_operation_until_enabled(
    world: World, kind: ActorKind
) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    desk, staff_id = someone(world, kind=kind)
    administration = OperationsGateway(world.engine, "operator-1")
    await desk.disclose(registration_id, EVIDENCE)
    await administration.disable_staff(staff_id)
    before = await contents(world)
    for operation in OPERATIONS.values():
        with pytest.raises(StaffDisabled):
            await operation(desk, registration_id)
    assert await contents(world) == before
    refusals = [(name, "StaffDisabled") for name in RECORDED_AS.values()]
    assert (await noted(world, staff_id))[1:] == refusals
    await administration.enable_staff(staff_id)
    await desk.disclose(registration_id, EVIDENCE)


async def test_only_clerks_and_supervisors_act_at_a_desk(world: World) -> None:
    """Whatever a caller of the library says who it is."""
    for kind in (ActorKind.AUDITOR, ActorKind.OPERATOR, ActorKind.CITIZEN, ActorKind.SYSTEM):
        desk, staff_id = someone(world, kind=kind)
        with pytest.raises(WrongRole):
            await desk.search({"user_name": "teszt.elek"})
        assert await noted(world, staff_id) == [("desk.search", "WrongRole")]


async def test_an_operator_disables_nobody_once_disabled_and_never_themself(world: World) -> None:
    one, other = (f"operator-{uuid4()}" for _ in range(2))
    administration = OperationsGateway(world.engine, one)
    with pytest.raises(InvalidInput, match="ID: must not be your own id"):
        await administration.disable_staff(one)
    await administration.disable_staff(other)
    assert [
        (each.staff_id, each.disabled_by)
        for each in (await administration.disabled_staff()).disabled
        if each.staff_id == other
    ] == [(other, one)]
    disabled = OperationsGateway(world.engine, other)
    for attempt in (disabled.disable_staff(one), disabled.enable_staff(other), disabled.offices.every()):
        with pytest.raises(StaffDisabled):
            await attempt
    registration_id, _ = await bring(world, Status.ACTIVE)
    with pytest.raises(StaffDisabled):
        await OperationsGateway(world.engine, other).extend_validity(registration_id, datetime(2030, 1, 1, tzinfo=UTC))
    assert await noted(world, one, None) == [
        ("operations.disable_staff", "InvalidInput"),
        ("operations.disable_staff", "BEGUN"),
        ("operations.disabled_staff", "DONE"),
    ]
    accesses = [entry.access for entry in await entries_of(world, one, None)]
    assert [access.detail for access in accesses] == [one, None, None]
    assert [(access.content.about, access.content.key) for access in accesses if access.content] == [("staff", other)]
    assert (await noted(world, other, None))[-1] == ("operations.extend_validity", "StaffDisabled")
    await administration.enable_staff(other)


async def test_looks_acts_and_refusals_are_on_record_in_their_order_with_what_they_were_about(world: World) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    desk, staff_id = someone(world)
    await desk.search({"email": filled["email"]})
    await desk.letters(filled["user_name"])
    await desk.verify_identity(registration_id, EVIDENCE, request_id="counter-1")
    with pytest.raises(NotAccepted):
        await desk.reactivate(registration_id, EVIDENCE, request_id="counter-2")
    with pytest.raises(UserNameTaken):
        await desk.register(form(user_name=filled["user_name"]), EVIDENCE)
    entries = await entries_of(world, staff_id)
    assert in_short(entries) == [
        ("desk.search", "DONE"),
        ("desk.letters", "DONE"),
        ("desk.verify_identity", "BEGUN"),
        ("desk.reactivate", "BEGUN"),
        ("desk.reactivate", "NotAccepted"),
        ("desk.register", "BEGUN"),
        ("desk.register", "UserNameTaken"),
    ]
    assert entries[0].access.detail == "email: 1"
    assert [entry.access.registration_id for entry in entries[:5]] == [None, *[registration_id] * 4]
    assert [entry.access.request_id for entry in entries[2:5]] == ["counter-1", "counter-2", "counter-2"]
    assert {entry.access.actor for entry in entries} == {Actor(ActorKind.CLERK, staff_id, "9021")}


async def test_every_event_of_staff_has_an_entry_of_the_same_registration_person_and_request(world: World) -> None:
    """What the auditors' check relies on, whichever way the act went to the registration."""
    registration_id, filled = await bring(world, Status.INACTIVE)
    desk, staff_id = someone(world)
    await desk.change_email(registration_id, f"uj.{filled['email']}", EVIDENCE)
    await desk.disclose(registration_id, EVIDENCE)
    await desk.receipt(registration_id, EVIDENCE)
    await desk.change_email_and_reactivate(registration_id, filled["email"], EVIDENCE)
    await desk.signal_reactivate(registration_id, EVIDENCE)
    await OperationsGateway(world.engine, staff_id).extend_validity(registration_id, datetime(2040, 1, 1, tzinfo=UTC))
    async with asyncio.timeout(60):
        while [event.kind for event in await world.audit.events(registration_id)].count(EventKind.SIGNAL_REFUSED) < 2:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.05)
    events = [event for event in await world.audit.events(registration_id) if event.actor.id == staff_id]
    entries = [*await entries_of(world, staff_id), *await entries_of(world, staff_id, NO_OFFICE)]
    sent = {
        (entry.access.registration_id, entry.access.request_id) for entry in entries if entry.access.outcome == "BEGUN"
    }
    assert len(events) == 6
    assert {(event.registration_id, event.request_id) for event in events} <= sent


async def test_what_cannot_be_put_on_record_is_neither_told_nor_done(world: World) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    before = await world.audit.events(registration_id)
    async with unwritable_record(world):
        for name, operation in OPERATIONS.items():
            if name not in FOR_SUPERVISORS:
                with pytest.raises(asyncpg.RaiseError):
                    await operation(world.desk, registration_id)
    assert await world.audit.events(registration_id) == before
    assert (await world.desk.disclose(registration_id, EVIDENCE)).email == filled["email"]


async def test_a_supervisor_reads_the_record_of_the_own_office_and_a_clerk_does_not(world: World) -> None:
    now = datetime.now(UTC)
    clerk, clerk_id = someone(world)
    stranger, stranger_id = someone(world, "UK-1")
    supervisor, supervisor_id = someone(world, kind=ActorKind.SUPERVISOR)
    for desk in (clerk, stranger):
        await desk.search({"user_name": "nincs.ilyen"})
        with pytest.raises(WrongRole):
            await desk.supervision.access_entries(*day_of(now))
    seen = {entry.actor_id for entry in await supervisor.supervision.access_entries(*day_of(now))}
    assert {clerk_id, supervisor_id} <= seen
    newest = (await supervisor.supervision.newest_access_entries(*day_of(now))).entries
    assert {clerk_id, supervisor_id} <= {entry.actor_id for entry in newest}
    assert stranger_id not in seen
    assert await noted(world, clerk_id) == [("desk.search", "DONE"), ("desk.access_entries", "WrongRole")]
    assert await supervisor.supervision.access_entries(*day_of(now.replace(year=2000))) == []


async def test_a_supervisor_reads_the_evidence_of_acts_of_the_own_office_until_it_is_erased(world: World) -> None:
    """Who, to whom, on which document; another office's, a client's and what never happened is named by none of it."""
    clerk, clerk_id = someone(world)
    supervisor, supervisor_id = someone(world, kind=ActorKind.SUPERVISOR)
    stranger, stranger_id = someone(world, "UK-1", ActorKind.SUPERVISOR)
    registration_id, _ = await bring(world, Status.TEMPORARY)
    await world.desk.verify_identity(registration_id, EVIDENCE)
    await clerk.disclose(registration_id, EVIDENCE | {"recipient": "Meghatalmazott Tihamér"})
    event = (await world.audit.events(registration_id))[-1]
    stored = await supervisor.supervision.evidence(registration_id, event.sequence)
    assert stored == EvidenceOfAct(
        registration_id,
        event.sequence,
        event.at,
        EventKind.DATA_DISCLOSED,
        clerk_id,
        "9021",
        EvidenceSeen(DocumentKind.PASSPORT, "BA1234567", consent=True, recipient="Meghatalmazott Tihamér"),
    )
    assert "Tihamér" not in repr(stored)
    for other in (0, 1, event.sequence - 1, event.sequence + 1):
        with pytest.raises(InvalidInput, match=f"sequence: must be .* has evidence: {event.sequence}\\.$"):
            await supervisor.supervision.evidence(registration_id, other)
    with pytest.raises(InvalidInput, match="has evidence: –"):
        await stranger.supervision.evidence(registration_id, event.sequence)
    with pytest.raises(WrongRole):
        await clerk.supervision.evidence(registration_id, event.sequence)
    assert (await noted(world, clerk_id))[-1] == ("desk.evidence", "WrongRole")
    assert await noted(world, stranger_id, "UK-1") == [("desk.evidence", "InvalidInput")]
    (look, *refusals) = await entries_of(world, supervisor_id)
    assert (look.access.operation, look.access.outcome, look.access.detail, look.access.registration_id) == (
        "desk.evidence",
        "DONE",
        f"event {event.sequence}",
        registration_id,
    )
    assert len(refusals) == 4
    await clerk.close(registration_id, EVIDENCE)
    await world.forward(registration_id, timedelta(hours=75))
    await asyncio.wait_for(world.handle(registration_id).result(), 20)
    assert await supervisor.supervision.evidence(registration_id, event.sequence) == replace(stored, evidence=None)
