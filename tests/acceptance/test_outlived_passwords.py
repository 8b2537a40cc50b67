"""A thief who knew the password, and a victim who sets another one: nothing that the old one was proof of is left."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.reconciliation import ReconciliationActivities
from registration import errors
from registration.limits import Act
from registration.messages import Actor, ActorKind, ChangeEmail, ChangePassword, Close, RedeemCode
from registration.reconciliation import Overdue
from registration.record import EventKind
from registration.statuses import Purpose, Status
from settings.keys import parse_keys
from settings.settings import required
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, account, another_address
from starter.gateway import Session
from starter.gateway.assertions import Assertions
from starter.gateway.engine import new_request_id
from tests.support.accounts import OLD_PASSWORD
from tests.support.api import Api, problem
from tests.support.guessing import wrong_passwords
from tests.support.importing import take
from tests.workflows.lives import another_run, bring, let_run_age, quiet, run_id, to_deadline

NEXT: Final = "Egészen új jelszó"
STOLEN: Final = "A tolvaj jelszava 1"

LATER: Final = timedelta(hours=1)

Way = Callable[[World, str, dict[str, Any]], Awaitable[object]]


async def changes_it(world: World, _: str, filled: dict[str, Any]) -> None:
    await world.citizen.change_password(filled["user_name"], PASSWORD, NEXT, client_address=another_address())


async def redeems_a_code(world: World, registration_id: str, filled: dict[str, Any]) -> None:
    await quiet(world, registration_id)
    before = len(world.letters(filled["email"]))
    await world.request_code(filled)
    await world.redeem(filled, await world.code(filled["email"], before + 1), password=NEXT)


WAYS: Final[dict[str, Way]] = {"changes it": changes_it, "redeems a code": redeems_a_code}
ways = pytest.mark.parametrize("way", WAYS)


ACCEPTED: Final = [(202, ""), (200, ""), (202, "")]
REFUSED: Final = [(403, "log-in-again")] * len(ACCEPTED)


async def asks_over_http(api: Api, registration_id: str, assertion: str) -> list[tuple[int, str]]:
    """What an assertion is good for: another address, another language, closing."""
    path = f"/v1/registrations/{registration_id}"
    address = {"email": f"tolvaj.{registration_id}@example.org", "assertion": assertion}
    answers = [
        await api.put(f"{path}/email", address | {"client_address": another_address()}),
        await api.put(f"{path}/language", {"language": "en", "assertion": assertion}),
        await api.post(f"{path}/closure", {"assertion": assertion, "client_address": another_address()}),
    ]
    return [(answer.status_code, "") if answer.is_success else problem(answer) for answer in answers]


@ways
async def test_an_assertion_ends_with_its_password(api: Api, world: World, way: str) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    stolen = await api.assertion(filled["user_name"])
    await WAYS[way](world, registration_id, filled)
    events = await world.audit.events(registration_id)
    assert await asks_over_http(api, registration_id, stolen) == REFUSED
    assert await world.audit.events(registration_id) == events
    assert len(await world.sql("select id from emails where registration_id = $1", registration_id)) == 1
    victims = await api.assertion(filled["user_name"], NEXT)
    assert await asks_over_http(api, registration_id, victims) == ACCEPTED


async def test_the_assertion_of_an_imported_password_ends_with_it_too(api: Api, world: World) -> None:
    """Not with its hash, which becomes one of ours at the first log-in: the password is the same."""
    line = account()
    (registration_id,) = await take(world, line)
    first = await api.assertion(line["user_name"], OLD_PASSWORD)
    assert await asks_over_http(api, registration_id, first) == ACCEPTED
    answer = await api.put(
        f"/v1/registrations/{registration_id}/password", {"present_password": OLD_PASSWORD, "password": NEXT}
    )
    assert answer.status_code == 200, answer.text
    assert await asks_over_http(api, registration_id, first) == REFUSED


@ways
async def test_a_session_ends_with_its_password(world: World, way: str) -> None:
    """The same for a portal in Python; and for the pages, which ask at each request."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    stolen = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=another_address())
    assert await world.citizen.present_session(registration_id, stolen.credential_id) == stolen
    await WAYS[way](world, registration_id, filled)
    credential_id = stolen.credential_id
    with pytest.raises(errors.AssertionRefused):
        await world.citizen.present_session(registration_id, credential_id)
    with pytest.raises(errors.AssertionRefused):
        await world.citizen.request_closure(
            registration_id, client_address=another_address(), credential_id=credential_id
        )
    with pytest.raises(errors.AssertionRefused):
        await world.citizen.request_email_change(
            registration_id, "tolvaj@example.org", client_address=another_address(), credential_id=credential_id
        )
    with pytest.raises(errors.AssertionRefused):
        await world.citizen.change_language(
            registration_id, "en", client_address=another_address(), credential_id=credential_id
        )


