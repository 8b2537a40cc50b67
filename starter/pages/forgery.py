"""Whether a form was sent by a page of this site (cross-site request forgery, OWASP)."""

import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Final

TOKEN_FIELD: Final = "form_token"  # noqa: S105  a name
_SECRET_BYTES: Final = 18
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{24}")
"""So many bytes in base64url."""


def new_secret() -> str:
    """A random value for the cookie that forms are tied to: 144 bits."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def is_secret(text: str) -> bool:
    """Whether a cookie can be one that `new_secret` has made."""
    return _SECRET.fullmatch(text) is not None


def form_token(secret: str) -> str:
    """The token in the forms of a browser: derived from its cookie, which no page shows."""
    return hmac.digest(secret.encode(), b"form token", "sha256").hex()


def is_own(headers: Mapping[str, str], origin: str) -> bool:
    """Whether the browser says that a page of `origin` sent this request, or says nothing.

    `Sec-Fetch-Site` decides where it is sent: other ports and subdomains are `same-site`, and refused, since cookies do
    not tell them apart. An older browser sends `Origin`. Where both are missing, the form's token alone decides.
    """
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    return headers.get("origin", origin) == origin


def is_surely_own(headers: Mapping[str, str], origin: str) -> bool:
    """Whether the browser says so: it sent one of the headers, and that is right."""
    return ("sec-fetch-site" in headers or "origin" in headers) and is_own(headers, origin)


def is_token(secret: str, token: str) -> bool:
    """Whether a form carries the token of this browser's cookie."""
    return bool(secret) and hmac.compare_digest(form_token(secret).encode(), token.encode(errors="replace"))
