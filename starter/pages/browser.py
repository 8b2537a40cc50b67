"""What each request says of its browser: the language, and the cookie that forms are tied to."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registration.statuses import Language
from starter.pages.cookies import Cookies
from starter.pages.forgery import TOKEN_FIELD, is_own, is_secret, is_token, new_secret
from starter.pages.forms import OWNER_FIELD, PostedForm
from starter.pages.problems import ForgedRequest, FormOfAnother, StaleForm
from starter.pages.site import site_of
from starter.serving.negotiation import preferred_language

_log = structlog.get_logger()

_LANGUAGE: Final = "lang"
_SAFE: Final = frozenset({"GET", "HEAD"})
_FORM: Final = "application/x-www-form-urlencoded"
_WITH_FILES: Final = "multipart/form-data"


class Browser:
    """Puts `language`, `form_secret` and `path` into the state of a request.

    `?lang=hu` and `?lang=en` choose a language: it is kept in a cookie, and the same page is shown without it.
    """

    def __init__(self, app: ASGIApp, cookies: Cookies) -> None:
        """Wraps an application."""
        self._app = app
        self._cookies = cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        request, path = Request(scope), _own_path(scope)
        chosen = request.query_params.get(_LANGUAGE)
        if chosen in set(Language) and request.method in _SAFE:
            others = urlencode([pair for pair in request.query_params.multi_items() if pair[0] != _LANGUAGE])
            chosen_answer = RedirectResponse(f"{path}?{others}" if others else path, HTTPStatus.SEE_OTHER)
            self._cookies.set(chosen_answer, self._cookies.language, chosen)
            await chosen_answer(scope, receive, send)
            return
        kept = self._cookies.of(request, self._cookies.form)
        secret = kept if is_secret(kept) else new_secret()
        request.state.path = path
        request.state.language = self._language(request)
        request.state.form_secret = secret

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and secret != kept:
                headers = MutableHeaders(scope=message)
                if "cache-control" not in headers:  # what a cache may keep must not give one secret to many browsers
                    answer = Response()
                    self._cookies.set(answer, self._cookies.form, secret)
                    headers.append("set-cookie", answer.headers["set-cookie"])
            await send(message)

        await self._app(scope, receive, marked)

    def _language(self, request: Request) -> Language:
        kept = self._cookies.of(request, self._cookies.language)
        return Language(kept) if kept in set(Language) else preferred_language(request.headers.get("accept-language"))


async def posted(request: Request, *, most_files: int = 0) -> PostedForm:
    """The form that a page of this site has sent, with at most so many files.

    Raises `ForgedRequest` where another site sent it, `FormOfAnother` where it was made for somebody else who was
    signed in here, `StaleForm` where it is not of this browser's cookie, `HTTPException` 400 where it is no form in the
    coding of its page: only a form that takes files is multipart.
    """
    if not is_own(request.headers, site_of(request).origin):
        _log.warning("forged_request", path=request.state.path)
        raise ForgedRequest
    coding = request.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if coding != (_WITH_FILES if most_files else _FORM):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    form = await PostedForm.of(request, most_files=most_files)
    if site_of(request).is_of_another(request, form[OWNER_FIELD]):
        _log.warning("form_of_another", path=request.state.path)
        raise FormOfAnother
    if not is_token(request.state.form_secret, form[TOKEN_FIELD]):
        raise StaleForm(form)
    return form


def _own_path(scope: Scope) -> str:
    """The path of a request as a link of this site; one that begins with two slashes would lead to another."""
    return "/" + quote(scope["path"].lstrip("/\\"), safe="/")
