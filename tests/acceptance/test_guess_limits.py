"""Every guess that somebody can make has an end, from wherever it comes, and keeps no client out."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from registration import errors
from registration.limits import LIMITS, WRONG, Act
from registration.statuses import Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import PASSWORD, another_address
from starter.gateway import CitizenGateway, PortalGateway
from tests.support.api import Api, problem
from tests.support.counting import counted
from tests.support.guessing import WRONG as WRONG_PASSWORD
from tests.support.guessing import WRONG_CODE, wrong_passwords
from tests.workflows.lives import bring, quiet

pytestmark = pytest.mark.usefixtures("counts_of_its_own")

NEXT: Final = "Egészen új jelszó"
UNKNOWN: Final = "senki.sincs.itt"
SITE: Final = "2001:db8:48"


@dataclass(frozen=True)
class Guess:
    """A wrong one at the account with a user name, from an address: as what it counts, and what refuses it."""

    act: Act
    refusal: type[errors.Refusal]
    make: Callable[[CitizenGateway, str, str], Awaitable[object]]


GUESSES: Final = {
    "authenticate": Guess(
        Act.LOG_IN,
        errors.WrongPassword,
        lambda citizen, name, address: citizen.authenticate(name, WRONG_PASSWORD, client_address=address),
    ),
    "change_password": Guess(
        Act.LOG_IN,
        errors.WrongPassword,
        lambda citizen, name, address: citizen.change_password(name, WRONG_PASSWORD, NEXT, client_address=address),
    ),
    "redeem_code": Guess(
        Act.REDEMPTION,
        errors.WrongCode,
        lambda citizen, name, address: citizen.redeem_code(name, WRONG_CODE, NEXT, client_address=address),
    ),
    "confirm NEW_EMAIL": Guess(
        Act.REDEMPTION,
        errors.WrongCode,
        lambda citizen, name, address: citizen.confirm(name, WRONG_CODE, Purpose.NEW_EMAIL, client_address=address),
    ),
    "confirm CLOSURE": Guess(
        Act.REDEMPTION,
        errors.WrongCode,
        lambda citizen, name, address: citizen.confirm(name, WRONG_CODE, Purpose.CLOSURE, client_address=address),
    ),
    "request_code": Guess(
        Act.CODE_REQUEST,
        errors.WrongPair,
        lambda citizen, name, address: citizen.request_code(name, "nem.ez@example.org", client_address=address),
    ),
}
NO_GUESSES: Final = {
    "change_password_of": "change_password, found by id",
    "confirm_password": "authenticate, found by id",
    "register": "counted by who asks",
    "register_signed": "counted by who asks",
    "user_name_is_free": "counted by who asks",
    "correct_email": "before the activation: user names are no secrets, and a registration's id is not guessed",
    "request_email_change": "after log-in",
    "request_closure": "after log-in",
    "change_language": "after log-in",
}
guesses = pytest.mark.parametrize("guess", GUESSES)


def test_every_way_to_guess_is_tried_here() -> None:
    """Whatever a client's address comes with is a guess, or named as none; codes of each purpose are guessed."""
    methods = {
        name
        for gateway in (PortalGateway, CitizenGateway)
        for name, method in inspect.getmembers(gateway, inspect.isfunction)
        if not name.startswith("_") and "client_address" in inspect.signature(method).parameters
    }
    assert {name.partition(" ")[0] for name in GUESSES} | NO_GUESSES.keys() == methods
    assert {guess.act for guess in GUESSES.values()} == WRONG.keys()
    assert {name.partition(" ")[2] for name in GUESSES} - {""} | {"PASSWORD"} == {*Purpose}


async def name_of(world: World, whose: str) -> str:
    """The user name of a client, or one that no client has."""
    if whose == "an unknown one's":
        return UNKNOWN
    _, filled = await bring(world, Status.TEMPORARY)
    return str(filled["user_name"])


async def refusal_of(world: World, guess: Guess, name: str, address: str) -> type[BaseException]:
    try:
        await guess.make(world.citizen, name, address)
    except errors.Refusal as refusal:
        return type(refusal)
    raise AssertionError("a wrong guess was let in")


async def use_up(world: World, act: Act, by: str, tries: int | None = None) -> None:
    """Lets so many more have been wrong, or all but none, than the one that was."""
    limits = [limit for limit in LIMITS if limit.act is act and "+".join(limit.by) == by]
    for limit in limits:
        done = await world.sql(
            "update attempts set tries = $1 where limit_name = $2 returning tries", tries or limit.tries, limit.name
        )
        assert done, limit.name


@guesses
@pytest.mark.parametrize("whose", ["a client's", "an unknown one's"])
async def test_a_hundred_guesses_from_everywhere_at_one_account_are_the_last(
    world: World, guess: str, whose: str
) -> None:
    """From networks that the account does not know; a name that no client has gets the same answer."""
    made, name = GUESSES[guess], await name_of(world, whose)
    assert await refusal_of(world, made, name, another_address()) is made.refusal
    await use_up(world, WRONG[made.act], "account", 99)
    assert await refusal_of(world, made, name, another_address()) is made.refusal
    for _ in range(2):
        assert await refusal_of(world, made, name, another_address()) is errors.TooManyGuesses
    assert await refusal_of(world, made, "senki.masnak", another_address()) is made.refusal, (
        "another account is no matter"
    )


