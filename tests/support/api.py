"""The API over real HTTP on the session's world, and a portal's hand on it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from starter.api.server import running_api
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, another_address, form
from starter.dev.tokens import token

LOCALHOST = "127.0.0.1:0"
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Api:
    """A running API. `http` sends the token of the portal `portal-1`, and asks for English."""

    world: World
    url: str
    http: httpx.AsyncClient

    def token(self, *roles: str, caller: str = "portal-1", **options: Any) -> str:  # noqa: ANN401  as token()
        """A token that this API accepts, a portal's if not said; the options are those of starter.dev.tokens."""
        return token(self.world.folder, *(roles or ("portal",)), caller=caller, **options)

    def bearer(self, *roles: str, caller: str = "portal-1", **options: Any) -> dict[str, str]:  # noqa: ANN401  as token()
        """The same as a header."""
        return {"Authorization": f"Bearer {self.token(*roles, caller=caller, **options)}"}

    async def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> httpx.Response:
        """POST with the client's address in the body, and an Idempotency-Key if one is given."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self.http.post(path, json={"client_address": CLIENT_ADDRESS, **body}, headers=headers)

    async def put(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """PUT with the client's address in the body."""
        return await self.http.put(path, json={"client_address": CLIENT_ADDRESS, **body})

    async def registered(self, **changes: Any) -> tuple[str, dict[str, Any], str]:  # noqa: ANN401  any field of the form
        """A registration over HTTP, from an address of its own: its id, its form, its code."""
        filled = form(**changes)
        answer = await self.post("/v1/registrations", {"form": filled, "client_address": another_address()})
        assert answer.status_code == 202, answer.text
        registration_id: str = answer.json()["registration_id"]
        assert answer.headers["location"] == f"/v1/registrations/{registration_id}"
        return registration_id, filled, await self.world.code(filled["email"])

    async def redeem(
        self,
        user_name: str,
        code: str,
        **fields: Any,  # noqa: ANN401  any field of the body
    ) -> httpx.Response:
        """POST /v1/code-redemptions for a new password, that of the tests if not given."""
        body = {"purpose": "PASSWORD", "user_name": user_name, "code": code, "password": PASSWORD, **fields}
        return await self.post("/v1/code-redemptions", body)

    async def redeemed(self, user_name: str, code: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  as redeem()
        """The standing after a redemption that succeeds."""
        answer = await self.redeem(user_name, code, **fields)
        assert answer.status_code == 200, answer.text
        standing: dict[str, Any] = answer.json()
        return standing

    async def log_in(self, user_name: str, password: str = PASSWORD) -> httpx.Response:
        """POST /v1/sessions."""
        return await self.post("/v1/sessions", {"user_name": user_name, "password": password})

    async def assertion(self, user_name: str, password: str = PASSWORD) -> str:
        """The assertion of a log-in that succeeds."""
        answer = await self.log_in(user_name, password)
        assert answer.status_code == 200, answer.text
        assertion: str = answer.json()["assertion"]
        return assertion


@asynccontextmanager
async def api_on(world: World) -> AsyncIterator[Api]:
    """An API of its own on a world's servers, on a free port."""
    async with running_api(world.settings, world.engine, LOCALHOST) as url:
        headers = {
            "Authorization": f"Bearer {token(world.folder, 'portal', caller='portal-1')}",
            "Accept-Language": "en",
        }
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=ANSWER_SECONDS) as http:
            yield Api(world, url, http)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and the name of the problem's type, of an answer that must be a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"].endswith(".")
    prefix, _, name = body["type"].rpartition(":")
    assert prefix == "urn:ugyfelkapu:problem"
    return answer.status_code, name
