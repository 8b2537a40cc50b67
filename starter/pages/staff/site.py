"""What the pages for staff work with."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import ClassVar

from starlette.requests import Request

from registration.policy_form import PolicyAnswer
from registration.sentences import N_
from starter.gateway import (
    AccountDrafts,
    Continuations,
    Engine,
    StaffDoor,
    StaffSession,
    StaffSessions,
    StaffSignIn,
    desk_pages,
    staff_sessions,
)
from starter.gateway.openid import OpenIdProvider
from starter.pages.site import Links, Site


@dataclass(frozen=True)
class StaffSite(Site):
    """Staff sign in at their organisation's provider, and do what their role allows. A page makes its own gateway."""

    name = N_("Client gate for staff")
    log_out = N_("Sign out")
    to_log_in = N_("To the sign-in page")
    cookie_prefix = "staff-"
    footer: ClassVar[Links] = ()
    shown_by = frozenset(
        {"after", "at", "before", "day", "days", "nap", "office", "older_than", "operation", "since", "until"}
        | {each.name for each in fields(PolicyAnswer)}
    )
    stay_path = "/munkamenet"
    idle_minutes = staff_sessions.IDLE // timedelta(minutes=1)
    longest_hours = staff_sessions.LONGEST // timedelta(hours=1)
    disclosed_minutes: ClassVar[int] = desk_pages.DISCLOSED // timedelta(minutes=1)
    """For so long a page shows what was disclosed."""
    longest_session = N_("{hours} hours after a sign-in you have to sign in again. You are logged out at {time}.")
    session_over = N_(
        "You are logged out. Send the form now: if it is a search or a new registration, what you typed is kept until "
        "you sign in again. Other forms have to be filled in again."
    )

    engine: Engine
    provider: OpenIdProvider
    sessions: StaffSessions
    sign_in: StaffSignIn
    door: StaffDoor
    account_drafts: AccountDrafts
    continuations: Continuations
    temporal_ui: str | None
    """The namespace in Temporal's web UI; `None`: no links to it."""

    def form_owner(self, request: Request) -> str:
        """The id of who is signed in."""
        session: StaffSession | None = getattr(request.state, "session", None)
        return session.principal.id if session else ""

    def is_of_another(self, request: Request, owner: str) -> bool:
        """Whether a form was made for somebody else: people of one desk share a browser."""
        sender = self.form_owner(request)
        return bool(sender) and owner not in {"", sender}

    def form_sender(self, request: Request) -> str:
        """The person, at this browser."""
        return f"{super().form_sender(request)}|{self.form_owner(request)}"

    def form_targets(self) -> Iterable[str]:
        """Signing in and out leads to the provider."""
        return self.provider.origins


def site_of(request: Request) -> StaffSite:
    """The site that serves a request."""
    site: StaffSite = request.app.state.site
    return site
