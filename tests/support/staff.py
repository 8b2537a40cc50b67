"""The pages for staff on a world's servers, with the embedded provider, and people who sign in there."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser

from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.dev.staff_provider import running_staff_provider
from starter.gateway import StaffSessions
from starter.gateway.principals import Principal
from starter.pages.forgery import TOKEN_FIELD, form_token, new_secret
from starter.pages.once import KEY_FIELD, new_key
from starter.pages.server import running_staff_pages
from tests.support.site import RunningSite
from tests.support.visitors import Visitor, hidden, visitor

STAFF_SESSION: Final = "ugyfelkapu-staff-session"
STAFF_FORM: Final = "ugyfelkapu-staff-form"


@dataclass(frozen=True)
class StaffPages:
    """The pages at `url`, which browsers know them by, too, and the provider that they sign in at."""

    world: World
    url: str
    issuer: str


@asynccontextmanager
async def running_staff(world: World, **changes: object) -> AsyncIterator[StaffPages]:
    """Both, on free ports; `changes` are of the settings."""
    ports = ReservedPorts(2)
    site, provider = ports.numbers
    url = f"http://{LOOPBACK}:{site}"
    secret = world.settings.staff_client_secret
    assert secret
    async with running_staff_provider(provider, url, secret.get_secret_value()) as issuer:
        settings = world.settings.model_copy(update={"staff_url": url, "staff_issuer": issuer, **changes})
        async with running_staff_pages(settings, world.engine, f"{LOOPBACK}:{site}") as running:
            assert running == url
            yield StaffPages(world, url, issuer)


@asynccontextmanager
async def running_staff_site(world: World, browser: Browser) -> AsyncIterator[RunningSite]:
    """The same for people who open them."""
    async with running_staff(world) as pages:
        yield RunningSite(world, pages.url, browser)


@asynccontextmanager
async def colleague(url: str, who: str) -> AsyncIterator[Visitor]:
    """Somebody with a browser without scripts, who has signed in as one of the sample staff."""
    async with visitor(url) as found:
        answer = await sign_in(found, who)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
        yield found


@dataclass(frozen=True)
class Seated:
    """Somebody with a session of these pages, whose `token` is in a cookie."""

    http: httpx.AsyncClient
    token: str

    async def get(self, path: str, **query: str) -> httpx.Response:
        """Opens a page."""
        return await self.http.get(path, params=query or None)

    async def send(self, path: str, fields: Mapping[str, str] = {}, files: Mapping[str, Any] = {}) -> httpx.Response:
        """Sends a form of this site with these fields, as often as it is called another one."""
        own = {TOKEN_FIELD: form_token(self.http.cookies[STAFF_FORM]), KEY_FIELD: new_key()}
        return await self.http.post(path, data={**own, **fields}, files=files or None)


@asynccontextmanager
async def seated(staff: StaffPages, principal: Principal | None) -> AsyncIterator[Seated]:
    """With a session that no provider has vouched for; `None`: without one."""
    token = await StaffSessions(staff.world.engine).open(principal) if principal else ""
    async with visitor(staff.url) as somebody:
        for name, value in ((STAFF_FORM, new_secret()), (STAFF_SESSION, token)):
            somebody.http.cookies.set(name, value, domain=LOOPBACK, path="/")
        yield Seated(somebody.http, token)


async def sign_in(somebody: Visitor, who: str) -> httpx.Response:
    """Signs in at the embedded provider; what our site answers when it leads back."""
    return await somebody.get(await answer_address(somebody, who))


async def answer_address(somebody: Visitor, who: str) -> str:
    """Where the embedded provider leads to, with its answer."""
    asked = (await somebody.post("/belepes", at="/")).headers["location"]
    return str((await chosen(asked, who)).headers["location"])


async def chosen(address: str, who: str) -> httpx.Response:
    """The answer of the embedded provider's page at an address, once somebody is chosen there."""
    async with httpx.AsyncClient() as http:
        page = await http.get(address)
        return await http.post(address.partition("?")[0], data={**hidden(page.text), "who": who})


def query_of(address: str) -> Mapping[str, str]:
    """The parameters of an address."""
    return dict(httpx.QueryParams(urlsplit(address).query))


async def entries_of(world: World, who: str) -> list[dict[str, Any]]:
    """The entries of the access record that name somebody, by time: `operation`, `outcome` and so on."""
    of_them = "body::jsonb->'access'->'actor'->>'id' = $1"
    by_time = "(body::jsonb->>'at')::timestamptz, office, sequence"
    rows = await world.sql(f"select body from access_entries where {of_them} order by {by_time}", who)  # noqa: S608
    return [json.loads(row["body"])["access"] for row in rows]
