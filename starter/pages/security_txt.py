"""Whom to tell of a security hole (RFC 9116), as the operator's file says it now."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from settings.security_txt import read_security_txt
from settings.setting_rules import BrokenRule
from starter.pages.site import site_of


async def whom_to_tell(request: Request) -> PlainTextResponse:
    """The file; not found where the operator has named none, it has expired, or it cannot be read any more."""
    file = site_of(request).security_txt
    text = await asyncio.to_thread(_valid_text, file) if file else None
    if text is None:
        raise HTTPException(404)
    return PlainTextResponse(text)


def _valid_text(file: str) -> str | None:
    try:
        found = read_security_txt(file)
    except BrokenRule:  # the metric of its end is 0 then, which is an alert
        return None
    return found.text if datetime.now(UTC) < found.expires_at else None


ROUTES: Final = (Route("/.well-known/security.txt", whom_to_tell),)
