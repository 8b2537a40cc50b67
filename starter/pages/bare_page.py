"""The pages that are answered without the application: a connection's, before there is a request."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from registration.sentences import N_
from starter.pages.headers import HEADERS
from starter.pages.rendering import page
from starter.serving.bare_answers import bare, language_in

_WORDS: Final[Mapping[HTTPStatus, tuple[str, str]]] = {
    HTTPStatus.BAD_REQUEST: (
        N_("What your browser sent could not be read"),
        N_("Nothing has been done. Load the page again; if that does not help, try another browser or network."),
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        N_("What your browser sent did not arrive in time"),
        N_("Nothing has been done. Load the page again, and send the form once more."),
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        N_("Your browser sent too much"),
        N_("Nothing has been done. Delete this site's cookies in your browser, then load the page again."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        N_("Too many people use the service at this moment"),
        N_("Nothing has been done. Wait a minute, then load the page again."),
    ),
}


def bare_page(status: HTTPStatus, head: bytes) -> bytes:
    """A page without any resource, in the language that `head` asks for."""
    title, advice = _WORDS[status]
    body = page("bare.html", language_in(head), title=title, advice=advice)
    return bare(status, status.phrase, "text/html; charset=utf-8", body.encode(), HEADERS)
