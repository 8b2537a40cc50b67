"""Enter a code of a letter (S3, S6, S9): one address for each purpose, as letters name it. A GET redeems nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.errors import InvalidInput, Refusal
from registration.letters import CODE_LETTERS
from registration.policy_form import PolicyAnswer
from registration.sentences import N_, Sentence, Text
from registration.statuses import Purpose
from starter.pages.browser import posted
from starter.pages.citizen.site import site_of
from starter.pages.client_address import client_address
from starter.pages.forms import PostedForm
from starter.pages.once import once, result_of
from starter.pages.rendering import refused_view, view

_DAYS_OF_A_YEAR: Final = 365
_SHORTER: Final = ((_DAYS_OF_A_YEAR, N_("1 year")), (182, N_("6 months")), (91, N_("3 months")))
"""Validities that a password may have, in days."""


def validities(policy: PolicyAnswer) -> Sequence[tuple[str, Text]]:
    """How long a new password may be valid (S7), as a policy allows: days, or nothing for the longest."""
    years = policy.validity_max_years
    longest = Sentence.counted("{count} year (the longest)", "{count} years (the longest)", years)
    allowed = range(policy.validity_min_days, years * _DAYS_OF_A_YEAR)
    return [("", longest), *((str(days), Sentence(words)) for days, words in _SHORTER if days in allowed)]


def validity_of(form: PostedForm) -> int | None:
    """The days that were chosen; whatever no page offers is the longest."""
    offered = {str(days) for days, _ in _SHORTER}
    return int(form["validity_days"]) if form["validity_days"] in offered else None


@dataclass(frozen=True)
class CodePage:
    """The page of one purpose."""

    purpose: Purpose
    template: str
    done: str

    @property
    def path(self) -> str:
        """Where its letter leads."""
        return CODE_LETTERS[self.purpose].row.page

    async def show(self, request: Request) -> Response:
        """The empty form."""
        return view(request, self.template, **await self._facts(request))

    async def redeem(self, request: Request) -> Response:
        """Redeems the code once, and leads to the page of its result."""
        form = await posted(request)
        try:
            key = await once(request, form, self._act(request, form))
        except (Refusal, InvalidInput) as refusal:
            return refused_view(request, self.template, form, refusal, at="code", **await self._facts(request))
        return RedirectResponse(f"{self.path}/kesz/{key}", HTTPStatus.SEE_OTHER)

    async def show_result(self, request: Request) -> Response:
        """What the code has done, for the browser that sent it, for 24 hours."""
        result = await result_of(request, self.path, request.path_params["key"])
        if result is None:
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        return view(request, self.done, result=result, policy=await site_of(request).accounts.policy())

    async def _facts(self, request: Request) -> Mapping[str, Any]:
        policy = await site_of(request).accounts.policy()
        return {"page": self, "policy": policy, "validities": validities(policy)}

    def _act(self, request: Request, form: PostedForm) -> Callable[[str], Awaitable[object]]:
        citizen, address = site_of(request).citizen, client_address(request)

        async def set_password(request_id: str) -> object:
            return await citizen.redeem_code(
                form["user_name"],
                form["code"],
                form["password"],
                client_address=address,
                validity_days=validity_of(form),
                request_id=request_id,
            )

        async def confirm(_request_id: str) -> object:
            return await citizen.confirm(form["user_name"], form["code"], self.purpose, client_address=address)

        return set_password if self.purpose is Purpose.PASSWORD else confirm

    def routes(self) -> tuple[Route, ...]:
        """Form, act, result."""
        return (
            Route(self.path, self.show, methods=["GET"]),
            Route(self.path, self.redeem, methods=["POST"]),
            Route(f"{self.path}/kesz/{{key}}", self.show_result, methods=["GET"]),
        )


_PAGES: Final = (
    CodePage(Purpose.PASSWORD, "citizen/code.html", "citizen/code_redeemed.html"),
    CodePage(Purpose.NEW_EMAIL, "citizen/code_email.html", "citizen/email_changed.html"),
    CodePage(Purpose.CLOSURE, "citizen/code_closure.html", "citizen/closed.html"),
)

ROUTES: Final = tuple(route for page in _PAGES for route in page.routes())
