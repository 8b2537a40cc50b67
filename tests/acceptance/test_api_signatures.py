"""A signed form over HTTP (S4): what opens a registration, and what is refused with the reason."""

import base64
import json
from uuid import uuid4

import pytest

from starter.dev.installation import World
from starter.dev.samples import PASSWORD, form
from starter.examiner.plain_facts import LARGEST_BYTES
from tests.support.api import Api, problem
from tests.support.signing import signed


@pytest.mark.parametrize("level", ["advanced", "qualified"])
@pytest.mark.parametrize("kind", ["cades", "pades"])
async def test_a_signed_form_opens_a_registration_that_is_active_once_its_code_is_redeemed(
    api: Api, world: World, kind: str, level: str
) -> None:
    filled, key = form(), str(uuid4())
    body = await signed(world, filled, kind, level=level)
    opened = await api.post("/v1/registrations", body, key=key)
    assert opened.status_code == 202, opened.text
    assert (await api.post("/v1/registrations", body, key=key)).text == opened.text
    assert problem(await api.post("/v1/registrations", body))[0] == 409
    redeemed = await api.post(
        "/v1/code-redemptions",
        {
            "purpose": "PASSWORD",
            "user_name": filled["user_name"],
            "code": await world.code(filled["email"]),
            "password": PASSWORD,
        },
    )
    assert redeemed.json()["status"] == "ACTIVE"


async def test_what_is_refused_is_refused_with_the_reason(api: Api, world: World) -> None:
    simple = await api.post("/v1/registrations", await signed(world, form(), level="simple"))
    assert problem(simple) == (422, "simple-signature")
    tampered = await signed(world, form())
    tampered["signed_form"] = base64.b64encode(json.dumps(form()).encode()).decode()
    assert problem(await api.post("/v1/registrations", tampered)) == (422, "signature-broken")
    nothing = {"signed_form": "e30=", "signature": "e30="}
    assert problem(await api.post("/v1/registrations", nothing)) == (422, "signature-unreadable")
    assert problem(await api.post("/v1/registrations", {"signed_pdf": "e30="})) == (422, "signature-unreadable")


@pytest.mark.parametrize("size", [234_007, LARGEST_BYTES])
async def test_the_largest_documents_that_are_taken_are_taken_over_http_too(api: Api, world: World, size: int) -> None:
    """In base64 they are a third larger; a form and its signature may each have the whole size."""
    filled = form()
    whole = await signed(world, filled, "pades", size=size)
    assert len(base64.b64decode(whole["signed_pdf"])) == size
    assert (await api.post("/v1/registrations", whole)).status_code == 202
    detached = await signed(world, form(), "cades", size=size)
    assert len(base64.b64decode(detached["signed_form"])) == size
    assert (await api.post("/v1/registrations", detached)).status_code == 202
    padded = detached | {"signature": base64.b64encode(bytes(size)).decode()}
    assert problem(await api.post("/v1/registrations", padded)) == (422, "signature-unreadable")


async def test_what_is_larger_is_refused_in_words(api: Api, world: World) -> None:
    too_large = await signed(world, form(), "pades", size=LARGEST_BYTES + 1)
    refused = await api.post("/v1/registrations", too_large)
    assert problem(refused) == (422, "signed-form-too-large")
    assert "at most 262144 bytes" in refused.json()["detail"]
    beyond = {"signed_pdf": "A" * 786_432}
    assert problem(await api.post("/v1/registrations", beyond)) == (413, "body-too-large")
