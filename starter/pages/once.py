"""A form that is sent twice acts once: after a double click, a reload, with Back, from another tab, after a crash.

Each form that is shown has a random key. The act is done once for that key and what was typed, and its answer is kept
for 24 hours (starter/gateway/idempotency.py): the page that a form leads to shows it, to the same browser alone, and
at the site for staff to the same person alone.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request

from registration.answers import json_of
from registration.errors import RequestInProgress, Unavailable
from starter.gateway import Begun, StoredAnswer
from starter.pages.forgery import TOKEN_FIELD
from starter.pages.forms import PostedForm
from starter.pages.site import site_of

KEY_FIELD: Final = "form_key"
_KEY_BYTES: Final = 16
_RESULT: Final = re.compile(r"[A-Za-z0-9_-]{22}")
"""128 bits in base64url."""

_WAITS_SECONDS: Final = (0.1, 0.3, 0.6, 1, 2, 3)
"""Between looks at another request for the same form; together longer than nearly every act takes."""

Act = Callable[[str], Awaitable[object]]
"""Takes the request id by which the engine knows the act; returns an answer."""


def new_key() -> str:
    """The key of a form that is shown: 128 random bits."""
    return secrets.token_urlsafe(_KEY_BYTES)


def form_id(request: Request, form: PostedForm) -> str:
    """Of this form with this content. It is in an address, so it is keyed with what only this browser has."""
    content = {name: value for name, value in form.values.items() if name != TOKEN_FIELD}
    message = json.dumps(content, sort_keys=True).encode()
    digest = hmac.digest(request.state.form_secret.encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest[:_KEY_BYTES]).rstrip(b"=").decode()


async def once(request: Request, form: PostedForm, act: Act) -> str:
    """Carries out a form's act, unless that was done, and returns the key by which `result_of` finds its answer.

    Raises what `act` raises, and then keeps nothing; `RequestInProgress` where another request for the same form does
    not end.
    """
    key = form_id(request, form)
    begun = await _begun(request, key)
    if isinstance(begun, StoredAnswer):
        return key
    requests = site_of(request).requests
    try:
        answer = json_of(await act(begun.request_id))
    except BaseException:
        with suppress(Unavailable):  # then it counts as abandoned soon
            await requests.release(begun)
        raise
    await requests.finish(begun, StoredAnswer(HTTPStatus.OK, answer))
    return key


async def result_of(request: Request, path: str, key: str) -> dict[str, Any] | None:
    """What a form at `path` was answered, as JSON has it; `None` for another browser, and after 24 hours."""
    if not _RESULT.fullmatch(key):
        return None
    kept = await site_of(request).requests.answer(_caller(request), key, path)
    return None if kept is None else dict(json.loads(kept.body))


async def _begun(request: Request, key: str) -> Begun | StoredAnswer:
    """Waits for another request with the same form. Raises `RequestInProgress` where it does not end."""
    requests, caller, path = site_of(request).requests, _caller(request), request.state.path
    for wait in _WAITS_SECONDS:
        try:
            return await requests.begin(caller, key, path)
        except RequestInProgress:
            await asyncio.sleep(wait)
    return await requests.begin(caller, key, path)


def _caller(request: Request) -> str:
    """Who sends the form, by a hash: a browser by its cookie; at the site for staff a person at it."""
    return hashlib.sha256(b"form caller|" + site_of(request).form_sender(request).encode()).hexdigest()