@guesses
@pytest.mark.parametrize("whose", ["a client's", "an unknown one's"])
async def test_one_site_of_ipv6_makes_thirty_guesses_at_one_account(world: World, guess: str, whose: str) -> None:
    """65,536 networks of one owner are one guesser."""
    made, name = GUESSES[guess], await name_of(world, whose)
    answers = [await refusal_of(world, made, name, f"{SITE}:{number:x}::1") for number in range(34)]
    assert answers == [made.refusal] * 30 + [errors.TooManyGuesses] * 4
    assert await refusal_of(world, made, name, "2001:db8:49::1") is made.refusal


@guesses
async def test_one_address_and_one_site_make_so_many_guesses_over_all_accounts(world: World, guess: str) -> None:
    made, here = GUESSES[guess], "2001:db8:50:1::1"
    wrong = WRONG[made.act]
    assert await refusal_of(world, made, UNKNOWN, here) is made.refusal
    await use_up(world, wrong, "address")
    assert await refusal_of(world, made, "senki.masnak", here) is errors.TooManyGuesses
    assert await refusal_of(world, made, "senki.masnak", "2001:db8:50:2::1") is made.refusal
    await use_up(world, wrong, "site")
    assert await refusal_of(world, made, "senki.harmadiknak", "2001:db8:50:3::1") is errors.TooManyGuesses
    assert await refusal_of(world, made, "senki.harmadiknak", "2001:db8:51:1::1") is made.refusal


@guesses
async def test_a_known_network_may_not_guess_without_end_either(world: World, guess: str) -> None:
    """An attacker in the client's own network, such as an office's or a carrier's."""
    made, shared = GUESSES[guess], another_address()
    _, filled = await bring(world, Status.TEMPORARY)
    await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=shared)
    most = {limit.tries for limit in LIMITS if limit.act is made.act and limit.by == ("address", "account")}
    answers = [await refusal_of(world, made, filled["user_name"], shared) for _ in range(min(most) + 1)]
    assert answers == [made.refusal] * min(most) + [errors.TooManyGuesses]


async def test_sixty_guesses_at_once_from_one_site_are_not_told_more_than_thirty_times(world: World) -> None:
    _, filled = await bring(world, Status.TEMPORARY)
    answers = await asyncio.gather(
        *(
            refusal_of(world, GUESSES["authenticate"], filled["user_name"], f"{SITE}:{number:x}::1")
            for number in range(60)
        )
    )
    assert answers.count(errors.WrongPassword) == 30
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=f"{SITE}:ffff::1")


async def test_nobody_can_starve_the_client(world: World) -> None:
    """From a known network as ever; from a new one with a code, whose letter goes out although the answer says no."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    name, home, new = filled["user_name"], another_address(), another_address()
    await world.citizen.authenticate(name, PASSWORD, client_address=home)
    for guess in {guess.act: guess for guess in GUESSES.values()}.values():
        assert await refusal_of(world, guess, name, another_address()) is guess.refusal
        await use_up(world, WRONG[guess.act], "account")
    assert await world.citizen.authenticate(name, PASSWORD, client_address=home)
    assert (await world.citizen.request_code(name, filled["email"], client_address=home)).code_valid_until
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.authenticate(name, PASSWORD, client_address=new)
    await quiet(world, registration_id)
    before = len(world.letters(filled["email"]))
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.request_code(name, filled["email"], client_address=new)
    code = await world.code(filled["email"], before + 1)
    await world.citizen.redeem_code(name, code, NEXT, client_address=new)
    assert await world.citizen.authenticate(name, NEXT, client_address=new)
    await world.citizen.change_password(name, NEXT, PASSWORD, client_address=new)
    assert await world.citizen.authenticate(name, PASSWORD, client_address=new)


async def test_a_right_pair_is_told_what_a_wrong_one_is_told_once_others_have_guessed_too_often(world: World) -> None:
    """No oracle; and no letter at all to an address that has itself been wrong too often."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    name, here = filled["user_name"], another_address()
    assert await refusal_of(world, GUESSES["request_code"], name, here) is errors.WrongPair
    await use_up(world, Act.WRONG_PAIR, "account")
    wrong: list[int] = []
    right: list[int] = []
    for email, seconds in ((filled["email"], right), (f"x{filled['email']}", wrong)):
        with pytest.raises(errors.TooManyGuesses) as refused:
            await world.citizen.request_code(name, email, client_address=another_address())
        seconds.append(refused.value.seconds)
    assert abs(wrong[0] - right[0]) <= SECONDS_BETWEEN
    await world.letter(filled["email"], 3)
    await world.sql("delete from attempts where limit_name like 'WRONG_PAIR account%'")
    await use_up(world, Act.WRONG_PAIR, "address")
    await world.sql("delete from attempts where limit_name like 'CODE_REQUEST%'")
    await quiet(world, registration_id)
    before = len(world.letters(filled["email"]))
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.request_code(name, filled["email"], client_address=here)
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == before


