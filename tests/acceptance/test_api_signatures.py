"""A signed form over HTTP (S4): what opens a registration, and what is refused with the reason."""

import asyncio
import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from starter.dev.authority import Person
from starter.dev.certificate_profiles import PROFILES
from starter.dev.kept_authority import kept_authority
from starter.dev.signing import pdf_with, sign_cades, sign_pades
from tests.support.api import Api, problem
from tests.support.world import PASSWORD, World, form


def _signed(world: World, filled: dict[str, Any], kind: str = "cades", level: str = "advanced") -> dict[str, str]:
    """The body of a registration that its applicant has signed with the environment's test authority."""
    now, content = datetime.now(UTC), json.dumps(filled).encode()
    person = Person(filled["family_name"], filled["given_name"], date.fromisoformat(filled["birth_date"]))
    since, until = now - timedelta(minutes=1), now + timedelta(days=1)
    credential = kept_authority(world.folder).certify(person, PROFILES[level], since=since, until=until)
    if kind == "pades":
        return {"signed_pdf": base64.b64encode(sign_pades(pdf_with(content), credential)).decode()}
    signature = sign_cades(content, credential, now)
    return {"signed_form": base64.b64encode(content).decode(), "signature": base64.b64encode(signature).decode()}


async def signed(*arguments: Any, **options: Any) -> dict[str, str]:  # noqa: ANN401  as _signed()
    """The same; pyHanko signs in a loop of its own."""
    return await asyncio.to_thread(_signed, *arguments, **options)


@pytest.mark.parametrize("level", ["advanced", "qualified"])
@pytest.mark.parametrize("kind", ["cades", "pades"])
async def test_a_signed_form_opens_a_registration_that_is_active_once_its_code_is_redeemed(
    api: Api, world: World, kind: str, level: str
) -> None:
    filled, key = form(), str(uuid4())
    body = await signed(world, filled, kind, level)
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
