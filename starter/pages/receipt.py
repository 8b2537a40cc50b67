"""The receipt of a registration (S8) as a page to be printed and handed to the client."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from babel.dates import format_date

from registration.statuses import Language
from registration.words import Words
from starter.gateway import Receipt
from starter.pages.rendering import page

_TITLES: Final[Mapping[str, Words]] = {
    "title": Words("Regisztrációs nyugta", "Registration receipt"),
    "gate": Words("Ügyfélkapu", "Client gate"),
    "number": Words("A nyugta száma", "Receipt number"),
    "user_name": Words("Felhasználói név", "User name"),
    "email": Words("E-mail cím", "E-mail address"),
    "status": Words("Állapot", "Status"),
    "registered_on": Words("A regisztráció napja", "Registered on"),
    "registration_id": Words("Azonosító", "Registration id"),
    "body": Words("Regisztrációs szerv", "Registration body"),
    "issued_on": Words("Kiállítva", "Issued on"),
    "stamp": Words("Ügyintéző aláírása, bélyegző", "Clerk's signature, stamp"),
    "keep": Words(
        "Őrizze meg: kód kéréséhez a felhasználói nevet és az e-mail címet karakterre pontosan így kell megadnia.",
        "Keep it: to request a code you must type the user name and the e-mail address exactly as they stand here.",
    ),
    "secret": Words(
        "Jelszó és egyszeri kód nem áll a nyugtán; senki sem kérheti el Öntől.",
        "No password and no one-time code stands on the receipt; nobody may ask you for them.",
    ),
}
_OTHER: Final = {Language.HU: Language.EN, Language.EN: Language.HU}


def receipt_page(receipt: Receipt, language: Language) -> str:
    """A self-contained HTML page of one A4 sheet, without scripts: in `language`, the other one small beside it."""
    status = Words(receipt.status.hungarian, receipt.status.lower().replace("_", " "))
    return page(
        "receipt.html",
        language,
        style_sheet="receipt.css",
        receipt=receipt,
        t={key: words.in_language(language) for key, words in _TITLES.items()},
        other={key: words.in_language(_OTHER[language]) for key, words in _TITLES.items()},
        body=receipt.body.words.in_language(language),
        status=status.in_language(language),
        day=lambda day: _day(day, language),
    )


def _day(day: date, language: Language) -> str:
    return str(format_date(day, "long", locale=language))
