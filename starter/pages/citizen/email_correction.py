"""Wrong address? Who has registered in this browser corrects the address that the code went to (S3, S4)."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.email_corrections import CORRECTABLE_FOR
from registration.errors import (
    CorrectedTooOften,
    CorrectionAtADesk,
    InvalidInput,
    NotAccepted,
    Refusal,
    TooLateToCorrect,
)
from registration.sentences import N_, Sentence, Text
from starter.pages.browser import posted
from starter.pages.citizen.registration import CHECK
from starter.pages.citizen.sent_registration import keep_address, no_code_awaited, sent_registration, sent_view
from starter.pages.citizen.signed import PATH as SIGNED
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.once import once
from starter.pages.rendering import refused_view, view

_FORM: Final = "citizen/correct_email.html"
_UNKNOWN: Final = Sentence(
    N_(
        "Only the browser that sent in the registration can correct its e-mail address, for {hours} hours. Any "
        "registration body changes it in person, or you register again under another user name."
    ),
    {"hours": CORRECTABLE_FOR // timedelta(hours=1)},
)


@dataclass(frozen=True)
class CorrectionPage:
    """The page of registrations that were sent in at `sent_at`."""

    sent_at: str

    async def show(self, request: Request) -> Response:
        """The form, or why the address cannot be corrected any more."""
        sent = await sent_registration(request, self.sent_at, request.path_params["key"])
        if sent is None:
            return _over(request, _UNKNOWN, HTTPStatus.NOT_FOUND)
        if sent.awaited.refusal and not sent.is_over:
            return _over(request, sent.awaited.refusal.sentence)
        return await sent_view(request, sent, _FORM)

    async def correct(self, request: Request) -> Response:
        """Replaces the address once, and leads back to the page that says where the code went."""
        form = await posted(request)
        sent = await sent_registration(request, self.sent_at, request.path_params["key"])
        if sent is None:
            return _over(request, _UNKNOWN, HTTPStatus.NOT_FOUND)
        site, user_name = site_of(request), sent.user_name or form["user_name"]

        async def act(request_id: str) -> object:
            corrected = await site.citizen.correct_email(
                sent.registration_id,
                user_name,
                form["email"],
                client_address=client_address(request),
                request_id=request_id,
            )
            await keep_address(request, sent, form["email"])
            return corrected

        try:
            await once(request, form, act)
        except (CorrectedTooOften, TooLateToCorrect, CorrectionAtADesk) as refusal:
            return _over(request, refusal.sentence, refusal.problem.status)
        except NotAccepted as refusal:
            return no_code_awaited(request, refusal.problem.status)
        except (Refusal, InvalidInput) as refusal:
            return refused_view(request, _FORM, form, refusal, at="email", sent=sent)
        return RedirectResponse(sent.result, HTTPStatus.SEE_OTHER)

    def routes(self) -> tuple[Route, ...]:
        """Form and act."""
        path = f"{self.sent_at}/kesz/{{key}}/email"
        return Route(path, self.show, methods=["GET"]), Route(path, self.correct, methods=["POST"])


def _over(request: Request, why: Text, status: int = 200) -> Response:
    return view(request, "citizen/correction_over.html", status=status, why=why)


ROUTES: Final = tuple(route for sent_at in (CHECK, SIGNED) for route in CorrectionPage(sent_at).routes())
