"""Idempotency-Key over HTTP: the same request gets the same answer, whatever happened to the first one."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from registration.errors import RequestInProgress, Unavailable
from registration.record import EventKind
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, another_address, form
from starter.gateway import Begun, Idempotency
from tests.support.api import Api, api_on, problem


async def test_a_repeated_registration_is_one_registration_with_one_answer(api: Api, world: World) -> None:
    filled, key = form(), str(uuid4())
    first = await api.post("/v1/registrations", {"form": filled}, key=key)
    await world.code(filled["email"])
    again = await api.post("/v1/registrations", {"form": filled}, key=key)
    quoted = await api.post("/v1/registrations", {"form": filled}, key=f'"{key}"')
    for answer in (again, quoted):
        assert (answer.status_code, answer.content) == (first.status_code, first.content) == (202, first.content)
        assert answer.headers["location"] == first.headers["location"]
        assert answer.headers["content-type"] == first.headers["content-type"]
    assert len(world.letters(filled["email"])) == 1


async def test_an_hour_later_the_answer_is_the_same(api: Api, world: World) -> None:
    """Also after what is old was forgotten, as every API process does now and then."""
    filled, key = form(), str(uuid4())
    first = await api.post("/v1/registrations", {"form": filled}, key=key)
    await world.sql("update idempotency_keys set begun_at = begun_at - interval '1 hour'")
    await Idempotency(world.engine).forget_old()
    again = await api.post("/v1/registrations", {"form": filled}, key=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)


async def test_the_order_of_fields_makes_no_difference_and_their_content_does(api: Api) -> None:
    filled, key = form(), str(uuid4())
    body = {"form": filled, "client_address": CLIENT_ADDRESS}
    first = await api.http.post("/v1/registrations", json=body, headers={"Idempotency-Key": key})
    turned = {name: body[name] for name in reversed(body)}
    assert (await api.http.post("/v1/registrations", json=turned, headers={"Idempotency-Key": key})).text == first.text
    other = await api.post("/v1/registrations", {"form": form()}, key=key)
    assert problem(other) == (422, "idempotency-key-reused")
    elsewhere = await api.post("/v1/code-requests", {"user_name": "a", "email": "b"}, key=key)
    assert problem(elsewhere) == (422, "idempotency-key-reused")


async def test_another_portal_may_choose_the_same_key(api: Api) -> None:
    key = str(uuid4())
    answers = [
        await api.http.post(
            "/v1/registrations",
            json={"form": form(), "client_address": CLIENT_ADDRESS},
            headers={"Idempotency-Key": key} | api.bearer(caller=caller),
        )
        for caller in ("portal-1", "portal-2")
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].text != answers[1].text


async def test_of_many_at_once_one_works_and_the_others_wait_or_get_its_answer(api: Api, world: World) -> None:
    filled, key = form(), str(uuid4())
    answers = await asyncio.gather(*(api.post("/v1/registrations", {"form": filled}, key=key) for _ in range(10)))
    done = {answer.text for answer in answers if answer.status_code == 202}
    waiting = [answer for answer in answers if answer.status_code != 202]
    assert len(done) == 1
    for answer in waiting:
        assert problem(answer) == (409, "request-in-progress")
        assert int(answer.headers["retry-after"]) > 0


async def test_a_refusal_is_final_too_and_is_repeated_word_for_word(api: Api, world: World) -> None:
    """So that a repetition does not count as another guess."""
    _, filled = await world.temporary()
    body = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": "0000", "password": PASSWORD}
    key = str(uuid4())
    answers = [await api.post("/v1/code-redemptions", body, key=key) for _ in range(12)]
    assert {problem(answer) for answer in answers} == {(422, "wrong-code")}
    assert len({answer.text for answer in answers}) == 1


async def test_a_refusal_that_passes_is_asked_anew(api: Api, world: World) -> None:
    registration_id, filled = await world.temporary()
    path, key = f"/v1/registrations/{registration_id}/closure", str(uuid4())
    refused = await api.post(path, {"assertion": await api.assertion(filled["user_name"]) + "x"}, key=key)
    assert problem(refused) == (403, "log-in-again")
    assertion = await api.assertion(filled["user_name"])
    key = str(uuid4())
    assert (await api.post(path, {"assertion": assertion}, key=key)).status_code == 202
    other = await api.post(path, {"assertion": assertion}, key=str(uuid4()))
    assert problem(other) == (429, "too-many-attempts")
    again = await api.post(path, {"assertion": assertion}, key=key)
    assert again.status_code == 202


@pytest.mark.parametrize("operation", ["register", "redeem"])
async def test_after_a_crash_the_request_is_finished_and_answered_as_if_nothing_had_happened(
    world: World, operation: str
) -> None:
    """The process dies after the work and before the answer: whoever takes over finds the work done."""
    _, filled, code = await world.registered()
    fresh = form()
    path, body = {
        "register": ("/v1/registrations", {"form": fresh}),
        "redeem": (
            "/v1/code-redemptions",
            {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": code, "password": PASSWORD},
        ),
    }[operation]
    key = str(uuid4())
    async with api_on(world) as api:
        requests, finish = world.engine.idempotency, world.engine.idempotency.finish
        object.__setattr__(requests, "finish", _dies)
        object.__setattr__(requests, "release", _dies)
        try:
            lost = await api.post(path, body, key=key)
        finally:
            del requests.finish, requests.release
        assert finish == requests.finish
        assert problem(lost)[0] in {500, 503}
        assert problem(await api.post(path, body, key=key)) == (409, "request-in-progress")
        await _let_half_a_minute_pass(world)
        answer = await api.post(path, body, key=key)
        again = await api.post(path, body, key=key)
    assert answer.status_code == again.status_code == (202 if operation == "register" else 200), answer.text
    assert answer.text == again.text
    if operation == "register":
        registration_id = await world.engine.registration_id(fresh["user_name"])
        assert answer.json() == {"registration_id": registration_id}
    else:
        events = await world.audit.events(filled["user_name"])
        assert [event.kind for event in events].count(EventKind.CODE_REDEEMED) == 1


async def test_a_key_is_visible_text_of_at_most_255_characters(api: Api) -> None:
    for key in ("", "a b", "x" * 256, '"'):
        body = {"form": form(), "client_address": another_address()}
        refused = await api.http.post("/v1/registrations", json=body, headers={"Idempotency-Key": key})
        assert problem(refused) == (422, "invalid-input")
        assert refused.json()["field"] == "Idempotency-Key"


async def _dies(*_arguments: object) -> None:
    raise Unavailable


async def _let_half_a_minute_pass(world: World) -> None:
    """For the rows of requests: their clock is the gateway's."""
    taken = datetime.now(UTC) - timedelta(seconds=31)
    await world.sql("update idempotency_keys set locked_at = $1 where answer is null", taken)


async def test_no_two_callers_share_a_key_whatever_bars_are_in_their_ids(world: World) -> None:
    """`auth0|a` with the key `b` is not `auth0` with the key `a|b`: it would get the other one's answer."""
    idempotency, end = Idempotency(world.engine), str(uuid4())
    begun = [await idempotency.begin(caller, key, "x") for caller, key in (("auth0|a", end), ("auth0", f"a|{end}"))]
    assert {type(one) for one in begun} == {Begun}
    with pytest.raises(RequestInProgress):
        await idempotency.begin("auth0|a", end, "x")
