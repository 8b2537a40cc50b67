"""What each page of a desk works with: the gateway of who is signed in, and the pages of this session."""

from dataclasses import dataclass

from starlette.requests import Request

from registration.messages import Actor
from starter.gateway import DeskGateway, DeskPages, DeskVisit, StaffSession
from starter.pages.staff.site import site_of


@dataclass(frozen=True)
class Counter:
    """A person at a desk in one session."""

    desk: DeskGateway
    pages: DeskPages
    token: str

    @classmethod
    def of(cls, request: Request, session: StaffSession) -> "Counter":
        """That of a request."""
        site, actor = site_of(request), session.principal.actor
        return cls(
            DeskGateway(site.engine, actor.id, actor.office or "", actor.kind),
            DeskPages(site.engine),
            site.cookies.of(request, site.cookies.session),
        )

    def desk_for(self, visit: DeskVisit) -> DeskGateway:
        """The gateway for acts on the registration of a visit."""
        actor = self.actor
        return DeskGateway(self.desk.engine, actor.id, actor.office or "", actor.kind, matches=visit.matches)

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.desk.actor
