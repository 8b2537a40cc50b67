"""What a client sees of their own account, on real servers: the account, its life, looks, the data as a file."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio

from registration.access import Access
from registration.answers import json_of
from registration.errors import InvalidInput, NotFound
from registration.letters import LetterFailure, LetterKind
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.statuses import Channel, Language, Status
from registration.times import day_in_budapest
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, form
from starter.gateway import AccountGateway, DeskGateway
from starter.gateway.account import Look
from store.accesses import append
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.workflows.lives import bring, choosy_world, quiet

CLERK: Final = "clerk-of-this-file"
OFFICE: Final = "999"
"""Whose chains have the looks of months ago, in which no other test has anything."""
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Client:
    """An account that no test changes, and what its owner is shown of it."""

    id: str
    filled: dict[str, Any]
    accounts: AccountGateway
    world: World


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(world: World) -> AsyncIterator[Client]:
    """An active account, whose data a clerk has disclosed and a refused closure has not changed."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    desk, elsewhere = DeskGateway(world.engine, CLERK, "1051"), DeskGateway(world.engine, CLERK, "9021")
    for _ in range(2):
        await desk.look(registration_id)
    await elsewhere.letters(registration_id)
    await elsewhere.disclose(registration_id, EVIDENCE)
    await desk.search({"user_name": filled["user_name"]})
    with pytest.raises(InvalidInput):
        await desk.close(registration_id, EVIDENCE | {"document_number": "no number"})
    await world.audit.timeline(registration_id)
    await quiet(world, registration_id)
    yield Client(registration_id, filled, AccountGateway(world.engine), world)


# the account


async def test_an_active_account_says_where_it_is_until_when_and_hides_most_of_the_address(client: Client) -> None:
    account = await client.accounts.account(client.id)
    snapshot = await client.world.engine.reader.snapshot(client.id)
    assert snapshot
    assert account.overview.status is Status.ACTIVE
    assert account.overview.password_valid_until == snapshot.password_valid_until
    assert account.user_name == client.filled["user_name"]
    assert account.email == f"{client.filled['email'][:2]}…@example.org"
    assert account.lost_letters == ()
    assert client.filled["user_name"] not in repr(account)


@pytest.mark.parametrize(
    ("local", "domain", "masked"),
    [
        ("x", "egy{}.example.org", "…@egy"),
        ("kis", "árvíztűrő{}.example.org", "ki…@árvíztűrő"),
    ],
    ids=["one character", "an international domain"],
)
async def test_a_temporary_account_names_its_end_and_no_short_address_is_shown_whole(
    world: World, local: str, domain: str, masked: str
) -> None:
    email = f"{local}@{domain.format(form()['user_name'].removeprefix('teszt.elek'))}"
    registration_id, _ = await world.temporary(email=email)
    account = await AccountGateway(world.engine).account(registration_id)
    assert account.overview.status is Status.TEMPORARY
    assert account.overview.deadline
    assert account.email.startswith(masked)
    assert account.email.partition("@")[2] == email.partition("@")[2]


async def test_a_letter_is_missed_until_it_is_sent_again_or_the_address_is_another(shared: SharedServers) -> None:
    """To a mailbox that refuses: the letter that is sent again is lost as well, and is listed alone."""
    async with choosy_world(shared) as (world, _):
        registration_id, _ = await world.active()
        accounts = AccountGateway(world.engine)

        async def lost() -> list[tuple[LetterKind, LetterFailure | None]]:
            return [(each.kind, each.failure) for each in (await accounts.account(registration_id)).lost_letters]

        await world.desk.change_email(registration_id, "refused.account@example.org", EVIDENCE)
        missed = [(LetterKind.EMAIL_CHANGED_NEW, LetterFailure.REFUSED)]
        await eventually(lambda: _equals(lost, missed), within_seconds=SOON_SECONDS)
        (letter,) = (await world.audit.describe(registration_id)).undelivered_letters
        await world.desk.send_again(registration_id, letter.letter_id)

        async def sent_again() -> bool:
            found = (await world.audit.describe(registration_id)).undelivered_letters
            return [each.letter_id for each in found] not in ([], [letter.letter_id])

        await eventually(sent_again, within_seconds=SOON_SECONDS)
        assert await lost() == missed

        sentences = [str(event.what) for event in await accounts.life(registration_id)]
        assert sentences[:3] == [
            "A letter to you did not arrive: new address, to the new one.",
            "A letter that did not arrive was sent to you again: new address, to the new one.",
            "A letter to you did not arrive: new address, to the new one.",
        ]
        await world.desk.change_email(registration_id, "arrives@example.org", EVIDENCE)
        await eventually(lambda: _equals(lost, []), within_seconds=SOON_SECONDS)
        await quiet(world, registration_id)
        assert await lost() == [], "neither the letter to the old address"


async def _equals(ask: Any, wanted: object) -> bool:  # noqa: ANN401  any coroutine function
    return bool(await ask() == wanted)


async def test_an_erased_account_is_not_found(world: World) -> None:
    registration_id, _ = await world.active()
    await world.desk.close(registration_id, EVIDENCE)
    await world.handle(registration_id).result()
    accounts = AccountGateway(world.engine)
    with pytest.raises(NotFound):
        await accounts.account(registration_id)
    with pytest.raises(NotFound):
        await accounts.data(registration_id, Language.HU)
    assert "erased" in str((await accounts.life(registration_id))[0].what), "a life names no person"


# its life


