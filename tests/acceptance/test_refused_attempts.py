"""Whatever staff is refused over HTTP is on record once, whoever refuses: a route, a shape, a key, a rule."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import httpx
import pytest

from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, form
from tests.support.api import Api, problem
from tests.support.desk import Staff, unwritable_record

SECRET: Final = "titkos.tihamér"
UNKNOWN: Final = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
DESK: Final = "/v1/desk/registrations"
AUDIT: Final = "/v1/audit/registrations"
EXTENSIONS: Final = "/v1/operations/extensions"

Attempt = Callable[[Staff, str], Awaitable[httpx.Response]]
Case = tuple[str, Attempt, str, str, bool]
"""Role, attempt, operation, the refusal's name, and whether the path names the registration."""


async def _not_json(it: Staff, registration_id: str) -> httpx.Response:
    headers = it.api.bearer(it.role, caller=it.id, office=it.office) | {"Content-Type": "text/plain"}
    return await it.api.http.post(f"{DESK}/{registration_id}/closure", content=SECRET.encode(), headers=headers)


async def _broken_json(it: Staff, registration_id: str) -> httpx.Response:
    headers = it.api.bearer(it.role, caller=it.id, office=it.office) | {"Content-Type": "application/json"}
    return await it.api.http.post(f"{DESK}/{registration_id}/closure", content=b'{"' + SECRET.encode(), headers=headers)


async def _too_large(it: Staff, registration_id: str) -> httpx.Response:
    return await it.post(f"{DESK}/{registration_id}/closure", {"evidence": SECRET * 30_000})


async def _key_reused(it: Staff, _registration_id: str) -> httpx.Response:
    key, before = str(uuid4()), {"before": "2001-01-01", "days": 1}
    assert (await it.post(EXTENSIONS, before, key=key)).status_code == 201
    return await it.post(EXTENSIONS, before | {"days": 2}, key=key)


async def _mistyped_receipt(it: Staff, registration_id: str) -> httpx.Response:
    clerk = Staff(it.api, "clerk", "clerk-7", "1051")
    number = (await clerk.act(registration_id, "receipt")).json()["number"]
    mistyped = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    return await it.get(f"{AUDIT}/{mistyped}/timeline")


SHAPES: Final[dict[str, Case]] = {
    "a body without evidence": (
        "clerk",
        lambda it, about: it.post(f"{DESK}/{about}/closure", {}),
        "desk.close",
        "InvalidInput",
        True,
    ),
    "evidence without consent": (
        "clerk",
        lambda it, about: it.act(about, "closure", evidence=EVIDENCE | {"consent": False}),
        "desk.close",
        "InvalidInput",
        True,
    ),
    "an unknown field": (
        "clerk",
        lambda it, about: it.act(about, "disclosure", **{SECRET: SECRET}),
        "desk.disclose",
        "InvalidInput",
        True,
    ),
    "a body that is not JSON": ("clerk", _not_json, "desk.close", "NotJson", True),
    "a body of broken JSON": ("clerk", _broken_json, "desk.close", "InvalidInput", True),
    "a body that is too large": ("clerk", _too_large, "desk.close", "BodyTooLarge", True),
    "a user name in the path": (
        "clerk",
        lambda it, _: it.act(SECRET, "disclosure"),
        "desk.disclose",
        "InvalidInput",
        False,
    ),
    "a path that is none": ("clerk", lambda it, _: it.get(f"/v1/desk/{SECRET}"), "api.unmatched", "NoSuchPath", False),
    "a method that is none": (
        "clerk",
        lambda it, about: it.delete(f"{DESK}/{about}"),
        "api.unmatched",
        "MethodNotAllowed",
        True,
    ),
    "another role's operation": (
        "clerk",
        lambda it, about: it.get(f"{AUDIT}/{about}/timeline"),
        "audit.timeline",
        "WrongRole",
        True,
    ),
    "a day in the future": (
        "supervisor",
        lambda it, _: it.get("/v1/desk/accesses", day="2999-01-01"),
        "desk.access_entries",
        "InvalidInput",
        False,
    ),
    "a registration that is none": (
        "clerk",
        lambda it, _: it.act(UNKNOWN, "disclosure"),
        "desk.disclose",
        "NotFound",
        False,
    ),
    "a moment that is none": (
        "auditor",
        lambda it, about: it.get(f"{AUDIT}/{about}/explanation", at=SECRET),
        "audit.explain",
        "InvalidInput",
        True,
    ),
    "a moment without a time": (
        "auditor",
        lambda it, about: it.get(f"{AUDIT}/{about}/explanation"),
        "audit.explain",
        "InvalidInput",
        True,
    ),
    "a mistyped receipt": ("auditor", _mistyped_receipt, "audit.timeline", "InvalidInput", False),
    "no registration to audit": (
        "auditor",
        lambda it, _: it.get(f"{AUDIT}/{UNKNOWN}/timeline"),
        "audit.timeline",
        "NotFound",
        False,
    ),
    "a checkpoint that is none": (
        "auditor",
        lambda it, _: it.get("/v1/audit/checkpoints/999999"),
        "audit.checkpoint",
        "NoSuchCheckpoint",
        False,
    ),
    "a key for another body": ("operator", _key_reused, "operations.request_extension", "IdempotencyKeyReused", False),
    "a key that is none": (
        "operator",
        lambda it, _: it.post(EXTENSIONS, {"before": "2001-01-01", "days": 1}, key="two words"),
        "operations.request_extension",
        "InvalidInput",
        False,
    ),
    "a date that is none": (
        "operator",
        lambda it, _: it.post(EXTENSIONS, {"before": SECRET, "days": 1}, key=str(uuid4())),
        "operations.request_extension",
        "InvalidInput",
        False,
    ),
    "an extension that is none": (
        "operator",
        lambda it, _: it.get(f"{EXTENSIONS}/{UNKNOWN}"),
        "operations.extension",
        "NoSuchExtension",
        False,
    ),
    "an id that is no UUID": (
        "operator",
        lambda it, _: it.get(f"{EXTENSIONS}/{SECRET}"),
        "operations.extension",
        "InvalidInput",
        False,
    ),
}


