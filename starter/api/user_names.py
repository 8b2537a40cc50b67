"""Whether a user name is valid and free."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request

from registration.errors import InvalidInput, TooManyGuesses
from registration.operations import Operation
from starter.api.documented import problems
from starter.api.requests import ADDRESS, ClientAddress
from starter.api.routes import OperationRoute
from starter.api.services import Portal
from starter.gateway import UserNameCheck
from starter.serving.negotiation import language_of
from starter.translation import translated

router: Final = APIRouter(prefix="/v1", route_class=OperationRoute, tags=["registrations"])


@router.get(
    "/usernames/{name}", name=Operation.PORTAL_CHECK_USER_NAME, responses=problems(TooManyGuesses, with_body=False)
)
async def check_a_user_name(
    request: Request,
    name: Annotated[str, Path(description="What the client would like to be called.", examples=["szabó.katalin"])],
    client_address: Annotated[ClientAddress, Query(examples=[ADDRESS])],
    portal: Portal,
) -> UserNameCheck:
    """Whether a user name keeps the rules, and whether it is free."""
    try:
        free = await portal.user_name_is_free(name, client_address=client_address)
    except InvalidInput as broken:
        if broken.facts["field"] != "user_name":
            raise
        return UserNameCheck(valid=False, free=False, reason=translated(broken.sentence, language_of(request.scope)))
    return UserNameCheck(valid=True, free=free, reason=None)
