"""How every page is made: one layout, one strict policy for its contents, everything escaped."""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from babel.dates import format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from registration.budapest import BUDAPEST
from registration.sentences import Sentence
from registration.statuses import Language
from starter.translation import translated

_PATTERN: Final = {Language.HU: "y. MM. dd. HH:mm:ss", Language.EN: "y-MM-dd HH:mm:ss"}


def page(template: str, language: Language, *, style_sheet: str = "style.css", **facts: Any) -> str:  # noqa: ANN401  whatever the template shows
    """A whole page. `jinja2.UndefinedError` where the template shows a fact that is missing."""
    environment = _environment()
    style = _style(style_sheet)
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


def local(moment: datetime | None, language: Language) -> str:
    """A time as people in Budapest read it, to the second; `–` without one."""
    return format_datetime(moment, _PATTERN[language], tzinfo=BUDAPEST, locale=language) if moment else "–"


def utc(moment: datetime | None) -> str:
    """The same in UTC, for whoever compares it with a record."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else ""


@cache
def _style(name: str) -> str:
    """The page's one style sheet; its policy names its hash, so that nothing else can style, load or run."""
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