@pytest.mark.parametrize("name", SHAPES)
async def test_a_refused_attempt_has_one_entry_that_repeats_nothing_of_what_was_sent(
    api: Api, world: World, name: str
) -> None:
    role, attempt, operation, refusal, names_it = SHAPES[name]
    registration_id, _ = await world.temporary()
    somebody = someone(api, role)
    answer = await attempt(somebody, registration_id)
    assert 400 <= answer.status_code < 500
    (entry,) = await refusals_of(world, somebody)
    about = registration_id if names_it else None
    assert (entry["operation"], entry["refusal"], entry.get("registration_id")) == (operation, refusal, about)
    assert SECRET not in json.dumps(entry, ensure_ascii=False)
    assert "titkos" not in json.dumps(entry)


async def test_a_refusal_that_is_repeated_for_its_key_is_an_attempt_of_its_own(api: Api, world: World) -> None:
    registration_id, _ = await world.temporary()
    clerk, key = someone(api, "clerk"), str(uuid4())
    answers = [await clerk.act(registration_id, "reactivation", key=key) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert problem(answers[1]) == (409, "not-accepted")
    entries = await refusals_of(world, clerk)
    assert [(entry["operation"], entry["refusal"], entry["registration_id"]) for entry in entries] == [
        ("desk.reactivate", "NotAccepted", registration_id),
        ("desk.reactivate", "NotAccepted", registration_id),
    ]


async def test_a_receipt_s_number_in_the_path_leads_to_the_registration(api: Api, world: World) -> None:
    registration_id, _ = await world.active()
    number = (await Staff(api, "clerk", "clerk-7", "1051").act(registration_id, "receipt")).json()["number"]
    clerk = someone(api, "clerk")
    assert (await clerk.post(f"{DESK}/{number}/closure", {})).status_code == 422
    (entry,) = await refusals_of(world, clerk)
    assert entry["registration_id"] == registration_id


async def test_what_portals_and_strangers_send_is_no_attempt_of_staff(api: Api, world: World) -> None:
    portal = someone(api, "portal")
    assert problem(await portal.get("/v1/nothing")) == (404, "no-such-path")
    assert problem(await portal.post("/v1/sessions", {"user_name": SECRET})) == (422, "invalid-input")
    assert await refusals_of(world, portal) == []
    before = await number_of_entries(world)
    async with httpx.AsyncClient(base_url=api.url) as stranger:
        assert problem(await stranger.post(f"{DESK}/{UNKNOWN}/closure", json={})) == (401, "unauthenticated")
    assert await number_of_entries(world) == before


async def test_what_succeeds_leaves_no_refusal(api: Api, world: World) -> None:
    clerk = someone(api, "clerk")
    opened = await clerk.post(DESK, {"form": form(), "evidence": EVIDENCE})
    assert opened.status_code == 202
    assert (await clerk.get(opened.headers["location"])).status_code == 200
    assert await refusals_of(world, clerk) == []


async def test_a_refusal_that_cannot_be_put_on_record_is_not_told(api: Api, world: World) -> None:
    clerk = someone(api, "clerk")
    async with unwritable_record(world):
        answer = await clerk.get(f"{AUDIT}/{UNKNOWN}/timeline")
    assert problem(answer) == (500, "unexpected")


def someone(api: Api, role: str) -> Staff:
    """Somebody who has done nothing yet."""
    return Staff(api, role, f"{role}-{uuid4()}", "9021" if role in {"clerk", "supervisor"} else None)


async def refusals_of(world: World, somebody: Staff) -> list[dict[str, str]]:
    """What the access record has of somebody's refused attempts, in order."""
    entries = await world.engine.accesses.entries(somebody.office, datetime.now(UTC).date())
    mine = [json.loads(entry.canonical())["access"] for entry in entries if entry.access.actor.id == somebody.id]
    return [access for access in mine if access["outcome"] == "REFUSED"]


async def number_of_entries(world: World) -> int:
    """In the whole access record."""
    ((number,),) = await world.sql("select count(*) from access_entries")
    return int(number)
