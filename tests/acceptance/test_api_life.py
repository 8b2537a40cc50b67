"""A whole life over real HTTP: registered, activated, logged in, address changed, password changed, closed."""

import asyncio
from typing import Any

from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.letters import code_in
from starter.dev.samples import PASSWORD, form
from tests.support.api import Api, problem


async def code_for(world: World, address: str, what: str) -> str:
    """The code of the letter whose subject says what it is for."""
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            for letter in world.letters(address):
                if what in str(letter["Subject"]):
                    return code_in(letter)
            await asyncio.sleep(0.02)


async def test_a_life_from_the_registration_to_the_closure(api: Api, world: World) -> None:
    registration_id, filled, code = await api.registered()
    name, address = filled["user_name"], f"/v1/registrations/{registration_id}"

    looked = (await api.http.get(address)).json()
    assert looked["registration_id"] == registration_id
    assert looked["status"] == "AWAITING_ACTIVATION"
    assert looked["because"] == "REGISTRATION_OPENED"
    assert looked["next_step"] == {"step": "STATUS", "letter": None, "days": None, "status": "LAPSED"}
    assert looked["deadline"] == looked["next_step_at"] == looked["code_valid_until"]
    assert looked["as_of"].endswith("Z")

    standing = await api.redeemed(filled["user_name"], code)
    assert standing["status"] == "TEMPORARY"
    assert standing["deadline"] > standing["as_of"]

    session = (await api.log_in(name)).json()
    assert session["registration_id"] == registration_id
    assert session["status"] == "TEMPORARY"
    assert session["deadline"] == standing["deadline"]
    assert session["password_valid_until"] == standing["password_valid_until"]

    new_address = f"uj-{filled['email']}"
    asked = await api.put(f"{address}/email", {"email": new_address, "assertion": session["assertion"]})
    assert asked.status_code == 202, asked.text
    confirmed = await api.post(
        "/v1/code-redemptions",
        {"purpose": "NEW_EMAIL", "user_name": name, "code": await world.code(new_address)},
    )
    assert confirmed.status_code == 200, confirmed.text
    again = await api.post("/v1/code-requests", {"user_name": name, "email": new_address})
    assert again.status_code == 202, again.text

    changed = await api.put(f"{address}/password", {"present_password": PASSWORD, "password": "Nagyon titkos 2"})
    assert changed.status_code == 200, changed.text
    assert problem(await api.log_in(name)) == (422, "wrong-password")

    assertion = await api.assertion(name, "Nagyon titkos 2")
    wished = await api.post(f"{address}/closure", {"assertion": assertion})
    assert wished.status_code == 202, wished.text
    closing = await code_for(world, new_address, "megszüntetéséhez")
    closed = await api.post("/v1/code-redemptions", {"purpose": "CLOSURE", "user_name": name, "code": closing})
    assert closed.status_code == 200, closed.text
    assert closed.json()["status"] == Status.CLOSED
    assert (await api.http.get(address)).json()["status"] == Status.CLOSED
    assert problem(await api.log_in(name, "Nagyon titkos 2")) == (422, "wrong-password")


async def test_the_client_s_own_fresh_log_in_is_needed_where_it_is_asked_for(api: Api, world: World) -> None:
    """Neither another client's assertion, nor one made for another portal, nor none."""
    registration_id, filled = await world.temporary()
    _, other = await world.temporary()
    elsewhere = await api.http.post(
        "/v1/sessions",
        json={"user_name": filled["user_name"], "password": PASSWORD, "client_address": "192.0.2.7"},
        headers=api.bearer(caller="portal-2"),
    )
    wrong = [await api.assertion(other["user_name"]), elsewhere.json()["assertion"], "", api.token()]
    for assertion in wrong:
        email = {"email": "valaki.mas@example.org", "assertion": assertion}
        assert problem(await api.put(f"/v1/registrations/{registration_id}/email", email)) == (403, "log-in-again")
        closure = await api.post(f"/v1/registrations/{registration_id}/closure", {"assertion": assertion})
        assert problem(closure) == (403, "log-in-again")
    assert world.letters("valaki.mas@example.org") == []


async def test_a_user_name_is_valid_or_not_and_free_or_not(api: Api, world: World) -> None:
    _, taken = await world.temporary()

    async def asked(name: str) -> dict[str, Any]:
        answer = await api.http.get(f"/v1/usernames/{name}", params={"client_address": "192.0.2.99"})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    assert await asked(taken["user_name"].upper()) == {"valid": True, "free": False, "reason": None}
    assert await asked("senki.sincs.itt.őű") == {"valid": True, "free": True, "reason": None}
    assert await asked("abc") == {"valid": False, "free": False, "reason": "user_name: must have 4 to 64 characters."}


async def test_what_the_engine_refuses_is_told_with_its_type(api: Api, world: World) -> None:
    registration_id, filled, code = await api.registered()
    taken = await api.post("/v1/registrations", {"form": form(user_name=filled["user_name"])})
    assert problem(taken) == (409, "user-name-taken")
    wrong_code = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": "0000", "password": PASSWORD}
    assert problem(await api.post("/v1/code-redemptions", wrong_code)) == (422, "wrong-code")
    wrong_pair = {"user_name": filled["user_name"], "email": "mas@example.org"}
    assert problem(await api.post("/v1/code-requests", wrong_pair)) == (422, "wrong-pair")
    waiting = await api.post("/v1/code-requests", wrong_pair)
    assert problem(waiting) == (429, "too-many-attempts")
    assert 0 < int(waiting.headers["retry-after"]) <= 60
    common = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": code, "password": "password1"}
    refused = await api.post("/v1/code-redemptions", common)
    assert problem(refused) == (422, "invalid-input")
    assert (refused.json()["field"], refused.json()["rule"]) == ("password", "PASSWORD_COMMON")
    change = {"present_password": PASSWORD, "password": "Nagyon titkos 2"}
    assert problem(await api.put(f"/v1/registrations/{registration_id}/password", change)) == (422, "wrong-password")
    unknown = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
    assert problem(await api.http.get(f"/v1/registrations/{unknown}")) == (404, "not-found")
    assert problem(await api.put(f"/v1/registrations/{unknown}/password", change)) == (404, "not-found")


async def test_a_log_in_with_an_expired_password_says_what_to_do(api: Api, world: World) -> None:
    registration_id, filled = await world.active()
    standing = (await api.http.get(f"/v1/registrations/{registration_id}")).json()
    await world.forward_to(registration_id, (await world.audit.describe(registration_id)).deadline)  # type: ignore[arg-type]  # an open status has one
    expired = await world.until(registration_id, Status.PASSWORD_EXPIRED)
    refused = await api.log_in(filled["user_name"])
    assert problem(refused) == (409, "password-expired")
    assert expired.deadline
    assert standing["status"] == "ACTIVE"
    assert f"{expired.deadline:%Y-%m}" in refused.json()["detail"]