async def test_a_session_ends_where_its_status_lets_nobody_in_any_more(api: Api, world: World) -> None:
    """Expired, inactive, reactivated (the old password is still there), closed."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    session = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=another_address())

    async def refused() -> bool:
        assertion = await assertion_of(api, registration_id, session.credential_id)
        with pytest.raises(errors.AssertionRefused):
            await world.citizen.present_session(registration_id, session.credential_id)
        return await asks_over_http(api, registration_id, assertion) == REFUSED

    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    assert await refused()
    await to_deadline(world, registration_id, Status.INACTIVE)
    assert await refused()
    await world.desk.reactivate(registration_id, EVIDENCE)
    await world.until(registration_id, Status.AWAITING_REACTIVATION)
    assert await refused()
    await world.desk.close(registration_id, EVIDENCE)
    await world.until(registration_id, Status.CLOSED)
    assert await refused()


async def assertion_of(api: Api, registration_id: str, credential_id: str) -> str:
    """An assertion of this minute, whatever the status is by now."""
    settings = api.world.settings
    made = Assertions(parse_keys(required(settings, "assertion_keys")), settings.token_audience)
    return made.issue(Session(registration_id, Status.ACTIVE, None, None, credential_id), "portal-1").token


async def test_an_assertion_is_good_for_nobody_who_takes_the_user_name_later(api: Api, world: World) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    stolen = await api.assertion(filled["user_name"])
    await world.desk.close(registration_id, EVIDENCE)
    await world.until(registration_id, Status.CLOSED)
    successor, other, code = await world.registered(user_name=filled["user_name"])
    await world.redeem(other, code)
    for claimed in (registration_id, successor):
        assert await asks_over_http(api, claimed, stolen) == REFUSED


@ways
async def test_a_request_that_was_on_its_way_is_refused_by_the_workflow(world: World, way: str) -> None:
    """The gateway checked it before the victim's password was in force, and it arrives behind that."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    stolen = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=another_address())
    email_id = await world.engine.intake.add_email(registration_id, "tolvaj@example.org")
    assert email_id
    await WAYS[way](world, registration_id, filled)
    thief = Actor(ActorKind.CITIZEN, registration_id)
    for message in (
        ChangeEmail(new_request_id(), thief, email_id, credential_id=stolen.credential_id),
        Close(new_request_id(), thief, credential_id=stolen.credential_id),
    ):
        with pytest.raises(errors.AssertionRefused):
            await world.engine.send(registration_id, message)


async def test_the_next_run_of_the_workflow_still_knows_which_password_is_in_force(world: World) -> None:
    """An expired password that is renewed ends the cycle, and with it the run."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    stolen = await world.citizen.authenticate(filled["user_name"], PASSWORD, client_address=another_address())
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await let_run_age(world, registration_id)
    before = await run_id(world, registration_id)
    await redeems_a_code(world, registration_id, filled)
    await another_run(world, registration_id, before)
    thief, credential_id = Actor(ActorKind.CITIZEN, registration_id), stolen.credential_id
    for message, refusal in (
        (Close(new_request_id(), thief, credential_id=credential_id), errors.AssertionRefused),
        (ChangePassword(new_request_id(), thief, credential_id=credential_id), errors.WrongPassword),
    ):
        with pytest.raises(refusal):
            await world.engine.send(registration_id, message)
    await world.citizen.change_password(filled["user_name"], NEXT, PASSWORD, client_address=another_address())


@ways
async def test_a_password_that_a_thief_left_pending_is_void(world: World, way: str) -> None:
    """Its process died behind the row: it keeps the victim from nothing, and reconciliation finds nothing to send."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    known = await world.engine.reader.password(registration_id)
    assert known
    thief = Actor(ActorKind.CITIZEN, registration_id)
    pending = ChangePassword(new_request_id(), thief, credential_id=known.credential_id)
    await left_pending(world, registration_id, pending)
    await WAYS[way](world, registration_id, filled)
    await void(world, registration_id, pending)
    await only_the_victim_logs_in(world, filled)
    kinds = [event.kind for event in await world.audit.events(registration_id)]
    assert kinds.count(EventKind.PASSWORD_CHANGED) == (1 if way == "changes it" else 0)


