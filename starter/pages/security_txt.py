"""Whom to tell of a security hole (RFC 9116), as the operator's file says it."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from starter.pages.site import site_of


async def whom_to_tell(request: Request) -> PlainTextResponse:
    """The file; not found where the operator has named none."""
    text = site_of(request).security_txt
    if text is None:
        raise HTTPException(404)
    return PlainTextResponse(text)


ROUTES: Final = (Route("/.well-known/security.txt", whom_to_tell),)
