"""The pages as operations run them: behind a proxy that speaks TLS (docs/install.md, "Pages behind a proxy")."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from registration.limits import Act, limits_of
from starter.dev.installation import World
from starter.dev.ports import LOOPBACK, ReservedPorts
from starter.pages.server import running_pages
from tests.support.browsing import Version, person_at
from tests.support.page_states import log_in
from tests.support.site import TRUSTED_PROXIES
from tests.support.tls_proxy import tls_proxy
from tests.support.visitors import visitor

MOST_LOG_INS: Final = min(limit.tries for limit in limits_of(Act.LOG_IN))
ONE: Final = "127.0.0.2"
ANOTHER: Final = "127.0.0.3"


@dataclass(frozen=True)
class Secured:
    """The proxy's address, and what trusts its certificate."""

    url: str
    trust: ssl.SSLContext

    def visitor(self, address: str, **headers: str) -> Any:  # noqa: ANN401  as visitor()
        """Somebody who comes from an address of this machine."""
        transport = httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)
        return visitor(self.url, transport=transport, headers=headers)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def secured(world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Secured]:
    folder: Path = tmp_path_factory.mktemp("proxy")
    [port] = ReservedPorts(1).numbers
    async with tls_proxy(folder, port) as url:
        changed = {"portal_url": url, "trusted_proxies": TRUSTED_PROXIES}
        settings = world.settings.model_copy(update=changed)
        async with running_pages(settings, world.engine, f"{LOOPBACK}:{port}"):
            yield Secured(url, ssl.create_default_context(cafile=folder / "certificate.pem"))


async def test_a_citizen_logs_in_and_out_over_https(
    world: World, secured: Secured, browser: Browser, version: Version
) -> None:
    """With cookies that a browser accepts by their prefix `__Host-`, and sends back."""
    _, filled = await world.active()
    async with person_at(browser, secured.url, version, ignore_https_errors=True) as person:
        answer = await person.open("/")
        assert (await answer.all_headers())["strict-transport-security"] == "max-age=63072000"
        await log_in(person, filled["user_name"])
        assert await person.heading() == person.words("My account")
        cookies = {cookie["name"]: cookie for cookie in await person.page.context.cookies()}
        assert set(cookies) >= {"__Host-session", "__Host-form"}
        assert all(cookie["secure"] and cookie["httpOnly"] for cookie in cookies.values())
        await person.press("Log out")
        assert await person.heading() == person.words("Log in")
        assert "__Host-session" not in {cookie["name"] for cookie in await person.page.context.cookies()}


async def test_limits_count_the_address_that_the_proxy_was_called_from(
    world: World, secured: Secured, counts_of_its_own: None
) -> None:
    """Whatever a client writes into the header itself; another client is not held up by it."""
    _, filled = await world.active()
    name = filled["user_name"]
    async with secured.visitor(ONE) as guesser, secured.visitor(ANOTHER) as another:
        for number in range(MOST_LOG_INS):
            guesser.http.headers["X-Forwarded-For"] = f"198.51.100.{number}, {LOOPBACK}"
            assert (await guesser.log_in(name, "nem ez az")).status_code == 422
        refused = await guesser.log_in(name)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        another.http.headers["X-Forwarded-For"] = ONE
        assert (await another.log_in(name)).status_code == 303


async def test_a_form_comes_from_the_address_that_citizens_know(world: World, secured: Secured) -> None:
    """Of the proxy's, not of the pages' own."""
    _, filled = await world.active()
    sent = {"user_name": filled["user_name"], "password": "nem ez az"}
    async with secured.visitor(ONE) as somebody:
        assert (await somebody.post("/", sent, headers={"Origin": secured.url})).status_code == 422
        for origin in (secured.url.replace("https", "http"), "https://ugyfelkapu.example.hu"):
            assert (await somebody.post("/", sent, headers={"Origin": origin})).status_code == 403