async def test_a_redemption_that_a_thief_left_pending_is_void(world: World) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    await world.request_code(filled)
    snapshot = await world.audit.snapshot(registration_id)
    (code,) = snapshot.codes
    thief = Actor(ActorKind.CITIZEN, registration_id)
    pending = RedeemCode(new_request_id(), thief, Purpose.PASSWORD, code.sequence)
    await left_pending(world, registration_id, pending)
    await changes_it(world, registration_id, filled)
    await void(world, registration_id, pending)
    await only_the_victim_logs_in(world, filled)


async def left_pending(world: World, registration_id: str, message: ChangePassword | RedeemCode) -> None:
    """As a process leaves it that dies before it sends the message; the schedule's own passes do not see it yet."""
    hashed = await world.engine.passwords.hash(STOLEN)
    await world.engine.writer.add_credential(registration_id, message, hashed, datetime.now(UTC) + LATER)


async def void(world: World, registration_id: str, pending: ChangePassword | RedeemCode) -> None:
    """Neither a pass of reconciliation sends it, nor does the workflow take it from a process that wakes up late."""
    assert await world.engine.reader.credential_state(pending.request_id) == "REFUSED"
    activities = ReconciliationActivities(world.engine.writer, world.engine.reader, world.engine.log_ins)
    overdue = Overdue(datetime.now(UTC) + 2 * LATER)
    sent = await ActivityEnvironment(client=world.client).run(activities.send_pending, overdue)
    assert pending.request_id not in sent.request_ids
    with pytest.raises((errors.WrongPassword, errors.CodeNotLive)):
        await world.engine.send(registration_id, pending)


async def only_the_victim_logs_in(world: World, filled: dict[str, Any]) -> None:
    name = filled["user_name"]
    assert await world.citizen.authenticate(name, NEXT, client_address=another_address())
    for password in (STOLEN, PASSWORD):
        with pytest.raises(errors.WrongPassword):
            await world.citizen.authenticate(name, password, client_address=another_address())


@ways
async def test_codes_that_a_thief_has_asked_for_are_void(api: Api, world: World, way: str) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    name, before, thiefs = filled["user_name"], len(world.letters(filled["email"])), f"tolvaj.{filled['email']}"
    stolen = await api.assertion(name)
    path = f"/v1/registrations/{registration_id}"
    assert (await api.put(f"{path}/email", {"email": thiefs, "assertion": stolen})).status_code == 202
    assert (await api.post(f"{path}/closure", {"assertion": stolen})).status_code == 202
    codes = {"NEW_EMAIL": await world.code(thiefs), "CLOSURE": await world.code(filled["email"], before + 1)}
    await WAYS[way](world, registration_id, filled)
    for purpose, code in codes.items():
        answer = await api.post("/v1/code-redemptions", {"purpose": purpose, "user_name": name, "code": code})
        assert problem(answer) == (409, "code-not-live")
        with pytest.raises(errors.CodeNotLive):
            await world.citizen.confirm(name, code, Purpose(purpose), client_address=another_address())
    await only_the_victim_logs_in(world, filled)


async def test_a_code_that_was_sent_to_the_old_address_is_void_once_that_is_replaced(api: Api, world: World) -> None:
    """A thief reads the old mailbox; a clerk replaces the address, or the client confirms another."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    before = len(world.letters(filled["email"]))
    await world.request_code(filled)
    code = await world.code(filled["email"], before + 1)
    await world.desk.change_email(registration_id, f"uj.{filled['email']}", EVIDENCE)
    assert problem(await api.redeem(filled["user_name"], code, password=STOLEN)) == (409, "code-not-live")


async def test_a_log_in_is_never_answered_from_an_earlier_one(api: Api, world: World) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    body, key = {"user_name": filled["user_name"], "password": PASSWORD}, str(uuid4())
    assert (await api.post("/v1/sessions", body, key=key)).status_code == 200
    await changes_it(world, registration_id, filled)
    assert problem(await api.post("/v1/sessions", body, key=key)) == (422, "wrong-password")


async def test_a_repeated_request_does_nothing_for_an_old_password(api: Api, world: World) -> None:
    """One that was answered gets its answer and does nothing; one that a crash cut off is checked when it is run."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    stolen = await api.assertion(filled["user_name"])
    path, key, cut_off = f"/v1/registrations/{registration_id}/closure", str(uuid4()), str(uuid4())
    first = await api.post(path, {"assertion": stolen}, key=key)
    assert first.status_code == 202
    await changes_it(world, registration_id, filled)
    events = await world.audit.events(registration_id)
    assert (await api.post(path, {"assertion": stolen}, key=key)).text == first.text
    assert problem(await api.post(path, {"assertion": stolen}, key=cut_off)) == (403, "log-in-again")
    assert await world.audit.events(registration_id) == events


