"""Open a registration in person, find one, see its status (S2)."""

from typing import Final

from fastapi import APIRouter, Response

from registration.comparing import PersonComparison
from registration.descriptions import Opened, Overview
from registration.errors import IdempotencyKeyReused, NotFound, RequestInProgress, TooManyGuesses, UserNameTaken
from registration.operations import Operation
from starter.api.desk.requests import InPersonRegistration, PersonBody, Search
from starter.api.documented import header, problems
from starter.api.idempotent import OnceOnly
from starter.api.reference import Reference
from starter.api.routes import OperationRoute
from starter.api.services import Desk
from starter.gateway import SearchResult

router: Final = APIRouter(prefix="/v1/desk", route_class=OperationRoute, tags=["desk"])

_LOCATION: Final = "/v1/desk/registrations/{registration_id}"


@router.post(
    "/registrations",
    name=Operation.DESK_REGISTER,
    status_code=202,
    response_model=Opened,
    responses=problems(UserNameTaken, IdempotencyKeyReused, RequestInProgress)
    | {202: {"headers": header("Location", "Where the registration can be looked at.", _LOCATION)}},
)
async def open_a_registration_in_person(body: InPersonRegistration, desk: Desk, once: OnceOnly) -> Response:
    """Open a registration for a client whose identity was checked (S2); it is active once its code is redeemed."""

    async def register(request_id: str | None) -> Opened:
        return await desk.register(body.form.model_dump(), body.evidence.model_dump(), request_id=request_id)

    return await once(202, register, _LOCATION)


@router.get("/registrations/{reference}", name=Operation.DESK_LOOK, responses=problems(NotFound, with_body=False))
async def look_at_a_registration_at_the_desk(reference: Reference, desk: Desk) -> Overview:
    """Its status, since when and why, and what happens next by itself; no personal data."""
    return await desk.look(reference)


@router.post(
    "/registrations/{reference}/comparison",
    name=Operation.DESK_COMPARE,
    responses=problems(NotFound, TooManyGuesses),
)
async def compare_a_person(reference: Reference, body: PersonBody, desk: Desk) -> PersonComparison:
    """Say whether the person with a document is the registration's holder; nothing that is stored is shown."""
    return await desk.compare(reference, body.model_dump())


@router.post("/searches", name=Operation.DESK_SEARCH, responses=problems())
async def search_for_registrations(body: Search, desk: Desk) -> SearchResult:
    """Find registrations by exactly one criterion, sent in the body: personal data must not be in an address."""
    return await desk.search(body.model_dump(exclude_unset=True))
