"""Known, unknown and inactive users cost the same, so that no answer's time tells who is registered (principle 9).

Counted, not timed: hashes, statements, unwrapped keys.
"""

import pytest

from registration import errors
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import PASSWORD, another_address, form
from tests.support.counting import counted
from tests.workflows.lives import bring

UNKNOWN = "senki.sincs.itt"
LOG_IN_STATEMENTS = 2
"""The account with the count, and what becomes of the counts and of the log-in: the hash is between them."""


@pytest.fixture
async def names(world: World) -> list[str]:
    """Somebody who may log in, somebody without a password yet, somebody inactive, and an unknown user name."""
    _, temporary = await bring(world, Status.TEMPORARY)
    _, without_password, _ = await world.registered()
    _, inactive = await bring(world, Status.INACTIVE)
    return [temporary["user_name"], without_password["user_name"], inactive["user_name"], UNKNOWN]


async def test_a_wrong_password_costs_one_hash_and_the_same_statements_whoever_is_meant(
    world: World, names: list[str]
) -> None:
    async with counted(world) as counting:
        costs = []
        for name in names:
            with pytest.raises(errors.WrongPassword):
                await counting.citizen.authenticate(name, "nem ez a jelszó", client_address=another_address())
            costs.append(counting.look())
    assert [cost.hashes for cost in costs] == [1] * len(names)
    assert costs == [costs[0]] * len(names)
    assert len(costs[0].queries) == LOG_IN_STATEMENTS


async def test_a_right_password_costs_one_hash_too_also_where_the_status_lets_nobody_in(world: World) -> None:
    _, temporary = await bring(world, Status.TEMPORARY)
    _, inactive = await bring(world, Status.INACTIVE)
    async with counted(world) as counting:
        await counting.citizen.authenticate(temporary["user_name"], PASSWORD, client_address=another_address())
        let_in = counting.look()
        with pytest.raises(errors.VisitABody):
            await counting.citizen.authenticate(inactive["user_name"], PASSWORD, client_address=another_address())
        kept_out = counting.look()
    assert let_in == kept_out
    assert let_in.hashes == 1
    assert len(let_in.queries) == LOG_IN_STATEMENTS


async def test_a_wrong_present_password_costs_one_hash_and_the_same_statements(world: World, names: list[str]) -> None:
    async with counted(world) as counting:
        costs = []
        for name in names:
            with pytest.raises(errors.WrongPassword):
                await counting.citizen.change_password(
                    name, "nem ez a jelszó", "Egészen új jelszó", client_address=another_address()
                )
            costs.append(counting.look())
    assert [cost.hashes for cost in costs] == [1] * len(names)
    assert costs == [costs[0]] * len(names)


async def test_a_wrong_code_costs_the_same_statements_whoever_is_meant(world: World, names: list[str]) -> None:
    """No hash belongs here: the code is compared, and the chosen password is hashed only once it is right."""
    async with counted(world) as counting:
        costs = []
        for name in names:
            with pytest.raises(errors.WrongCode):
                await counting.citizen.redeem_code(
                    name, "0000-0000-0000-0000", PASSWORD, client_address=another_address()
                )
            costs.append(counting.look())
    assert costs[0].hashes == 0
    assert costs[0].queries
    assert costs == [costs[0]] * len(names)


async def test_a_wrong_pair_costs_the_same_whether_user_name_or_address_is_wrong(
    world: World, names: list[str]
) -> None:
    """S8: the answer does not say which one is wrong, nor does its time; all are compared with something sealed."""
    async with counted(world) as counting:
        costs, answers = [], set()
        for name in names:
            with pytest.raises(errors.WrongPair) as refused:
                await counting.citizen.request_code(name, "nem.ez@example.org", client_address=another_address())
            answers.add(str(refused.value))
            costs.append(counting.look())
    assert costs[0].keys == 1
    assert costs == [costs[0]] * len(names)
    assert len(answers) == 1


async def test_no_request_can_be_nobody(world: World) -> None:
    """The rows that unknown user names are compared with let no one in."""
    with pytest.raises(errors.WrongPair):
        await world.citizen.request_code(UNKNOWN, "senki.sincs.itt@example.org", client_address=another_address())
    assert await world.portal.user_name_is_free(form()["user_name"], client_address=another_address())
