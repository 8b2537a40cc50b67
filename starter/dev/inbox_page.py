"""The inbox of the embedded environment as pages: the letters, newest first, and each as it looks, its text beside it.

A letter may come from anybody who reaches the inbox, so nothing of it acts: its HTML is a document of its own in a
sandbox without scripts, forms, links to other windows or requests. A name in `Host` that is not this machine's is
refused: letters have codes, and no web site may read them by a name of its own (DNS rebinding).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from registration.sentences import Sentence
from starter.dev.letters import html_of, read_letters, text_of
from starter.dev.ports import LOOPBACK
from starter.pages.assets import ROUTES as ASSETS
from starter.pages.assets import STYLE_PATH
from starter.pages.bare_page import bare_page
from starter.pages.headers import Headers
from starter.pages.rendering import in_words
from starter.serving.negotiation import preferred_language
from starter.serving.server import serving
from starter.translation import translated

_MOST: Final = 200
"""Letters in the list."""

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_LETTER_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
_POLICY_HEADER: Final = "Content-Security-Policy"


@asynccontextmanager
async def running_inbox(folder: Path, port: int) -> AsyncIterator[str]:
    """The letters of the Maildir `folder` on this machine alone, as long as the context lasts, and their URL.

    Raises `SettingsError` where the port is taken.
    """
    async with serving(inbox_page(folder), f"{LOOPBACK}:{port}", "inbox_address", bare_page) as url:
        yield url


def inbox_page(folder: Path) -> Starlette:
    """The application that shows the Maildir `folder`, in the language that the browser prefers."""
    app = Starlette(
        routes=[
            Route("/", _list),
            Route("/{number:int}", _show),
            Route("/{number:int}/html", _show_html),
            *ASSETS,
        ],
        middleware=[
            Middleware(Headers, is_https=False),
            Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"]),
        ],
        exception_handlers={HTTPException: _problem},
    )
    app.state.folder = folder
    return app


async def _list(request: Request) -> Response:
    letters = await _letters(request)
    newest = list(enumerate(letters, 1))[: -_MOST - 1 : -1]
    rows = [{"number": number, **_head(letter)} for number, letter in newest]
    return _page(request, "inbox.html", letters=rows)


async def _show(request: Request) -> Response:
    letter = await _letter(request)
    facts = {"number": request.path_params["number"], **_head(letter)}
    return _page(request, "letter.html", letter=facts, text_part=text_of(letter), has_html=bool(html_of(letter)))


async def _show_html(request: Request) -> Response:
    """The HTML of a letter, and nothing of ours."""
    return HTMLResponse(html_of(await _letter(request)), headers={_POLICY_HEADER: _LETTER_POLICY})


async def _problem(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 500
    return _page(request, "no_letter.html", status=status)


async def _letters(request: Request) -> list[EmailMessage]:
    """Oldest first, as `ugyfelkapu inbox` numbers them."""
    return await asyncio.to_thread(read_letters, request.app.state.folder)


async def _letter(request: Request) -> EmailMessage:
    letters, number = await _letters(request), request.path_params["number"]
    if not 1 <= number <= len(letters):
        raise HTTPException(404)
    found: EmailMessage = letters[number - 1]
    return found


def _head(letter: EmailMessage) -> dict[str, Any]:
    """What a mail program shows above a letter; a header that is missing or cannot be read is empty."""
    return {
        "date": getattr(letter["Date"], "datetime", None),
        "sender": str(letter["From"] or ""),
        "to": str(letter["To"] or ""),
        "subject": str(letter["Subject"] or ""),
    }


def _page(request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:  # noqa: ANN401  as Jinja's
    language = preferred_language(request.headers.get("accept-language"))
    shown = _TEMPLATES.get_template(template).render(
        language=language,
        style_path=STYLE_PATH,
        when=lambda moment: in_words(moment, language),
        _=lambda message, **blanks: translated(Sentence(message, blanks), language),
        **facts,
    )
    return HTMLResponse(shown, status, headers={_POLICY_HEADER: _POLICY})


_TEMPLATES: Final = Environment(
    loader=PackageLoader("starter.dev"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
