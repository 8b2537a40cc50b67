"""Requests to an issuer of tokens: every one is bounded in time and size, follows no redirect, and checks TLS."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import httpx

from settings.spans import SpanKind, span

OK: Final = 200

_SECONDS: Final = 5
"""For the whole request; a person waits for it."""

_LONGEST: Final = 1 << 20
"""Bytes of an answer; a set of keys has a few thousand."""


class IssuerUnreachable(Exception):
    """The issuer did not answer in time, or too much; `reason` is the kind of error, and quotes nothing."""

    def __init__(self, reason: str) -> None:
        """`reason` such as `ConnectError`."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class IssuerAnswer:
    """The status and the whole content of an answer."""

    status: int
    content: bytes = field(repr=False)


async def requested(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    user: tuple[str, str] | None = None,
) -> IssuerAnswer:
    """The answer to a GET, or to the POST of a form; `user` are name and password of HTTP's basic authentication.

    Raises `IssuerUnreachable`.
    """
    method = "GET" if form is None else "POST"
    try:
        with span(f"issuer {method}", SpanKind.CLIENT):
            async with asyncio.timeout(_SECONDS):
                return await _answer(method, url, form, user)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as trouble:
        raise IssuerUnreachable(type(trouble).__name__) from None


async def _answer(method: str, url: str, form: Mapping[str, str] | None, user: tuple[str, str] | None) -> IssuerAnswer:
    async with (
        httpx.AsyncClient(verify=_trusted(), trust_env=False, headers={"Accept": "application/json"}) as http,
        http.stream(method, url, data=form, auth=user) as answer,
    ):
        content = b""
        async for part in answer.aiter_bytes():
            content += part
            if len(content) > _LONGEST:
                raise IssuerUnreachable("TooLarge")
        return IssuerAnswer(answer.status_code, content)


async def fetched(url: str) -> bytes:
    """The content at an address. Raises `IssuerUnreachable`, also for any status but 200."""
    answer = await requested(url)
    if answer.status != OK:
        raise IssuerUnreachable(f"status {answer.status}")
    return answer.content


@cache
def _trusted() -> ssl.SSLContext:
    """The system's certificate authorities, as for every other connection of ours."""
    return ssl.create_default_context()
