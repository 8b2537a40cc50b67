"""What the pages for citizens work with."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request

from registration.sentences import N_
from starter.gateway import (
    AccountDrafts,
    AccountGateway,
    BrowserSession,
    BrowserSessions,
    CitizenGateway,
    Continuations,
    Drafts,
    LogInHistory,
    PortalGateway,
    owner_of,
)
from starter.pages.site import Links, Site


@dataclass(frozen=True)
class CitizenSite(Site):
    """Citizens register, log in, and see and change what is theirs."""

    name = N_("Client gate")
    cookie_prefix = ""
    footer: ClassVar[Links] = (
        ("/segitseg", N_("Help")),
        ("/hivatalok", N_("Registration bodies")),
        ("/adatvedelem", N_("Privacy")),
        ("/akadalymentesseg", N_("Accessibility")),
    )

    shown_by = frozenset({"oldal", "elott"})
    stay_path = "/fiok/munkamenetek/folytatas"
    longest_session = N_("12 hours after a log-in you have to log in again. You are logged out at {time}.")
    session_over = N_(
        "You are logged out. What you typed is kept, passwords excepted, if you send the form now and log in again."
    )

    citizen: CitizenGateway
    portal: PortalGateway
    accounts: AccountGateway
    drafts: Drafts
    account_drafts: AccountDrafts
    continuations: Continuations
    sessions: BrowserSessions
    log_ins: LogInHistory

    def form_owner(self, request: Request) -> str:
        """The client who is logged in."""
        session: BrowserSession | None = getattr(request.state, "session", None)
        return owner_of(request.state.form_secret, session.registration_id) if session else ""


def site_of(request: Request) -> CitizenSite:
    """The site that serves a request."""
    site: CitizenSite = request.app.state.site
    return site