async def test_a_life_is_in_words_to_its_client_the_newest_first_and_names_no_clerk(client: Client) -> None:
    life = await client.accounts.life(client.id)
    assert [(str(event.what), event.by, event.office) for event in life] == [
        ("Your registration data was disclosed to you.", ActorKind.CLERK, "9021"),
        ("Your identity was verified.", ActorKind.CLERK, "1051"),
        ("You entered the code and chose a password.", ActorKind.CITIZEN, None),
        ("The registration was opened and its code went out.", ActorKind.CITIZEN, None),
    ]
    assert sorted((event.at for event in life), reverse=True) == [event.at for event in life]
    assert CLERK not in repr(life)


# looks


def looks_of_today() -> list[tuple[str | None, Operation, int]]:
    """By office and kind, as a client sees them of one day."""
    return [
        ("9021", Operation.DESK_LETTERS, 1),
        ("9021", Operation.DESK_DISCLOSE, 1),
        ("1051", Operation.DESK_VERIFY_IDENTITY, 1),
        ("1051", Operation.DESK_LOOK, 2),
    ]


async def test_looks_acts_and_disclosures_are_counted_by_day_office_and_kind(client: Client) -> None:
    """No search, no refused attempt, no audit, no clerk, and nothing of anybody else's."""
    await client.world.temporary()
    looks = await client.accounts.looks(client.id)
    assert [(look.office, look.operation, look.times) for look in looks.lines] == looks_of_today()
    assert looks.earlier is None
    assert CLERK not in repr(looks)


async def test_thousands_of_looks_come_by_whole_days_and_none_is_left_out(world: World) -> None:
    """Over midnight, where a day of Budapest is of two days of UTC; each day is counted on one page alone."""
    registration_id, _ = await world.temporary()
    accounts, midnight = AccountGateway(world.engine), datetime(2026, 3, 4, 23, tzinfo=UTC)
    look = Access(Actor(ActorKind.CLERK, CLERK, OFFICE), Operation.DESK_LOOK, registration_id=registration_id)
    wanted = {0: 700, 1: 3, 2: 600, 4: 20, 5: 400}
    connection = await asyncpg.connect(world.addresses.database)
    for days, times in wanted.items():
        for moment, part in ((midnight, times // 3), (midnight + timedelta(hours=23), times - times // 3)):
            at = moment + days * A_DAY
            await append(connection, OFFICE, at.date(), [look] * part, at)
    await connection.close()

    first = await accounts.looks(registration_id)
    pages, lines = 1, list(first.lines)
    before = first.earlier
    while before is not None:
        page = await accounts.looks(registration_id, before)
        assert all(look.day < before for look in page.lines)
        pages, lines, before = pages + 1, [*lines, *page.lines], page.earlier
    begun = day_in_budapest(midnight)
    assert lines == [
        Look(begun + days * A_DAY, Operation.DESK_LOOK, OFFICE, times)
        for days, times in sorted(wanted.items(), reverse=True)
    ]
    assert pages > 2, "never all at once"
    data = await accounts.data(registration_id, Language.EN)
    assert [line.times for line in data.looks] == [line.times for line in lines]


@pytest.mark.parametrize(
    "changed",
    ["'{}'", """regexp_replace(body, '"at":"[^"]*"', '"at":"0001-01-01T00:00:00+14:00"')"""],
    ids=["no entry", "a time that no calendar shows"],
)
async def test_an_entry_that_cannot_be_read_is_left_out_and_not_silently(world: World, changed: str) -> None:
    """Somebody has written to the database past the programs; verification names it to auditors."""
    registration_id, _ = await world.temporary()
    accounts, desk = AccountGateway(world.engine), DeskGateway(world.engine, CLERK, "1051")
    await desk.look(registration_id)
    await desk.letters(registration_id)
    of_the_look = "where registration_id = $1 and sequence = $2 and day = $3 and office = '1051'"
    find = "select sequence, day, body from access_entries where registration_id = $1 and body like '%desk.look%'"
    ((number, day, body),) = await world.sql(find, registration_id)
    place = (registration_id, number, day)
    await world.sql(f"update access_entries set body = {changed} {of_the_look}", *place)  # noqa: S608
    try:
        looks = await accounts.looks(registration_id)
    finally:  # other tests verify the same record
        await world.sql(f"update access_entries set body = $4 {of_the_look}", *place, body)  # noqa: S608
    assert [(look.operation, look.times) for look in looks.lines] == [(Operation.DESK_LETTERS, 1)]
    assert not looks.is_complete
    assert (await accounts.looks(registration_id)).is_complete


# the data as a file


async def test_the_data_is_all_that_the_account_is_and_no_secret(client: Client) -> None:
    data = json.loads(json_of(await client.accounts.data(client.id, Language.HU)))
    form_data = data["form"]
    assert form_data.pop("registration_id") == client.id
    assert form_data.pop("language") == "hu"
    assert form_data == client.filled
    assert (data["status"], data["channel"], data["identity_verified"]) == (Status.ACTIVE, Channel.ONLINE, True)
    assert [line["happened"] for line in data["life"]][1:3] == [
        "Ön megadta a kódot, és jelszót választott.",
        "A személyazonosságát ellenőrizték.",
    ]
    assert {line["office"] for line in data["looks"]} == {
        office.name for office in await client.accounts.offices() if office.code in {"1051", "9021"}
    }
    assert [line["times"] for line in data["looks"]] == [times for _, _, times in looks_of_today()]
    assert {line["kind"] for line in data["letters"]} == {"CODE_PASSWORD", "TEMPORARY", "ACTIVE"}
    written = json.dumps(data)
    assert CLERK not in written
    assert str(EVIDENCE["document_number"]) not in written
    assert "$argon2" not in written
