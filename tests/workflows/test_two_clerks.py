"""Two clerks at the same account at once: one wins, the other is shown by whom and when."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import pytest
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateInput,
    WorkflowUpdateHandle,
)

from registration.budapest import in_budapest
from registration.descriptions import ActorAnswer, PresentStatus
from registration.errors import AlreadyReactivated, time_fact
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind
from registration.record import EventKind
from registration.state import Imported
from registration.statuses import Channel, Language, Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, form
from starter.gateway import DeskGateway, open_engine
from starter.gateway.engine import new_request_id, now
from starter.translation import translated
from store.rows import state_of
from temporal.registrations import launch
from tests.workflows.lives import bring, quiet

ROUNDS: Final = 100
ROUNDS_WITH_AN_ADDRESS: Final = 20
OPERATOR: Final = Actor(ActorKind.OPERATOR, "operator-1")


@dataclass(frozen=True)
class Wish:
    """What a clerk asks for: a reactivation, with a new address or without."""

    address: str | None
    request_id: str = field(default_factory=new_request_id)

    def at(self, desk: DeskGateway, registration_id: str) -> Coroutine[Any, Any, PresentStatus]:
        """Asks."""
        if self.address is None:
            return desk.reactivate(registration_id, EVIDENCE, request_id=self.request_id)
        return desk.change_email_and_reactivate(registration_id, self.address, EVIDENCE, request_id=self.request_id)


class Door(Interceptor, OutboundInterceptor):
    """Holds a gateway's updates until it is opened: whatever comes before one has been done by then."""

    def __init__(self) -> None:
        """Closed."""
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002  the SDK's name
        OutboundInterceptor.__init__(self, next)
        return self

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
        self.reached.set()
        await self.opened.wait()
        return await super().start_workflow_update(input)


@asynccontextmanager
async def behind(world: World, door: Door) -> AsyncIterator[DeskGateway]:
    """A second process's gateway, for another clerk, whose updates wait at a door."""
    config = world.client.config()
    config["interceptors"] = [*config["interceptors"], door]
    async with open_engine(world.settings, Client(**config)) as engine:
        yield DeskGateway(engine, "clerk-8", "1052")


async def inactive(world: World) -> str:
    """An account that was inactive already when it was taken over."""
    return (await inactive_with_form(world))[0]


async def inactive_with_form(world: World) -> tuple[str, dict[str, Any]]:
    """The same with its form."""
    filled = form()
    row = await world.engine.intake.submit(
        RegistrationForm.parse(filled, today=now().date()),
        Channel.ONLINE,
        OPERATOR,
        now(),
        imported=Imported(Status.INACTIVE, None, identity_verified=True),
    )
    await launch(world.client, state_of(row, None))
    await world.until(row.registration_id, Status.INACTIVE)
    return row.registration_id, filled


async def test_of_two_clerks_who_reactivate_at_once_one_wins_and_the_other_is_told_by_whom_and_when(
    world: World,
) -> None:
    """A hundred accounts, two offices, two processes' gateways; asked again, each gets the same answer again."""
    async with open_engine(world.settings, world.client) as second:
        desks = [DeskGateway(world.engine, "clerk-7", "1051"), DeskGateway(second, "clerk-8", "1052")]
        for round_ in range(ROUNDS):
            registration_id, requests = await inactive(world), [new_request_id(), new_request_id()]
            order = (0, 1) if round_ % 2 else (1, 0)
            asked = [desks[one].reactivate(registration_id, EVIDENCE, request_id=requests[one]) for one in order]
            outcomes = dict(zip(order, await asyncio.gather(*asked, return_exceptions=True), strict=True))
            winner = next(one for one, outcome in outcomes.items() if isinstance(outcome, PresentStatus))
            refusal = outcomes[1 - winner]
            assert isinstance(refusal, AlreadyReactivated), outcomes
            await _check(world, registration_id, requests[winner], refusal)
            repeated = [desks[one].reactivate(registration_id, EVIDENCE, request_id=requests[one]) for one in (0, 1)]
            again = await asyncio.gather(*repeated, return_exceptions=True)
            assert again[winner] == outcomes[winner]
            assert repr(again[1 - winner]) == repr(refusal)


async def _check(world: World, registration_id: str, request_id: str, refusal: AlreadyReactivated) -> None:
    """There is one reactivation and one live code, and the refusal names clerk, office and time of that event."""
    events, stored = await world.audit.events(registration_id), await world.audit.snapshot(registration_id)
    (reactivated,) = [event for event in events if event.kind is EventKind.REACTIVATED]
    assert reactivated.request_id == request_id
    assert stored.codes == reactivated.codes
    assert len(stored.codes) == 1
    clerk = reactivated.actor
    assert refusal.facts == {"clerk": clerk.id, "office": clerk.office, "at": time_fact(reactivated.at)}
    for language in Language:
        text = translated(refusal.sentence, language)
        assert all(fact in text for fact in (clerk.id, str(clerk.office), in_budapest(reactivated.at)))
    assert stored.by == clerk
    assert (await world.audit.describe(registration_id)).by == ActorAnswer.of(clerk)


