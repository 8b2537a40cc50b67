"""Policies, offices, disabled staff and bulk extensions: who writes to them past the gateway is named by the change."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from registration.extensions import ExtensionState
from registration.policy import Policy
from starter.dev.installation import SOON_SECONDS, World
from starter.gateway import FindingLine, OperationsGateway
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers
from tests.support.verifying import found
from worker import running_workers

BEFORE = datetime.now(UTC) + timedelta(days=1000)
ACCOUNTS = 3
OFFICE = {"body": "OKMANYIRODA", "name": "Okmányiroda", "address": "9999 Falu", "open": "true"}


class Owner:
    """What the owner of the database has before him; each act names what it is about."""

    def __init__(self, world: World, database: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.world = world
        self.sql = database.execute
        self.extensions: dict[str, str] = {}
        self.accounts: list[str] = []


Act = Callable[[Owner], Awaitable[str]]


async def puts_a_policy_of_a_hundred_years_in_force(owner: Owner) -> str:
    await owner.sql("""insert into policies values (1000, '{"version": 1000, "validity_max_years": 100}', now())""")
    return "policy 1000"


async def edits_the_first_policy(owner: Owner) -> str:
    await owner.sql(
        "update policies set body = replace(body, '\"grace_days\":60', '\"grace_days\":9999') where version = 1"
    )
    return "policy 1"


async def says_that_a_policy_was_adopted_earlier(owner: Owner) -> str:
    await owner.sql("update policies set adopted_at = adopted_at - interval '1 year' where version = 2")
    return "policy 2"


async def deletes_the_newest_policy(owner: Owner) -> str:
    await owner.sql("delete from policies where version = 3")
    return "policy 3"


async def enables_a_disabled_clerk(owner: Owner) -> str:
    await owner.sql("delete from disabled_staff where id = 'clerk-disabled'")
    return "staff clerk-disabled"


async def disables_an_honest_clerk(owner: Owner) -> str:
    await owner.sql("insert into disabled_staff values ('clerk-honest', now(), 'operator-1')")
    return "staff clerk-honest"


async def disables_a_clerk_again_who_was_enabled(owner: Owner) -> str:
    await owner.sql("insert into disabled_staff values ('clerk-enabled', now(), 'operator-1')")
    return "staff clerk-enabled"


async def hides_who_disabled_a_clerk(owner: Owner) -> str:
    await owner.sql("update disabled_staff set disabled_by = 'operator-9' where id = 'clerk-kept'")
    return "staff clerk-kept"


async def inserts_an_office(owner: Owner) -> str:
    await owner.sql("insert into offices values ('6666', 'OKMANYIRODA', 'Sehol', '6666 Sehol', true)")
    return "office 6666"


async def moves_an_office(owner: Owner) -> str:
    await owner.sql("update offices set address = '1000 Máshol' where code = '9021'")
    return "office 9021"


async def opens_a_closed_office(owner: Owner) -> str:
    await owner.sql("update offices set open = true where code = '1000-R'")
    return "office 1000-R"


async def deletes_an_office(owner: Owner) -> str:
    await owner.sql("delete from offices where code = 'UK-1'")
    return "office UK-1"


async def puts_an_office_back_as_it_was_once(owner: Owner) -> str:
    """An older copy of a row is no row that the last entry tells."""
    await owner.sql("update offices set name = 'Okmányiroda' where code = '9998'")
    return "office 9998"


async def changes_the_terms_of_an_extension_that_waits(owner: Owner) -> str:
    await owner.sql("update extensions set days = 3650 where id = $1", owner.extensions["asked"])
    return f"extension {owner.extensions['asked']}"


async def approves_an_extension_that_waits(owner: Owner) -> str:
    await owner.sql(
        "update extensions set approved_by = 'operator-2', approved_at = now() where id = $1",
        owner.extensions["waiting"],
    )
    return f"extension {owner.extensions['waiting']}"


async def takes_an_approval_back(owner: Owner) -> str:
    await owner.sql(
        "update extensions set approved_by = null, approved_at = null where id = $1", owner.extensions["approved"]
    )
    return f"extension {owner.extensions['approved']}"


async def invents_an_extension(owner: Owner) -> str:
    extension_id = uuid4()
    await owner.sql("insert into extensions values ($1, now(), 1, 'operator-1', now())", extension_id)
    return f"extension {extension_id}"


async def deletes_an_extension(owner: Owner) -> str:
    await owner.sql("delete from extensions where id = $1", owner.extensions["deleted"])
    return f"extension {owner.extensions['deleted']}"


async def moves_an_end_on_an_approved_list(owner: Owner) -> str:
    await owner.sql(
        "update extension_items set valid_until = valid_until - interval '1 day' where extension_id = $1 "
        "and registration_id = $2",
        *(owner.extensions["done"], owner.accounts[0]),
    )
    return f"extension {owner.extensions['done']}"


async def puts_an_account_on_an_approved_list(owner: Owner) -> str:
    await owner.sql(
        "insert into extension_items select extension_id, $2, valid_until, until, outcome, detail from extension_items "
        "where extension_id = $1 limit 1",
        *(owner.extensions["some"], owner.accounts[-1]),
    )
    return f"extension {owner.extensions['some']}"


async def says_that_an_extension_is_done_which_is_not(owner: Owner) -> str:
    """The account of the list is never extended, and no check follows."""
    await owner.sql(
        "update extension_items set outcome = null where extension_id = $1 and registration_id = $2",
        *(owner.extensions["open"], owner.accounts[1]),
    )
    return f"extension {owner.extensions['open']}"


NAMED: dict[Act, tuple[str, int]] = {
    puts_a_policy_of_a_hundred_years_in_force: ("POLICY_DIFFERS", 1),
    edits_the_first_policy: ("POLICY_DIFFERS", 1),
    says_that_a_policy_was_adopted_earlier: ("POLICY_DIFFERS", 1),
    deletes_the_newest_policy: ("POLICY_DIFFERS", 1),
    enables_a_disabled_clerk: ("STAFF_DIFFERS", 1),
    disables_an_honest_clerk: ("STAFF_DIFFERS", 1),
    disables_a_clerk_again_who_was_enabled: ("STAFF_DIFFERS", 1),
    hides_who_disabled_a_clerk: ("STAFF_DIFFERS", 1),
    inserts_an_office: ("OFFICE_DIFFERS", 1),
    moves_an_office: ("OFFICE_DIFFERS", 1),
    opens_a_closed_office: ("OFFICE_DIFFERS", 1),
    deletes_an_office: ("OFFICE_DIFFERS", 1),
    puts_an_office_back_as_it_was_once: ("OFFICE_DIFFERS", 1),
    changes_the_terms_of_an_extension_that_waits: ("EXTENSION_DIFFERS", 1),
    approves_an_extension_that_waits: ("EXTENSION_DIFFERS", 1),
    takes_an_approval_back: ("EXTENSION_DIFFERS", 1),
    invents_an_extension: ("EXTENSION_DIFFERS", 1),
    deletes_an_extension: ("EXTENSION_DIFFERS", 1),
    moves_an_end_on_an_approved_list: ("EXTENSION_DIFFERS", 1),
    puts_an_account_on_an_approved_list: ("EXTENSION_DIFFERS", 1),
    says_that_an_extension_is_done_which_is_not: ("EXTENSION_DIFFERS", 1),
}
_NAMES = {act.__name__: act for act in NAMED}


class Administered:
    """What was found before and after everything was done, and what each act was about."""

    def __init__(
        self, before: list[FindingLine], after: list[FindingLine], about: dict[str, str], accounts: list[str]
    ) -> None:
        self.before = before
        self.after = after
        self.about = about
        self.accounts = accounts


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def administered(shared: SharedServers) -> AsyncIterator[Administered]:
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        database = await asyncpg.connect(world.addresses.database)
        owner = Owner(world, database)
        await administer(owner)
        await world.audit.checkpoints.make()
        before = await found(world)
        about = {name: await act(owner) for name, act in _NAMES.items()}
        yield Administered(before, await found(world), about, owner.accounts)
        await database.close()


async def administer(owner: Owner) -> None:
    """Everything that an operator does, done through the gateway."""
    world = owner.world
    administration = OperationsGateway(world.engine, "operator-1")
    for version in (2, 3):
        await world.operations.adopt_policy(Policy(version=version, grace_days=60 + version))
    for clerk in ("clerk-disabled", "clerk-enabled", "clerk-kept"):
        await administration.disable_staff(clerk)
    await administration.disable_staff("clerk-kept")
    await administration.enable_staff("clerk-enabled")
    for changes in ({}, {"name": "Másik"}):
        await administration.offices.put({"code": "9998", **OFFICE, **changes})
    for name in ("asked", "waiting", "approved", "deleted"):
        owner.extensions[name] = (await world.operations.extensions.request(BEFORE, days=1)).extension_id
    second = OperationsGateway(world.engine, "operator-2")
    await second.extensions.approve(owner.extensions["approved"])
    await second.extensions.approve(owner.extensions["approved"])
    accounts = [(await world.active())[0] for _ in range(ACCOUNTS)]
    for name in ("done", "open"):
        owner.extensions[name] = await carried_out(world, BEFORE)
    last = "select password_valid_until, id from registrations order by 1"
    owner.accounts = [str(row["id"]) for row in await world.sql(last)]
    assert sorted(owner.accounts) == sorted(accounts)
    owner.extensions["some"] = await carried_out(world, (await world.sql(last))[-1]["password_valid_until"])


async def carried_out(world: World, before: datetime) -> str:
    """An extension of all accounts, from the request to its end."""
    extension = await world.operations.extensions.request(before, days=10)
    second = OperationsGateway(world.engine, "operator-2")
    await second.extensions.approve(extension.extension_id)
    await second.extensions.start(extension.extension_id, rate=500)

    async def is_done() -> bool:
        return (await second.extensions.status(extension.extension_id)).state is ExtensionState.DONE

    await eventually(is_done, within_seconds=SOON_SECONDS * 3)
    return extension.extension_id


def test_what_operators_do_is_whole(administered: Administered) -> None:
    assert administered.before == []


@pytest.mark.parametrize("name", _NAMES)
def test_somebody_who(name: str, administered: Administered) -> None:
    """... is found, by the right name, and nothing else is said of what he changed."""
    kind, count = NAMED[_NAMES[name]]
    named = [str(finding.kind) for finding in administered.after if finding.about == administered.about[name]]
    assert named == [kind] * count


def test_every_finding_is_about_something_that_was_changed(administered: Administered) -> None:
    """Who was decided by the first policy did not begin with the present one; one was put on another's list.

    One has an end on a list that is not the moved one and the days of the extension.
    """
    others = [one for one in administered.after if one.about not in administered.about.values()]
    assert {one.about for one in others} == set(administered.accounts)
    assert Counter(str(one.kind) for one in others) == {"HISTORY_DIFFERS": ACCOUNTS, "EXTENSION_DIFFERS": 2}


async def test_an_account_that_stands_on_a_list_before_it_is_fixed_is_not_extended(shared: SharedServers) -> None:
    """Whoever puts one there with another end gets nothing: the worker makes the list anew."""
    async with installation_on(shared) as (_, world), running_workers(world.client, world.settings):
        account, _ = await world.active()
        extension = await world.operations.extensions.request(BEFORE, days=10)
        await OperationsGateway(world.engine, "operator-2").extensions.approve(extension.extension_id)
        await world.sql(
            "insert into extension_items values ($1, $2, now(), now() + interval '9 years')",
            *(UUID(extension.extension_id), UUID(account)),
        )
        ends = (await world.audit.snapshot(account)).password_valid_until
        assert ends
        await world.operations.extensions.start(extension.extension_id, rate=500)

        async def is_extended() -> bool:
            return (await world.operations.extensions.status(extension.extension_id)).state is ExtensionState.DONE

        await eventually(is_extended, within_seconds=SOON_SECONDS * 3)
        assert (await world.audit.snapshot(account)).password_valid_until == ends + timedelta(days=10)
        findings = [one for one in await found(world) if one.about == f"extension {extension.extension_id}"]
        assert findings == []


async def test_acts_of_many_at_once_are_told_in_the_order_of_their_effect(shared: SharedServers) -> None:
    """Verified again and again while offices and staff change: what is in place is always what was entered last."""
    async with installation_on(shared) as (_, world):

        async def change(number: int) -> None:
            administration = OperationsGateway(world.engine, f"operator-{number}")
            for step in range(5):
                await administration.offices.put({"code": "9998", **OFFICE, "name": f"Okmányiroda {number}.{step}"})
                await administration.disable_staff("clerk-9")
                await administration.enable_staff("clerk-9")

        busy = asyncio.gather(*(change(number) for number in range(4)))
        findings = []
        while not busy.done():
            findings += await found(world)
        await busy
        assert findings + await found(world) == []
