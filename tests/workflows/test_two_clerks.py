"""Two clerks at the same account at once: one wins, the other is told by whom and when (issue 4, point 4)."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from activities.reconciliation import state_of
from registration.errors import AlreadyReactivated
from registration.forms import RegistrationForm
from registration.messages import Actor, ActorKind, Answer
from registration.record import EventKind
from registration.state import Imported
from registration.statuses import Channel, Language, Status
from registration.times import in_budapest
from starter.gateway import DeskGateway, open_engine
from starter.gateway.engine import new_request_id, now
from temporal.registrations import launch
from tests.support.world import EVIDENCE, World, form
from tests.workflows.lives import bring, quiet

ROUNDS: Final = 100
ROUNDS_WITH_AN_ADDRESS: Final = 20
OPERATOR: Final = Actor(ActorKind.OPERATOR, "operator-1")


async def inactive(world: World) -> str:
    """An account that was inactive already when it was taken over."""
    return (await inactive_with_form(world))[0]


async def inactive_with_form(world: World) -> tuple[str, dict[str, Any]]:
    """The same with its form."""
    filled = form()
    row = await world.engine.writer.submit(
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
    """A hundred accounts, two offices, two processes' gateways; asked again, each hears the same again."""
    won = []
    async with open_engine(world.settings, world.client) as second:
        desks = [DeskGateway(world.engine, "clerk-7", "1051"), DeskGateway(second, "clerk-8", "1052")]
        for round_ in range(ROUNDS):
            registration_id, requests = await inactive(world), [new_request_id(), new_request_id()]
            order = (0, 1) if round_ % 2 else (1, 0)
            asked = [desks[one].reactivate(registration_id, EVIDENCE, request_id=requests[one]) for one in order]
            outcomes = dict(zip(order, await asyncio.gather(*asked, return_exceptions=True), strict=True))
            winner = next(one for one, outcome in outcomes.items() if isinstance(outcome, Answer))
            refusal = outcomes[1 - winner]
            assert isinstance(refusal, AlreadyReactivated), outcomes
            await _check(world, registration_id, requests[winner], refusal)
            repeated = [desks[one].reactivate(registration_id, EVIDENCE, request_id=requests[one]) for one in (0, 1)]
            again = await asyncio.gather(*repeated, return_exceptions=True)
            assert again[winner] == outcomes[winner]
            assert repr(again[1 - winner]) == repr(refusal)
            won.append(winner)
    assert set(won) == {0, 1}


async def _check(world: World, registration_id: str, request_id: str, refusal: AlreadyReactivated) -> None:
    """One reactivation stands, one code lives, and the refusal names clerk, office and time of that event."""
    events, stored = await world.audit.events(registration_id), await world.audit.snapshot(registration_id)
    (reactivated,) = [event for event in events if event.kind is EventKind.REACTIVATED]
    assert reactivated.request_id == request_id
    assert stored.codes == reactivated.codes
    assert len(stored.codes) == 1
    clerk = reactivated.actor
    assert refusal.facts == {"clerk": clerk.id, "office": clerk.office, "at": in_budapest(reactivated.at)}
    for language in Language:
        assert all(fact in refusal.sentence(language) for fact in refusal.facts.values())
    assert stored.by == (await world.audit.describe(registration_id)).by == clerk


async def test_of_a_plain_reactivation_and_one_with_a_new_address_at_once_the_loser_changes_nothing(
    world: World,
) -> None:
    """Neither address, nor code, nor letters: the winner's code goes to the winner's address, and to no other."""
    won = []
    async with open_engine(world.settings, world.client) as second:
        plain, elsewhere = DeskGateway(world.engine, "clerk-7", "1051"), DeskGateway(second, "clerk-8", "1052")
        for round_ in range(ROUNDS_WITH_AN_ADDRESS):
            registration_id, filled = await inactive_with_form(world)
            fresh, requests = f"uj.{filled['email']}", [new_request_id(), new_request_id()]
            asked = [
                plain.reactivate(registration_id, EVIDENCE, request_id=requests[0]),
                elsewhere.change_email_and_reactivate(registration_id, fresh, EVIDENCE, request_id=requests[1]),
            ]
            # What reads the evidence and writes the address first is slower: it gets a start in some rounds.
            outcomes = await _both(asked, first=round_ % 2)
            winner = next(one for one, outcome in enumerate(outcomes) if isinstance(outcome, Answer))
            refusal = outcomes[1 - winner]
            assert isinstance(refusal, AlreadyReactivated), outcomes
            await _check(world, registration_id, requests[winner], refusal)
            await quiet(world, registration_id)
            opening, *_, last = await world.audit.events(registration_id)
            assert (last.email_id != opening.email_id) is bool(winner)
            assert len(world.letters(fresh)) == (2 if winner else 0)
            assert len(world.letters(filled["email"])) == 1  # the code, or the notice that another address took over
            stored = await world.engine.reader.address(registration_id, last.email_id)
            assert stored == (fresh if winner else filled["email"])
            won.append(winner)
    assert set(won) == {0, 1}


async def _both(asked: list[Coroutine[Any, Any, Answer]], *, first: int) -> list[Answer | BaseException]:
    """Both at once, one of them begun some milliseconds earlier."""
    ahead = asyncio.ensure_future(asked[first])
    await asyncio.sleep(0.003)
    outcomes = [*await asyncio.gather(ahead, asked[1 - first], return_exceptions=True)]
    return outcomes if first == 0 else outcomes[::-1]


async def test_a_signal_that_comes_second_leaves_an_event_that_says_so(world: World) -> None:
    """Principle 12."""
    registration_id, _ = await bring(world, Status.AWAITING_REACTIVATION)
    await world.desk.signal_reactivate(registration_id, EVIDENCE)
    await quiet(world, registration_id)
    last = (await world.audit.events(registration_id))[-1]
    assert (last.kind, last.refusal) == (EventKind.SIGNAL_REFUSED, AlreadyReactivated.__name__)