async def test_no_stored_answer_holds_an_assertion(api: Api, world: World) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    assertion = await api.assertion(filled["user_name"])
    await api.post(f"/v1/registrations/{registration_id}/closure", {"assertion": assertion}, key=str(uuid4()))
    kept = await world.sql("select key, fingerprint, answer from idempotency_keys")
    assert kept
    assert not any(part in repr(row) for row in kept for part in assertion.split("."))


@pytest.mark.usefixtures("counts_of_its_own")
async def test_a_used_code_opens_nothing_and_ends_no_count(world: World) -> None:
    """Of an old letter: the answer to a lost answer, but no licence to guess the password on."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    name, fresh, here = filled["user_name"], f"uj.{filled['email']}", another_address()
    await world.citizen.request_email_change(registration_id, fresh, client_address=another_address())
    code = await world.code(fresh)
    first = await world.citizen.confirm(name, code, Purpose.NEW_EMAIL, client_address=another_address())
    await wrong_passwords(world, name, here, 10)
    assert await world.citizen.confirm(name, code, Purpose.NEW_EMAIL, client_address=here) == first
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.authenticate(name, PASSWORD, client_address=here)


@pytest.mark.usefixtures("counts_of_its_own")
async def test_a_used_password_code_is_no_way_to_guess_the_password_it_set(world: World) -> None:
    """Who holds it learns whether a password is right: such a guess counts like every other."""
    _, filled, code = await world.registered()
    name = filled["user_name"]
    await world.redeem(filled, code)
    guesses = [another_address() for _ in range(100)]
    for number, address in enumerate(guesses):
        with pytest.raises(errors.CodeNotLive):
            await world.citizen.redeem_code(name, code, f"Találgatott jelszó {number}", client_address=address)
    for password in ("Még egy jelszó 101", PASSWORD):
        with pytest.raises(errors.TooManyGuesses):
            await world.citizen.redeem_code(name, code, password, client_address=another_address())
        with pytest.raises(errors.TooManyGuesses):
            await world.citizen.authenticate(name, password, client_address=another_address())
    assert (await world.redeem(filled, code)).status is Status.TEMPORARY, "the client's own network is known"


@pytest.mark.usefixtures("counts_of_its_own")
@ways
async def test_networks_that_a_thief_made_known_end_with_the_stolen_password(world: World, way: str) -> None:
    registration_id, filled = await bring(world, Status.ACTIVE)
    name, thiefs, victims = filled["user_name"], another_address(), another_address()
    await world.citizen.authenticate(name, PASSWORD, client_address=thiefs)
    await WAYS[way](world, registration_id, filled)
    await world.citizen.authenticate(name, NEXT, client_address=victims)
    await full(world, Act.WRONG_PASSWORD, name)
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.authenticate(name, NEXT, client_address=thiefs)
    assert await world.citizen.authenticate(name, NEXT, client_address=victims)


async def full(world: World, act: Act, name: str) -> None:
    """A count by account whose hundred tries others have used up; one of them is real."""
    if act is Act.WRONG_PASSWORD:
        await wrong_passwords(world, name, another_address(), 1)
    await world.sql("update attempts set tries = 100 where limit_name = $1", f"{act} account 86400s")


async def test_nothing_is_left_of_a_network_once_the_person_is_erased(world: World) -> None:
    registration_id, filled, code = await world.registered()
    await world.redeem(filled, code)
    known = "select networks from credentials where registration_id = $1"
    assert [len(row["networks"]) for row in await world.sql(known, registration_id)] == [1]
    assert CLIENT_ADDRESS.encode() not in b"".join((await world.sql(known, registration_id))[0]["networks"])
    await world.desk.close(registration_id, EVIDENCE)
    await world.handle(registration_id).result()
    assert [row["networks"] for row in await world.sql(known, registration_id)] == [None]
