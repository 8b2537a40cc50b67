"""The first page after the sign-in: who I am, and what I may do here."""

from starlette.requests import Request
from starlette.responses import Response

from starter.gateway import StaffSession
from starter.pages.rendering import view
from starter.pages.staff.routes import StaffRoute
from starter.pages.staff.site import site_of


async def home(request: Request, session: StaffSession) -> Response:
    """Id, roles, the office by its name, and the menu of the role."""
    request.state.session = session
    return view(
        request,
        "staff/home.html",
        office=await site_of(request).sessions.office_of(session),
        menu=[
            (route.path, route.menu)
            for route in request.app.routes
            if isinstance(route, StaffRoute) and route.menu and route.is_for(session)
        ],
    )
