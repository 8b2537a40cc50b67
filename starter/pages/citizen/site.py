"""What the pages for citizens work with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from starlette.requests import Request

from registration import log_ins
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
    browser_sessions,
    drafts,
    owner_of,
)
from starter.pages.site import Links, Site

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class CitizenSite(Site):
    """Citizens register, log in, and see and change what is theirs."""

    name = N_("Client gate")
    log_out = N_("Log out")
    to_log_in = N_("To the log-in page")
    cookie_prefix = ""
    footer: ClassVar[Links] = (
        ("/segitseg", N_("Help")),
        ("/hivatalok", N_("Registration bodies")),
        ("/adatvedelem", N_("Privacy")),
        ("/akadalymentesseg", N_("Accessibility")),
    )

    shown_by = frozenset({"oldal", "elott"})
    stay_path = "/fiok/munkamenetek/folytatas"
    idle_minutes = browser_sessions.IDLE // _MINUTE
    longest_hours = browser_sessions.LONGEST // timedelta(hours=1)
    draft_minutes: ClassVar[int] = drafts.IDLE // _MINUTE
    """For so long a form of a registration that nobody goes on with stays open."""
    draft_tries: ClassVar[int] = drafts.MOST_TRIES
    """So many wrong addresses delete it."""
    history_days: ClassVar[int] = log_ins.KEPT_FOR // timedelta(days=1)
    """For so long log-ins, and the browsers of them, are known."""
    longest_session = N_("{hours} hours after a log-in you have to log in again. You are logged out at {time}.")
    session_over = N_(
        "You are logged out. What you typed is kept, passwords excepted, if you send the form now and log in again."
    )

    data_controller: str | None
    privacy_notice_url: str | None
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
