"""The cookies of a site: their names and attributes (RFC 6265bis)."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from registration.log_ins import KEPT_FOR

_LANGUAGE_SECONDS: Final = 365 * 24 * 3600
"""A year: it says nothing about the person."""

_KNOWN_BROWSER_SECONDS: Final = round(KEPT_FOR.total_seconds())
"""As long as accounts know it; each log-in sets it anew."""


@dataclass(frozen=True)
class Cookies:
    """Over https each name has the prefix `__Host-`: no other host, and nothing over plain http, can have set it.

    Plain http is for loopback only. There the names differ, because cookies ignore ports. For the same reason each site
    has a `prefix` of its own.
    """

    is_https: bool
    prefix: str = ""

    @property
    def session(self) -> str:
        """Who is logged in; it ends with the browser."""
        return self._named("session")

    @property
    def form(self) -> str:
        """What ties forms, their answers and drafts to this browser; it ends with the browser."""
        return self._named("form")

    @property
    def sign_in(self) -> str:
        """What ties sign-ins at a provider to this browser; it ends with the browser."""
        return self._named("sign-in")

    @property
    def language(self) -> str:
        """The language that was chosen."""
        return self._named("language")

    @property
    def known_browser(self) -> str:
        """A random value by which an account knows this browser again; it stays after log-out."""
        return self._named("known-browser")

    def set(self, response: Response, name: str, value: str) -> None:
        """Sets a cookie that only this site's own requests carry and no script reads."""
        seconds = {self.language: _LANGUAGE_SECONDS, self.known_browser: _KNOWN_BROWSER_SECONDS}.get(name)
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self.is_https, httponly=True, samesite="lax")

    def remove(self, response: Response, name: str) -> None:
        """Removes it."""
        response.delete_cookie(name, path="/", secure=self.is_https, httponly=True, samesite="lax")

    @staticmethod
    def of(request: Request, name: str) -> str:
        """Its value; empty where the browser has none."""
        return request.cookies.get(name, "")

    def _named(self, name: str) -> str:
        return f"__Host-{self.prefix}{name}" if self.is_https else f"ugyfelkapu-{self.prefix}{name}"
