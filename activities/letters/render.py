"""From facts to a letter: subject, plain text and HTML, from the templates beside this file."""

import re
import textwrap
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from babel.dates import format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from activities.letters.facts import LetterFacts
from registration.budapest import BUDAPEST
from registration.statuses import Language

TEXT_COLUMNS: Final = 78
"""RFC 5322, 2.1.1: lines of at most 78 characters. A longer web address stays whole, so that it can be clicked."""

_DATE_PATTERN: Final = {Language.HU: "y. MMMM d. HH:mm", Language.EN: "d MMMM y 'at' HH:mm"}
"""Minutes are cut off, not rounded: a letter never shows a deadline later than it is."""

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class RenderedLetter:
    """A letter ready to be composed: a one-line subject without personal data, wrapped text, a whole HTML page."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def render(facts: LetterFacts) -> RenderedLetter:
    """The letter of these facts; the same facts give the same letter.

    Raises `jinja2.UndefinedError`, which names the fact and no person, where the template uses a fact that is missing.
    """
    known: dict[str, Any] = {
        "language": facts.language,
        "salutation": facts.salutation,
        "occasion": facts.occasion,
        "page_url": facts.page_url,
        "date": _budapest(facts),
        "days": facts.days,
        "code": facts.code,
        "browser": facts.browser_name,
    }
    # Unknown facts are left out, so that StrictUndefined refuses to print them.
    context = {key: value for key, value in known.items() if value is not None}
    folder, language = facts.kind.lower(), facts.language
    subject = " ".join(_template(f"{folder}/subject.{language}.txt", context).split())
    text = _template(f"{folder}/body.{language}.txt", context)
    html = _template(f"{folder}/body.{language}.html", {**context, "subject": subject})
    return RenderedLetter(subject.replace(_NO_BREAK, " "), wrapped(text), html.replace(_NO_BREAK, " ").strip() + "\n")


def compile_templates() -> None:
    """Compiles every template, so that the first letters after a start wait for none, and a broken one ends the start.

    Raises `jinja2.TemplateSyntaxError`.
    """
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


def wrapped(text: str) -> str:
    """The paragraphs of `text`, separated by blank lines, filled to `TEXT_COLUMNS` columns; a date is never broken."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    filled = [
        textwrap.fill(" ".join(paragraph.split("\n")), TEXT_COLUMNS, break_long_words=False, break_on_hyphens=False)
        for paragraph in paragraphs
    ]
    return "\n\n".join(filled).replace(_NO_BREAK, " ") + "\n"


def _budapest(facts: LetterFacts) -> str | None:
    if facts.date is None:
        return None
    pattern = _DATE_PATTERN[facts.language]
    return format_datetime(facts.date, pattern, tzinfo=BUDAPEST, locale=facts.language).replace(" ", _NO_BREAK)


def _template(name: str, context: dict[str, Any]) -> str:
    return _environment().get_template(name).render(context)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("activities.letters"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # templates change with a deployment only
    )
