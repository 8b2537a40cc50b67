"""A browser without scripts, by hand: opens pages, and sends the forms that they have, or forged ones."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from starter.dev.samples import PASSWORD, another_address
from starter.pages.forgery import TOKEN_FIELD
from starter.pages.once import KEY_FIELD
from tests.support.api import ANSWER_SECONDS

_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_HEADING: Final = re.compile(r"<h1[^>]*>\s*(.*?)\s*</h1>", re.DOTALL)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms; those of the last one."""
    return dict(_HIDDEN.findall(page))


def heading(answer: httpx.Response) -> str:
    """The words of the one heading of a page. AssertionError where there is none, or more."""
    found = _HEADING.findall(answer.text)
    assert len(found) == 1, answer.text
    return re.sub(r"</?span[^>]*>", "", found[0])


@dataclass(frozen=True)
class Visitor:
    """Cookies of its own, and a network address of its own where the pages trust loopback. Follows no redirect."""

    http: httpx.AsyncClient

    async def get(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401  as httpx's
        """Opens a page."""
        return await self.http.get(path, **options)

    async def post(
        self,
        path: str,
        fields: Mapping[str, str] = {},
        *,
        at: str | None = None,
        headers: Mapping[str, str] = {},
        **changes: str,
    ) -> httpx.Response:
        """Opens the page `at` (that of the path if not said), and sends its form with these fields.

        `changes` are of its hidden fields.
        """
        page = await self.get(path if at is None else at)
        sent = {TOKEN_FIELD: "", KEY_FIELD: "", **hidden(page.text), **changes, **fields}
        return await self.http.post(path, data=sent, headers=headers)

    async def log_in(self, user_name: str, password: str = PASSWORD) -> httpx.Response:
        """At the log-in page."""
        return await self.post("/", {"user_name": user_name, "password": password})


@asynccontextmanager
async def visitor(url: str, **options: Any) -> AsyncIterator[Visitor]:  # noqa: ANN401  as httpx's client
    """Somebody who reads English, and has opened nothing yet."""
    headers = {"Accept-Language": "en", "X-Forwarded-For": another_address(), **options.pop("headers", {})}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=ANSWER_SECONDS, **options) as http:
        yield Visitor(http)
