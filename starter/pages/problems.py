"""Problem pages: what happened, what it means, what to do next, in plain words."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar, Final
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route

from registration.dependencies import Dependency
from registration.errors import (
    DisclosedDataEnded,
    NoSuchCheckpoint,
    NotAllowed,
    NotCheckpointed,
    NotCompared,
    OfficeNotOpen,
    RequestInProgress,
    RolesNotUsable,
    SessionEnded,
    SignInFailed,
    StaffDisabled,
    TooManyGuesses,
    UgyfelkapuError,
    Unavailable,
    VisitEnded,
)
from registration.sentences import N_, Sentence, Text
from starter.pages.forgery import is_surely_own
from starter.pages.forms import PostedForm
from starter.pages.refusals import words_of
from starter.pages.rendering import view
from starter.pages.site import site_of

_log = structlog.get_logger()


@dataclass(frozen=True)
class ProblemPage:
    """Heading and advice."""

    status: int
    title: str
    advice: Text
    way_on: tuple[str, str] | None = None
    """Address and words of the link; without it, to the first page of the site."""


class PageProblem(Exception):
    """A request that no form can answer."""

    page: ClassVar[ProblemPage]


class ForgedRequest(PageProblem):
    """Another site has sent the form."""

    page = ProblemPage(
        403,
        N_("This form was not sent from our page"),
        Sentence(N_("Nothing has been done. Open the page of this service yourself, and fill in the form there.")),
    )


class FormOfAnother(PageProblem):
    """The form was made for somebody else, who was signed in at this browser before; it is not shown again."""

    page = ProblemPage(
        403,
        N_("This form is not yours"),
        Sentence(
            N_(
                "It was opened while somebody else was signed in at this browser. Nothing has been done. Open the page "
                "yourself, and fill in its form."
            )
        ),
    )


class StaleForm(PageProblem):
    """The form is not of this browser's cookie, which was lost or changed since; its page shows it again."""

    def __init__(self, form: PostedForm) -> None:
        """Holds the form, which nobody may act on."""
        super().__init__()
        self.form = form

    page = ProblemPage(
        403,
        N_("This page was open for too long"),
        Sentence(N_("Nothing has been done. Go back, load the page again, and send the form once more.")),
    )


class SignaturesNotTaken(PageProblem):
    """No certificate authority is trusted here."""

    page = ProblemPage(
        503,
        N_("Registering with an e-signature is not possible here"),
        Sentence(N_("Register online or in person instead: both ways are open.")),
        ("/regisztracio", N_("Register")),
    )


_SEND_AGAIN: Final = Sentence(
    N_(
        "Nothing has been done yet, because the browser has lost a cookie. Check the form, fill in what is missing, "
        "and send it again."
    )
)
_NOT_FOUND: Final = ProblemPage(
    404, N_("There is no such page"), Sentence(N_("Check the address, or start again from the link below."))
)
_TOO_LARGE: Final = ProblemPage(
    413, N_("Too much was sent"), Sentence(N_("Nothing has been done. Send a smaller file, or shorter answers."))
)
_UNREADABLE: Final = ProblemPage(
    400, N_("The form could not be read"), Sentence(N_("Nothing has been done. Load the page again, and fill it in."))
)
_UNEXPECTED: Final = ProblemPage(
    500,
    N_("There is a problem with the service"),
    Sentence(N_("Try again later. If you sent a form, send it again: nothing is done twice.")),
)
_NO_SIGN_IN: Final = Sentence(
    N_(
        "Nobody can sign in at your organisation at the moment. Load the page again in a minute; if that does not "
        "help, tell your operator."
    )
)
_SEARCH_AGAIN: Final = ("/pult", N_("Search again"))
_VISIT: Final = "/pult/ugyfel"
_SENT_IN_AN_ENDED_VISIT: Final = Sentence(
    N_(
        "This visit of the client is over: it ends when it is not used for a while, and with its session. Nothing of "
        "what you sent was done or kept: search again, and fill in the form once more."
    )
)
_BY_STATUS: Final = {page.status: page for page in (_NOT_FOUND, _TOO_LARGE, _UNREADABLE)}


