"""A form of my account: it is shown, answered, and leads to the page of its result (`account.py` has them)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registration.errors import InvalidInput, Refusal, RequestInProgress, SessionEnded
from registration.sentences import N_, Sentence
from starter.gateway import BrowserSession, Destination
from starter.pages.browser import posted
from starter.pages.citizen.continuation import HOME, PATHS, forget_form, keep_form, kept_form
from starter.pages.citizen.login import session_in_force
from starter.pages.forms import SECRETS, PostedForm
from starter.pages.once import once, result_of
from starter.pages.rendering import refused_view, view

_FILLED_IN_AGAIN: Final = Sentence(
    N_("What you typed before your session ended is here again, the password excepted. Check it, and send the form.")
)
_CHOSEN_AGAIN: Final = Sentence(
    N_("What you chose before your session ended is here again. Check it, and send the form.")
)

Answer = Callable[[Request, PostedForm], Awaitable[Response]]
"""Answers what was sent; needs the session itself. Raises what the form shows again."""

Act = Callable[[Request, BrowserSession, PostedForm, str], Awaitable[object]]
"""Takes the session, what was typed and a request id; returns the answer that the page of the result shows."""

Afterwards = Callable[[Request, PostedForm, dict[str, Any], Response], Awaitable[None]]
"""Completes the redirect to the page of a result, each time that the form is sent."""

Facts = Callable[[Request, BrowserSession], Awaitable[Mapping[str, Any]]]
"""What the template of a form shows beside what was typed."""


DoneBefore = Callable[[Request, str], Awaitable[object | None]]
"""Takes a request id; returns the answer of an act that was carried out and not answered, without a session."""


async def _not_done(_request: Request, _request_id: str) -> None:
    """An act that ends no session is done again, which changes nothing."""


def acts_once(act: Act, afterwards: Afterwards | None = None, done_before: DoneBefore = _not_done) -> Answer:
    """Acts once, and leads to the result.

    What was carried out needs no session to be answered again: the act may have ended it.
    """

    async def answer(request: Request, form: PostedForm) -> Response:
        async def act_in_session(request_id: str) -> object:
            try:
                session = await session_in_force(request)
            except SessionEnded:
                if done := await done_before(request, request_id):
                    return done
                raise
            return await act(request, session, form, request_id)

        key = await once(request, form, act_in_session)
        path = request.state.path
        led_on = RedirectResponse(f"{path}/kesz/{key}", HTTPStatus.SEE_OTHER)
        if afterwards and (result := await result_of(request, path, key)):
            await afterwards(request, form, result, led_on)
        return led_on

    return answer


async def _no_facts(_request: Request, _session: BrowserSession) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class AccountPageForm:
    """One form. A refusal that names no field is shown at `password_field`; `done` is the template of the result.

    `kept` are the fields that are filled in again, if the session ends while somebody types.
    """

    destination: Destination
    template: str
    answer: Answer
    done: str = ""
    password_field: str = "password"  # noqa: S105  a name
    kept: tuple[str, ...] = ()
    facts: Facts = _no_facts

    @property
    def path(self) -> str:
        """Its address."""
        return PATHS[self.destination]

    async def show(self, request: Request) -> Response:
        """The form: empty, or with what this client typed before the session ended."""
        session = await session_in_force(request)
        form = await kept_form(request, session, self.destination)
        facts = await self.facts(request, session)
        notice = _FILLED_IN_AGAIN if self.password_field in SECRETS else _CHOSEN_AGAIN
        return view(request, self.template, form=form, notice=notice if form else None, **facts)

    async def send(self, request: Request) -> Response:
        """The answer, or the form again with what was typed and what is wrong."""
        form = await posted(request)
        try:
            answer = await self.answer(request, form)
        except SessionEnded:
            await keep_form(request, self.destination, form, self.kept)
            raise
        except RequestInProgress:  # its page needs no session, which the act may have ended
            raise
        except (Refusal, InvalidInput) as refusal:
            facts = await self.facts(request, await session_in_force(request))
            return refused_view(request, self.template, form, refusal, at=self.password_field, **facts)
        if self.kept:
            await forget_form(request, form)
        return answer

    async def show_result(self, request: Request) -> Response:
        """What the form has done, for the browser that sent it, for 24 hours."""
        session = await session_in_force(request)
        result = await result_of(request, self.path, request.path_params["key"])
        if result is None:
            return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
        return view(request, self.done, result=result, **await self.facts(request, session))

    def routes(self) -> tuple[Route, ...]:
        """Form, answer, result."""
        result = Route(f"{self.path}/kesz/{{key}}", self.show_result, methods=["GET"])
        return (
            Route(self.path, self.show, methods=["GET"]),
            Route(self.path, self.send, methods=["POST"]),
            *([result] if self.done else []),
        )
