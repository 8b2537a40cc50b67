"""The receipt of a registration (S8) as a page to be printed and handed to the client."""

from datetime import date
from typing import Final

from babel.dates import format_date

from registration.sentences import N_, Sentence
from registration.statuses import Language
from starter.gateway import Receipt
from starter.pages.rendering import page
from starter.translation import translated

_OTHER: Final = {Language.HU: Language.EN, Language.EN: Language.HU}


def receipt_page(receipt: Receipt, language: Language) -> str:
    """A self-contained HTML page of one A4 sheet, without scripts: in `language`, the other one small beside it."""
    return page(
        "receipt.html",
        language,
        style_sheets=("receipt.css",),
        receipt=receipt,
        N_=N_,
        other=lambda message: translated(Sentence(message), _OTHER[language]),
        day=lambda day: _day(day, language),
    )


def _day(day: date, language: Language) -> str:
    return str(format_date(day, "long", locale=language))
