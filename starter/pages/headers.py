"""What every answer of a site tells the browser: nothing is kept, framed, sniffed or loaded from elsewhere."""

from collections.abc import Callable, Iterable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = "Content-Security-Policy"
_SELF: Final = "'self'"


def content_security_policy(form_targets: Iterable[str] = ()) -> str:
    """Own resources alone. `form_targets` are further origins that the answer to a form may lead to.

    Browsers apply `form-action` to the redirect that follows a form, too.
    """
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {' '.join([_SELF, *sorted(form_targets)])}; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )


HEADERS: Final = {
    _POLICY: content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with `no-referrer` our own POST would have `Origin: null`
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=63072000"
"""Two years; other hosts below this one are not ours to decide about."""


class Headers:
    """Adds them, unless the answer has its own."""

    def __init__(self, app: ASGIApp, *, is_https: bool, form_targets: Callable[[], Iterable[str]] = tuple) -> None:
        """Wraps an application; over plain http no browser may be bound to https."""
        self._app = app
        self._form_targets = form_targets
        self._headers = HEADERS | ({"Strict-Transport-Security": _HSTS} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault(_POLICY, content_security_policy(self._form_targets()))
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, marked)
