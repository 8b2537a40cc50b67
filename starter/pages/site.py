"""What both sites have, each its own: the pages for citizens, and those for staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from starlette.requests import Request

from settings.addresses import Networks
from settings.metrics import Metrics
from starter.gateway import Idempotency, ReadinessCheck
from starter.gateway.drafts import KEPT_FOR
from starter.pages.cookies import Cookies

Links = tuple[tuple[str, str], ...]
"""Paths and their words (message ids)."""


@dataclass(frozen=True)
class Site:
    """One for each process. `origin` is the address that browsers know, never what a request claims."""

    name: ClassVar[str]
    """A message id."""
    cookie_prefix: ClassVar[str]
    footer: ClassVar[Links]
    shown_by: ClassVar[frozenset[str]] = frozenset()
    """The parameters of addresses that choose what a page shows: they stay when the language is changed."""
    stay_path: ClassVar[str]
    """Where a session is prolonged from the dialog that warns of its end."""
    idle_minutes: ClassVar[int]
    """For so long a session that is not used lasts."""
    longest_hours: ClassVar[int]
    """For so long one that is used does."""
    kept_hours: ClassVar[int] = KEPT_FOR // timedelta(hours=1)
    """For so long what was typed is kept."""
    longest_session: ClassVar[str]
    """A message id: that it cannot be prolonged beyond `{hours}`, and when it ends, `{time}`."""
    session_over: ClassVar[str]
    """A message id: what becomes of what was typed."""
    log_out: ClassVar[str]
    """A message id: the button that ends the session."""
    to_log_in: ClassVar[str]
    """A message id: the link to the page where one begins."""

    origin: str
    trusted_proxies: Networks
    security_txt: str | None
    """The operator's file that says whom to tell of a security hole."""
    requests: Idempotency
    health: ReadinessCheck
    metrics: Metrics

    @property
    def is_https(self) -> bool:
        """Whether browsers come over https; plain http is for loopback only."""
        return self.origin.startswith("https://")

    @property
    def cookies(self) -> Cookies:
        """The names of its cookies."""
        return Cookies(self.is_https, self.cookie_prefix)

    def form_owner(self, _request: Request) -> str:
        """Who is logged in, in words that only this browser's forms have; empty where nobody is."""
        return ""

    def is_of_another(self, _request: Request, _owner: str) -> bool:
        """Whether a form with this owner is of somebody else than who sends it."""
        return False

    def form_sender(self, request: Request) -> str:
        """Whose forms act once, and who finds their answers: this browser."""
        secret: str = request.state.form_secret
        return secret

    def form_targets(self) -> Iterable[str]:
        """Other origins that an answer to a form may lead to."""
        return ()


def site_of(request: Request) -> Site:
    """The site that serves a request."""
    site: Site = request.app.state.site
    return site
