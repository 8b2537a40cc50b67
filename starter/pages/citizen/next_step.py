"""The page for a client who is known, but must do something else first (S9): what, and the way there."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from registration.errors import RedeemFirst, RedeemTheCode, RequestACode, UgyfelkapuError, VisitABody
from registration.sentences import N_
from starter.pages.rendering import view

_WAYS_ON: Final[Mapping[type[UgyfelkapuError], tuple[str, str]]] = {
    RequestACode: ("/elfelejtett-jelszo", N_("Request a code")),
    RedeemFirst: ("/elfelejtett-jelszo", N_("Request a code")),
    RedeemTheCode: ("/kod/jelszo", N_("Enter the code")),
    VisitABody: ("/hivatalok", N_("List of registration bodies")),
}
"""What the client can do next: address and words of the button."""


def next_step_view(request: Request, refusal: UgyfelkapuError) -> Response:
    """What the refusal says, and what is to be done."""
    return view(
        request,
        "citizen/next_step.html",
        status=refusal.problem.status,
        title=refusal.problem.title,
        advice=refusal.sentence,
        way_on=_WAYS_ON.get(type(refusal)),
    )