async def test_of_a_plain_reactivation_and_one_with_a_new_address_at_once_the_loser_changes_nothing(
    world: World,
) -> None:
    """Whoever wins; each is the first to begin in half of the rounds."""
    async with open_engine(world.settings, world.client) as second:
        desks = DeskGateway(world.engine, "clerk-7", "1051"), DeskGateway(second, "clerk-8", "1052")
        for round_ in range(ROUNDS_WITH_AN_ADDRESS):
            registration_id, filled = await inactive_with_form(world)
            wishes = [Wish(None), Wish(f"uj.{filled['email']}")]
            if round_ % 2:
                wishes.reverse()
            asked = [wish.at(desk, registration_id) for wish, desk in zip(wishes, desks, strict=True)]
            outcomes = await asyncio.gather(*asked, return_exceptions=True)
            winner = next(one for one, outcome in enumerate(outcomes) if isinstance(outcome, PresentStatus))
            await _changed_nothing(world, registration_id, filled, wishes[winner], wishes[1 - winner])
            refusal = outcomes[1 - winner]
            assert isinstance(refusal, AlreadyReactivated), outcomes
            await _check(world, registration_id, wishes[winner].request_id, refusal)


@pytest.mark.parametrize("while_recording", [True, False], ids=["while the first is recorded", "after its answer"])
@pytest.mark.parametrize(
    ("first", "second"),
    [(None, None), (None, "uj"), ("uj", None), ("uj", "masik")],
    ids=["plain, plain", "plain, address", "address, plain", "address, address"],
)
async def test_a_reactivation_that_comes_second_changes_nothing(
    world: World, first: str | None, second: str | None, while_recording: bool
) -> None:
    """In either order, although both have begun: evidence and address of the second are written before the first wins.

    It comes while the first decision is being recorded, and passes the validator; or afterwards, and does not.
    """
    door, desk = Door(), DeskGateway(world.engine, "clerk-7", "1051")
    registration_id, filled = await inactive_with_form(world)
    winner, loser = (Wish(where and f"{where}.{filled['email']}") for where in (first, second))
    async with behind(world, door) as other, asyncio.TaskGroup() as asking:
        losing = asking.create_task(_refused(loser.at(other, registration_id)))
        await asyncio.wait_for(door.reached.wait(), SOON_SECONDS)
        if while_recording:
            async with nothing_recorded(world):
                winning = asking.create_task(winner.at(desk, registration_id))
                await _accepted(world, registration_id, 1)
                door.opened.set()
                await _accepted(world, registration_id, 2)
            await winning
        else:
            await winner.at(desk, registration_id)
            door.opened.set()
        refusal = await losing
    await _check(world, registration_id, winner.request_id, refusal)
    await _changed_nothing(world, registration_id, filled, winner, loser)
    assert await _number_accepted(world, registration_id) == (2 if while_recording else 1)


async def _refused(asked: Coroutine[Any, Any, PresentStatus]) -> AlreadyReactivated:
    with pytest.raises(AlreadyReactivated) as refusal:
        await asked
    return refusal.value


@asynccontextmanager
async def nothing_recorded(world: World) -> AsyncIterator[None]:
    """What was decided waits for its record, as long as the context lasts."""
    connection = await asyncpg.connect(world.addresses.database)
    try:
        async with connection.transaction():
            await connection.execute("lock table events in exclusive mode")
            yield
    finally:
        await connection.close()


async def _accepted(world: World, registration_id: str, number: int) -> None:
    """Waits until so many updates have passed the validator."""
    async with asyncio.timeout(SOON_SECONDS):
        while await _number_accepted(world, registration_id) < number:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.02)


async def _number_accepted(world: World, registration_id: str) -> int:
    history = await world.handle(registration_id).fetch_history()
    return sum(event.HasField("workflow_execution_update_accepted_event_attributes") for event in history.events)


async def _changed_nothing(
    world: World, registration_id: str, filled: dict[str, Any], winner: Wish, loser: Wish
) -> None:
    """Neither address, nor code, nor letters: the winner's code goes to the winner's address, and to no other."""
    await quiet(world, registration_id)
    opening, *_, last = await world.audit.events(registration_id)
    assert (last.email_id != opening.email_id) is (winner.address is not None)
    contact = await world.engine.reader.contact(registration_id)
    assert contact
    assert contact.email == (winner.address or filled["email"])
    assert len(world.letters(filled["email"])) == 1  # the code, or the notice that another address took over
    if winner.address:
        assert len(world.letters(winner.address)) == 2
    if loser.address:
        assert world.letters(loser.address) == []


async def test_a_signal_that_comes_second_leaves_an_event_that_says_so(world: World) -> None:
    """Principle 12."""
    registration_id, _ = await bring(world, Status.AWAITING_REACTIVATION)
    await world.desk.signal_reactivate(registration_id, EVIDENCE)
    await quiet(world, registration_id)
    last = (await world.audit.events(registration_id))[-1]
    assert (last.kind, last.refusal) == (EventKind.SIGNAL_REFUSED, AlreadyReactivated.__name__)