def problem_view(request: Request, page: ProblemPage) -> Response:
    """A problem page, complete with the way on."""
    return view(request, "problem.html", status=page.status, problem=page)


async def on_page_problem(request: Request, problem: Exception) -> Response:
    """A `PageProblem`."""
    if not isinstance(problem, PageProblem):
        raise problem
    return problem_view(request, problem.page)


async def on_stale_form(request: Request, stale: Exception) -> Response:
    """The page of the form, with what was typed, passwords and codes excepted; where it has none, the problem page.

    So it is too where another site may have sent the form: what it typed may mislead. Raises what the page raises.
    """
    if not isinstance(stale, StaleForm):
        raise stale
    asked = Request({**request.scope, "method": "GET"})
    page = next((each for each in request.app.routes if each.matches(asked.scope)[0] is Match.FULL), None)
    if isinstance(page, Route) and is_surely_own(request.headers, site_of(request).origin):
        request.state.sent_again = stale.form.again(_SEND_AGAIN)
        answer: Response = await page.endpoint(asked)
        if answer.status_code == HTTPStatus.OK:
            answer.status_code = stale.page.status
            return answer
    return problem_view(request, stale.page)


async def on_refusal(request: Request, refusal: Exception) -> Response:
    """A refusal that no form has shown: the session has ended, too many attempts, the service is away."""
    if not isinstance(refusal, UgyfelkapuError):
        raise refusal
    if isinstance(refusal, SessionEnded):
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)  # which says that it has ended
    title, row = N_("This is not possible now"), refusal.problem
    advice: Text = refusal.sentence
    wait = row.retry_after
    match refusal:
        case TooManyGuesses():
            title, wait = N_("Too many attempts"), refusal.seconds
            advice = words_of(refusal).advice or advice
        case VisitEnded():
            title = row.title
            advice = _SENT_IN_AN_ENDED_VISIT if request.method == "POST" else advice
        case (
            NotCompared()
            | DisclosedDataEnded()
            | NotAllowed()
            | NoSuchCheckpoint()
            | NotCheckpointed()
            | StaffDisabled()
            | OfficeNotOpen()
            | SignInFailed()
            | RolesNotUsable()
        ):
            title = row.title
        case Unavailable() if refusal.dependency is Dependency.SIGN_IN:
            title, advice = N_("The sign-in service does not answer"), _NO_SIGN_IN
            _log.warning("unavailable", **refusal.facts)
        case Unavailable():
            title = N_("The service does not answer at the moment")
            _log.warning("unavailable", **refusal.facts)
        case RequestInProgress():
            title = N_("This form is still being worked on")
            advice = Sentence(N_("Wait a little, then load this page again: nothing is done twice."))
    answer = problem_view(request, ProblemPage(row.status, title, advice, _way_on(request, refusal)))
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _way_on(request: Request, refusal: UgyfelkapuError) -> tuple[str, str] | None:
    """Where a clerk goes on with the client at the desk."""
    match refusal:
        case VisitEnded():
            return _SEARCH_AGAIN
        case NotCompared() | DisclosedDataEnded():
            return quote(f"{_VISIT}/{request.path_params['visit']}"), N_("Back to the client")
    return None


async def on_http_problem(request: Request, problem: Exception) -> Response:
    """What the framework refuses."""
    if not isinstance(problem, HTTPException):
        raise problem
    if problem.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return problem_view(request, _BY_STATUS.get(problem.status_code, _NOT_FOUND))
    if request.method in {"GET", "HEAD"}:
        return RedirectResponse(_page_above(request), HTTPStatus.SEE_OTHER)  # a form's address, loaded anew
    return Response(status_code=problem.status_code, headers=problem.headers)  # no browser asks so: none reads a page


def _page_above(request: Request) -> str:
    """The path of the nearest page above a form's address."""
    path = request.scope["path"]
    while path := path.rpartition("/")[0]:
        scope = {"type": "http", "method": "GET", "path": path}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            return quote(path)
    return "/"


def unexpected_view(request: Request) -> Response:
    """Our own fault: the page says nothing of it."""
    return problem_view(request, _UNEXPECTED)