SECONDS_BETWEEN: Final = 20
"""Between two answers on a busy machine."""


async def test_over_http_too_a_hundred_wrong_ones_at_one_account_are_the_last(api: Api, world: World) -> None:
    """The portal tells the client's address; the account is the same whichever portal asks."""
    _, filled = await bring(world, Status.TEMPORARY)
    name = filled["user_name"]
    wrong = {
        "/v1/sessions": ({"user_name": name, "password": WRONG_PASSWORD}, "wrong-password"),
        "/v1/code-redemptions": ({"user_name": name, "code": WRONG_CODE, "purpose": "CLOSURE"}, "wrong-code"),
        "/v1/code-requests": ({"user_name": name, "email": "nem.ez@example.org"}, "wrong-pair"),
    }
    for path, (body, refusal) in wrong.items():
        answer = await api.post(path, body | {"client_address": another_address()})
        assert problem(answer) == (422, refusal)
    for act in WRONG.values():
        await use_up(world, act, "account")
    for path, (body, _) in wrong.items():
        answer = await api.post(path, body | {"client_address": another_address()})
        assert problem(answer) == (429, "too-many-attempts")
        assert 0 < int(answer.headers["retry-after"]) <= 86_400
    assert (await api.log_in(name)).status_code == 200, "from the network that it was activated from"


async def test_four_hundred_wrong_pairs_from_one_address_find_nobody(world: World) -> None:
    """The hundredth over all accounts is the last; then the right one learns nothing and sends nothing."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    here, before = another_address(), len(world.letters(filled["email"]))
    answers = [await refusal_of(world, GUESSES["request_code"], f"senki.{number}", here) for number in range(400)]
    assert answers == [errors.WrongPair] * 100 + [errors.TooManyGuesses] * 300
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.request_code(filled["user_name"], filled["email"], client_address=here)
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == before


async def test_an_id_that_is_typed_as_a_name_fills_no_count_of_its_account(world: World) -> None:
    """Ids are in URLs; names that no client has are counted apart from them."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    for _ in range(101):
        with pytest.raises((errors.WrongPassword, errors.TooManyGuesses)):
            await world.citizen.authenticate(registration_id, WRONG_PASSWORD, client_address=another_address())
    assert await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=another_address())


async def test_what_is_refused_for_its_address_leaves_no_row_behind(world: World) -> None:
    """Or whoever is refused could fill the table with accounts that he only names."""
    here = another_address()
    await wrong_passwords(world, UNKNOWN, here, 1)
    await use_up(world, Act.WRONG_PASSWORD, "address")
    (before,) = await world.sql("select count(*) as rows from attempts")
    for number in range(20):
        assert await refusal_of(world, GUESSES["authenticate"], f"senki.{number}", here) is errors.TooManyGuesses
    assert await world.sql("select count(*) as rows from attempts") == [before]


async def test_the_last_ten_networks_are_known_and_each_account_knows_its_own(world: World) -> None:
    registration_id, filled = await bring(world, Status.TEMPORARY)
    other_id, other = await bring(world, Status.TEMPORARY)
    name, addresses = filled["user_name"], [another_address() for _ in range(12)]
    for address in [*addresses, addresses[1]]:
        await world.citizen.authenticate(name, PASSWORD, client_address=address)
    await world.citizen.authenticate(other["user_name"], PASSWORD, client_address=addresses[1])
    networks = "select networks from credentials where registration_id = $1 and state = 'ADOPTED'"
    mine, others = [set((await world.sql(networks, owner))[0]["networks"]) for owner in (registration_id, other_id)]
    assert len(mine) == 10
    assert not mine & others
    await wrong_passwords(world, name, another_address(), 1)
    await use_up(world, Act.WRONG_PASSWORD, "account")
    known = [await lets_in(world, name, address) for address in addresses]
    assert known == [False, True, False, *[True] * 9]


async def lets_in(world: World, name: str, address: str) -> bool:
    try:
        await world.citizen.authenticate(name, PASSWORD, client_address=address)
    except errors.TooManyGuesses:
        return False
    return True


@guesses
async def test_beyond_the_limit_everybody_and_nobody_cost_the_same(world: World, guess: str) -> None:
    made = GUESSES[guess]
    names = [await name_of(world, whose) for whose in ("a client's", "an unknown one's")]
    async with counted(world) as counting:
        costs: list[Any] = []
        for name in names:
            assert await refusal_of(world, made, name, another_address()) is made.refusal
            await use_up(world, WRONG[made.act], "account")
            counting.look()
            with pytest.raises(errors.TooManyGuesses):
                await made.make(counting.citizen, name, another_address())
            costs.append(counting.look())
    assert costs[0].queries
    assert costs == [costs[0]] * 2
