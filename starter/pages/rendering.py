"""How every page is made: one layout, one strict policy for its contents, everything escaped.

A page to keep (`page`) is whole in itself; a page of a site (`view`) has the site's style sheet, and its forms.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from registration.budapest import BUDAPEST
from registration.errors import RequestInProgress, TooManyGuesses, UgyfelkapuError
from registration.sentences import N_, Sentence, Text
from registration.statuses import Language
from starter.pages.assets import SCRIPT_PATH, STYLE_PATH
from starter.pages.forgery import TOKEN_FIELD, form_token
from starter.pages.forms import OWNER_FIELD, PostedForm
from starter.pages.once import KEY_FIELD, new_key
from starter.pages.site import Site, site_of
from starter.translation import translated

_PATTERN: Final = {Language.HU: "y. MM. dd. HH:mm:ss", Language.EN: "y-MM-dd HH:mm:ss"}
_OTHER: Final = {Language.HU: Language.EN, Language.EN: Language.HU}
_DAY: Final = {Language.HU: "y. MMMM d.", Language.EN: "d MMMM y"}
_IN_WORDS: Final = {Language.HU: "y. MMMM d., HH:mm", Language.EN: "d MMMM y, HH:mm"}


def page(template: str, language: Language, *, style_sheets: Sequence[str] = ("style.css",), **facts: Any) -> str:  # noqa: ANN401  whatever the template shows
    """A whole page. `jinja2.UndefinedError` where the template shows a fact that is missing."""
    environment = _environment()
    style = "".join(map(_style, style_sheets))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(
        language=language,
        style=Markup(style),  # noqa: S704  our own file
        style_hash=f"sha256-{digest}",
        local=lambda moment: local(moment, language),
        utc=utc,
        _=lambda message: translated(Sentence(message), language),
        text=lambda what: translated(what, language),
        **facts,
    )


def view(
    request: Request,
    template: str,
    *,
    status: int = 200,
    form: PostedForm | None = None,
    notice: Text | None = None,
    **facts: Any,  # noqa: ANN401  as above
) -> HTMLResponse:
    """A page of a site, in the language of the request. Its forms carry the token of this browser and a new key.

    `form` is what was typed and what is wrong with it; without one, forms are empty. A form that is to be sent again
    (`on_stale_form`) is shown in its place. `notice` is shown with a form.
    """
    language: Language = request.state.language
    site = site_of(request)
    form = getattr(request.state, "sent_again", None) or form or PostedForm()
    return HTMLResponse(
        _environment()
        .get_template(template)
        .render(
            language=language,
            other_language=_OTHER[language],
            site=site,
            path=request.state.path,
            other_language_path=_in_language(request, site, form, _OTHER[language]),
            style_path=STYLE_PATH,
            script_path=SCRIPT_PATH,
            token_field=TOKEN_FIELD,
            form_token=form_token(request.state.form_secret),
            key_field=KEY_FIELD,
            new_key=new_key,
            form=form,
            session=getattr(request.state, "session", None),
            owner_field=OWNER_FIELD,
            form_owner=site.form_owner(request),
            notice=notice,
            when=lambda moment: in_words(moment, language),
            day=lambda day: format_date(day, _DAY[language], locale=language),
            grouped=lambda count: format_decimal(count, locale=language),
            listed=lambda items: format_list([str(item) for item in items], locale=language),
            unbroken=_unbroken,
            _=lambda message, **blanks: translated(Sentence(message, blanks), language),
            counted=lambda one, many, count, **blanks: translated(
                Sentence.counted(one, many, count, **blanks), language
            ),
            options=lambda pairs: [
                (value, translated(Sentence(words) if isinstance(words, str) else words, language))
                for value, words in pairs
            ],
            N_=N_,
            text=lambda what: _with_times_in_words(what, language),
            **facts,
        ),
        status,
    )


def _in_language(request: Request, site: Site, form: PostedForm, language: Language) -> str:
    """The address of this page in a language; it shows the same part of a list, and the same of a form."""
    asked = request.query_params.multi_items() if request.method == "GET" else form.values.items()
    shown = [(name, value) for name, value in asked if name in site.shown_by]
    return f"{request.state.path}?{urlencode([*shown, ('lang', language)])}"


def refused_view(
    request: Request,
    template: str,
    form: PostedForm,
    refusal: UgyfelkapuError,
    *,
    at: str,
    **facts: Any,  # noqa: ANN401
) -> HTMLResponse:
    """The form again, with what was typed and what is wrong: at the field that the refusal names, or else `at`.

    A form that has its errors already keeps them.

    Raises `RequestInProgress` again: nothing that was typed is wrong, and the same form may be sent once more.
    """
    if isinstance(refusal, RequestInProgress):
        raise refusal
    refused = form if form.errors else form.refused(refusal, at)
    answer = view(request, template, status=refusal.problem.status, form=refused, **facts)
    if isinstance(refusal, TooManyGuesses):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def in_words(moment: datetime | str | None, language: Language) -> str:
    """A time as a sentence has it, in Budapest time: `2026. december 30., 22:50`; `–` without one.

    Text is a time as JSON has it (RFC 3339).
    """
    if moment is None:
        return "–"
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return format_datetime(at, _IN_WORDS[language], tzinfo=BUDAPEST, locale=language)


def _unbroken(words: str) -> Markup:
    """A heading in which no line ends in the middle of `e-mail`."""
    return escape(words).replace("e-mail", Markup('<span class="whole">e-mail</span>'))


def _with_times_in_words(what: object, language: Language) -> str:
    """As `translated`, with the times of a sentence in words."""
    if isinstance(what, Sentence):
        facts = {
            name: in_words(fact, language) if isinstance(fact, datetime) else fact for name, fact in what.facts.items()
        }
        what = replace(what, facts=facts)
    return translated(what, language)


def local(moment: datetime | None, language: Language) -> str:
    """A time as people in Budapest read it, to the second; `–` without one."""
    return format_datetime(moment, _PATTERN[language], tzinfo=BUDAPEST, locale=language) if moment else "–"


def utc(moment: datetime | None) -> str:
    """The same in UTC, to be compared with a record."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else ""


@cache
def _style(name: str) -> str:
    """A style sheet of the page; its policy names the hash of all, so that nothing else can style, load or run."""
    source, _, _ = _environment().loader.get_source(_environment(), name)  # type: ignore[union-attr]  # is set
    return "\n" + source


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("starter.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # templates change with a deployment only
    )
