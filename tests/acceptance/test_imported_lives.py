"""Accounts of an older system live on: with their passwords and codes, to their own dates."""

from datetime import UTC, datetime, timedelta

import pytest

from registration import errors
from registration.accounts import AccountForm
from registration.policy import Policy
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, account, day
from starter.dev.standing import SOURCE
from starter.gateway.imports import AccountImport, ImportPlan
from tests.support.accounts import ARGON2, OLD_PASSWORD
from tests.support.importing import take


async def hash_of(world: World, registration_id: str) -> str:
    password = await world.engine.reader.password(registration_id)
    assert password
    return password.hash


@pytest.mark.parametrize("password_hash", [account()["password_hash"], ARGON2], ids=["PBKDF2", "argon2"])
async def test_a_client_logs_in_with_the_old_password_and_its_hash_becomes_ours(
    world: World, password_hash: str
) -> None:
    line = account(password_hash=password_hash)
    (registration_id,) = await take(world, line)
    name = line["user_name"]
    with pytest.raises(errors.WrongPassword):
        await world.citizen.authenticate(name, "nem ez a jelszó", client_address=CLIENT_ADDRESS)
    assert await hash_of(world, registration_id) == password_hash
    session = await world.citizen.authenticate(name, OLD_PASSWORD, client_address=CLIENT_ADDRESS)
    assert (session.registration_id, session.status) == (registration_id, Status.ACTIVE)
    ours = await hash_of(world, registration_id)
    assert ours.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await world.citizen.authenticate(name, OLD_PASSWORD, client_address=CLIENT_ADDRESS)
    assert await hash_of(world, registration_id) == ours
    changed = await world.citizen.change_password(name, OLD_PASSWORD, PASSWORD, client_address=CLIENT_ADDRESS)
    assert changed.status is Status.ACTIVE
    with pytest.raises(errors.WrongPassword):
        await world.citizen.authenticate(name, OLD_PASSWORD, client_address=CLIENT_ADDRESS)


async def test_a_client_whose_old_password_was_not_exported_requests_a_code(world: World) -> None:
    line = account(password_hash="")
    (registration_id,) = await take(world, line)
    with pytest.raises(errors.WrongPassword):
        await world.citizen.authenticate(line["user_name"], OLD_PASSWORD, client_address=CLIENT_ADDRESS)
    await world.citizen.request_code(line["user_name"], line["email"], client_address=CLIENT_ADDRESS)
    code = await world.code(line["email"])
    assert (await world.redeem(line, code)).status is Status.ACTIVE
    with pytest.raises(errors.CodeNotLive):
        await world.redeem(line, code, password="Egészen más 5")
    assert (await world.audit.snapshot(registration_id)).status is Status.ACTIVE


async def test_a_dead_code_of_a_client_who_still_has_the_old_password_is_refused_as_any(world: World) -> None:
    """The adopted credential came with the file, not with a redemption: it answers for no code."""
    line = account()
    (registration_id,) = await take(world, line)
    await world.citizen.request_code(line["user_name"], line["email"], client_address=CLIENT_ADDRESS)
    code = await world.code(line["email"])
    await world.forward(registration_id, timedelta(days=6))
    with pytest.raises(errors.CodeNotLive):
        await world.redeem(line, code)


async def test_an_imported_password_expires_at_its_own_date_after_the_reminders(world: World) -> None:
    line = account(password_valid_until=day(90))
    (registration_id,) = await take(world, line)
    expires = (await world.until(registration_id, Status.ACTIVE)).deadline
    assert expires
    assert expires.astimezone(UTC).date() == datetime.fromisoformat(day(90)).date()
    await world.forward_to(registration_id, expires - timedelta(seconds=5))
    assert (await world.until(registration_id, Status.ACTIVE)).sequence == 1
    assert len(world.letters(line["email"])) == 3
    await world.forward_to(registration_id, expires + timedelta(seconds=5))
    expired = await world.until(registration_id, Status.PASSWORD_EXPIRED)
    assert expired.deadline == expires + timedelta(days=60)
    with pytest.raises(errors.RequestACode):
        await world.citizen.authenticate(line["user_name"], OLD_PASSWORD, client_address=CLIENT_ADDRESS)


async def test_a_password_that_expired_between_export_and_import_expires_at_once(world: World) -> None:
    """The grace counts from its own date, and the letter tells the client what remains of it."""
    line = account(password_valid_until=day(-2))
    (registration_id,) = await take(world, line)
    expired = await world.until(registration_id, Status.PASSWORD_EXPIRED)
    assert expired.deadline
    assert expired.password_valid_until
    assert expired.deadline == expired.password_valid_until + timedelta(days=60)
    assert await world.letter(line["email"], 1)


async def test_expiries_are_spread_only_later_and_the_same_in_every_run(world: World) -> None:
    """Those that lie ahead; what has passed stays."""
    given = datetime.fromisoformat(f"{day(300)}T12:00:00+00:00")
    lines = [account(password_valid_until=given.isoformat()) for _ in range(20)]
    passed = account(password_valid_until=day(-2))
    ids = await take(world, *lines, passed, spread_days=30)
    found = await world.sql("select id, password_valid_until from registrations where id = any($1::uuid[])", ids)
    spread = {str(row["id"]): row["password_valid_until"] - given for row in found if str(row["id"]) != ids[-1]}
    assert all(timedelta() <= later <= timedelta(days=30) for later in spread.values())
    assert len({later.days for later in spread.values()}) > 5
    assert await world.until(ids[-1], Status.PASSWORD_EXPIRED)
    importing = AccountImport(world.engine, "operator-2", ImportPlan(SOURCE, spread_days=30))
    key = world.engine.accounts.key_of(SOURCE, lines[0]["user_name"])
    account_form = AccountForm.parse(lines[0], policy=Policy(), now=datetime.now(UTC))
    assert importing._valid_until(key, account_form, datetime.now(UTC)) == given + spread[ids[0]]
