"""What the pages for citizens cost: the log-in page, a log-in through it, and the bytes that a first visit takes."""

import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

import aiohttp

from bench.load import Rate, at_once
from bench.system import System
from starter.dev.child import Child
from starter.dev.ports import LOOPBACK, free_ports
from starter.dev.samples import PASSWORD, another_address
from starter.pages.assets import SCRIPT_PATH, STYLE_PATH

MOST_KB: Final = 40
"""Of a first visit: the log-in page with style sheet and script, not compressed."""

_TOKEN: Final = re.compile(r'name="form_token" value="([0-9a-f]+)"')
_SEE_OTHER: Final = 303


@dataclass(frozen=True)
class PageRates:
    """The log-in page at once and one by one, log-ins one by one; kilobytes."""

    opened_at_once: Rate
    opened: Rate
    log_ins: Rate
    page_kb: float
    visit_kb: float


async def measure_pages(system: System, names: list[str], count: int, most: int, serial: int) -> PageRates:
    """Opens the log-in page `count` times, `most` at once; logs in `serial` times under these user names."""
    async with _running_pages(system, most) as session:
        weights = [len(await _opened(session, path)) / 1024 for path in ("/", STYLE_PATH, SCRIPT_PATH)]
        found = _TOKEN.search((await _opened(session, "/")).decode())
        if found is None:
            raise AssertionError("the log-in page has no form")
        _, opened_at_once = await at_once(["/"] * count, most, lambda path: _opened(session, path))
        _, opened = await at_once(["/"] * serial, 1, lambda path: _opened(session, path))

        async def log_in(name: str) -> None:
            sent = {"form_token": found[1], "user_name": name, "password": PASSWORD}
            headers = {"X-Forwarded-For": another_address()}
            async with session.post("/", data=sent, headers=headers, allow_redirects=False) as answer:
                if answer.status != _SEE_OTHER:
                    raise AssertionError(answer.status)

        _, log_ins = await at_once(list(islice(cycle(names), serial)), 1, log_in)
    return PageRates(opened_at_once, opened, log_ins, weights[0], sum(weights))


async def _opened(session: aiohttp.ClientSession, path: str) -> bytes:
    async with session.get(path) as answer:
        content = await answer.read()
        if not answer.ok:
            raise AssertionError(answer.status)
        return content


@asynccontextmanager
async def _running_pages(system: System, most: int) -> AsyncIterator[aiohttp.ClientSession]:
    """Pages in a process of their own, as `ugyfelkapu pages` runs them, and one browser with many connections."""
    [port] = free_ports(1)
    world, url = system.world, f"http://{LOOPBACK}:{port}"
    own = {"UGYFELKAPU_PORTAL_URL": url, "UGYFELKAPU_TRUSTED_PROXIES": f"{LOOPBACK}/32"}
    child = Child(
        name="The pages",
        command=(sys.executable, "-m", "starter.cli", "pages", "--port", str(port)),
        environment={"PYTHONPATH": ":".join(sys.path), **world.addresses.variables(world.folder), **own},
        log=world.folder / "pages.log",
        stop_signal=signal.SIGTERM,
        death_signal=signal.SIGKILL,
    )
    jar = aiohttp.CookieJar(unsafe=True)  # also cookies of an address that is no name
    connector = aiohttp.TCPConnector(limit=most)
    async with aiohttp.ClientSession(url, cookie_jar=jar, connector=connector) as session:

        async def answers() -> bool:
            try:
                async with session.get("/readyz") as answer:
                    return answer.ok
            except aiohttp.ClientError:
                return False

        await child.start(answers)
        try:
            yield session
        finally:
            await child.stop()
