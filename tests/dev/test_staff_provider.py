"""The embedded provider believes who somebody says they are, and nothing else: it is a provider for one client."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio

from starter.dev.keys import STAFF_CLIENT_ID
from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.dev.staff_provider import running_staff_provider
from starter.gateway.openid import Challenge, OpenIdProvider
from starter.gateway.openid_client import OpenIdClient
from tests.support.staff import chosen, query_of

SITE: Final = "http://127.0.0.1:8081"
BACK: Final = f"{SITE}/belepes/valasz"
SECRET: Final = "a secret of a test"


@dataclass(frozen=True)
class Scene:
    issuer: str
    ours: OpenIdProvider
    http: httpx.AsyncClient

    async def asked(self, challenge: Challenge) -> str:
        return await self.ours.authorization_url(challenge, BACK, "en")

    async def code(self, challenge: Challenge, who: str = "clerk-1") -> str:
        answer = await chosen(await self.asked(challenge), who)
        return query_of(answer.headers["location"])["code"]

    async def exchanged(self, code: str, challenge: Challenge, **changes: Any) -> httpx.Response:  # noqa: ANN401
        user = changes.pop("user", (STAFF_CLIENT_ID, SECRET))
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": challenge.verifier,
        }
        return await self.http.post("/token", data=form | changes, auth=user)


@pytest_asyncio.fixture(loop_scope="session")
async def scene() -> AsyncIterator[Scene]:
    ports = ReservedPorts(1)
    async with (
        running_staff_provider(ports.numbers[0], SITE, SECRET) as issuer,
        httpx.AsyncClient(base_url=issuer) as http,
    ):
        assert issuer == f"http://{LOOPBACK}:{ports.numbers[0]}"
        yield Scene(issuer, OpenIdProvider(OpenIdClient(issuer, STAFF_CLIENT_ID, secret=SECRET)), http)


async def test_a_code_is_exchanged_once_by_the_client_that_has_the_verifier(scene: Scene) -> None:
    challenge = Challenge.new()
    assert (await scene.exchanged(await scene.code(challenge), Challenge.new())).json() == {"error": "invalid_grant"}
    code = await scene.code(challenge)
    assert (await scene.exchanged(code, challenge, user=(STAFF_CLIENT_ID, "guess"))).status_code == 401
    assert (await scene.exchanged(code, challenge, user=("another", SECRET))).status_code == 401
    assert (await scene.http.post("/token", data={"code": code})).status_code == 401
    assert "id_token" in (await scene.exchanged(code, challenge)).json()
    assert (await scene.exchanged(code, challenge)).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "another"),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", f"{SITE}/elsewhere"),
        ("response_type", "token"),
        ("code_challenge", ""),
        ("code_challenge_method", "plain"),
    ],
)
async def test_no_other_request_is_answered(scene: Scene, name: str, value: str) -> None:
    asked = dict(query_of(await scene.asked(Challenge.new()))) | {name: value}
    assert (await scene.http.get("/authorize", params=asked)).status_code == 400
    assert (await scene.http.post("/authorize", data=asked | {"who": "clerk-1"})).status_code == 400


async def test_nobody_else_can_be_chosen(scene: Scene) -> None:
    assert (await chosen(await scene.asked(Challenge.new()), "nobody")).status_code == 400


async def test_a_sign_out_leads_back_to_the_site_alone(scene: Scene) -> None:
    away = await scene.http.get("/end", params={"post_logout_redirect_uri": "https://evil.example/"})
    assert away.status_code == 400
    back = await scene.http.get("/end", params={"post_logout_redirect_uri": f"{SITE}/kilepve"})
    assert back.headers["location"] == f"{SITE}/kilepve"


async def test_a_name_that_is_not_this_machines_is_refused(scene: Scene) -> None:
    """No web site reads it by a name of its own (DNS rebinding)."""
    assert (await scene.http.get("/keys", headers={"Host": "evil.example"})).status_code == 400
    assert (await scene.http.get("/keys")).status_code == 200
