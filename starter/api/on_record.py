"""Whatever refuses staff over HTTP, it stands in the access record before it is told."""

import json
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registration.errors import Unavailable
from starter.api.problem_types import FORBIDDEN, REFUSALS
from starter.api.problems import language_of, refusal_response
from starter.api.reference import is_reference
from starter.api.tokens import Principal
from starter.gateway import AdmissionGateway, refusals_noted

_FIRST_ERROR: Final = 400
_UNMATCHED: Final = "unmatched"


class OnRecord:
    """Holds a problem back until it is on record: by the gateway that refused, or else by this layer.

    Of callers who are no staff only the missing role is noted.
    """

    def __init__(self, app: ASGIApp, admission: AdmissionGateway) -> None:
        """Wraps an application."""
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        caller: Principal | None = scope.get("state", {}).get("principal")
        if caller is None:
            await self._app(scope, receive, send)
            return
        problem: list[Message] = []

        async def hold(message: Message) -> None:
            if problem or message.get("status", 0) >= _FIRST_ERROR:
                problem.append(message)
            else:
                await send(message)

        with refusals_noted() as noted:
            await self._app(scope, receive, hold)
        if problem and not noted:
            try:
                await self._note(scope, caller, problem)
            except Unavailable as trouble:
                await refusal_response(trouble, language_of(scope))(scope, receive, send)
                return
        for message in problem:
            await send(message)

    async def _note(self, scope: Scope, caller: Principal, problem: list[Message]) -> None:
        told = json.loads(b"".join(message.get("body", b"") for message in problem))
        reason = REFUSALS.get(told["type"])
        if reason and (caller.is_staff or reason == FORBIDDEN.refusal):
            await self._admission.turn_away(caller.actor, f"api.{_operation(scope)}", reason, _reference(scope))


def _operation(scope: Scope) -> str:
    """The name of the operation in the OpenAPI document."""
    route = scope.get("route")
    return str(route.name) if route and scope["method"] in route.methods else _UNMATCHED


def _reference(scope: Scope) -> str | None:
    """What may name a registration in the path; a user name is looked up for nobody."""
    named = scope.get("path_params", {})
    return next((named[key] for key in ("reference", "id") if key in named and is_reference(named[key])), None)
