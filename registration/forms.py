"""What people fill in, and the rules for it. E-mail addresses are checked by the gateway with email-validator."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from registration.errors import InvalidInput
from registration.identity_documents import DocumentKind, checked_document_number
from registration.input_rules import InputRule
from registration.statuses import Language
from registration.typed_text import is_companion, trimmed, visible

_HUNGARIAN_LETTERS: Final = "aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyz"
_USER_NAME_CHARACTERS: Final = frozenset(_HUNGARIAN_LETTERS + _HUNGARIAN_LETTERS.upper() + "0123456789._")
_IDENTIFIER_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_SUBJECT_CHARACTERS: Final = _IDENTIFIER_CHARACTERS | frozenset(":|=~+")
_SUBJECT_LENGTH: Final = 255
"""OpenID Connect Core 1.0, section 2: a `sub` has at most 255 ASCII characters."""
_USER_NAME_LENGTH: Final = range(4, 65)
_USER_NAME_VARIETY: Final = 3
_TEXT_LENGTH: Final = 200
_EARLIEST_BIRTH: Final = date(1900, 1, 1)
"""No living person was born before."""
_MOST_TYPED: Final = 1_000
"""Code points that are looked at; NFC makes one character of four at most, so the rest is too much for every rule."""
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True)
class RegistrationForm:
    """The registration form (S3): chosen user name, e-mail address, natural identity data, language of the letters."""

    user_name: str
    email: str
    family_name: str
    given_name: str
    birth_name: str
    birth_place: str
    birth_date: date
    mothers_birth_name: str
    language: Language = Language.HU

    @classmethod
    def parse(cls, form: Mapping[str, Any], *, today: date) -> Self:
        """The checked form. Raises `InvalidInput` with the first field that breaks a rule; `today` bounds the birth."""
        check_fields(cls, form)
        return cls(**{name: check(form[name]) for name, check in field_checks(today).items() if name in form})


def field_checks(today: date) -> Mapping[str, Callable[[object], Any]]:
    """What checks each field of a registration form; each raises `InvalidInput`. `today` bounds the birth."""
    return {
        "user_name": checked_user_name,
        "email": partial(checked_text, "email"),
        "family_name": partial(checked_text, "family_name"),
        "given_name": partial(checked_text, "given_name"),
        "birth_name": partial(checked_text, "birth_name"),
        "birth_place": partial(checked_text, "birth_place"),
        "birth_date": partial(checked_birth_date, today=today),
        "mothers_birth_name": partial(checked_text, "mothers_birth_name"),
        "language": lambda typed: checked_choice("language", typed, Language),
    }


@dataclass(frozen=True)
class EvidenceForm:
    """What a clerk saw: the document, and the signed consent; `recipient` names who received the data."""

    document_kind: DocumentKind
    document_number: str
    consent: bool
    recipient: str | None = None

    @classmethod
    def parse(cls, form: Mapping[str, Any]) -> Self:
        """The checked evidence. Raises `InvalidInput`."""
        check_fields(cls, form)
        return cls(**{name: check(form) for name, check in _EVIDENCE_CHECKS.items()})

    @classmethod
    def of_disclosure(cls, form: Mapping[str, Any]) -> Self:
        """The checked evidence of an act that discloses the data, with its recipient (S8). Raises `InvalidInput`."""
        seen = cls.parse(form)
        if seen.recipient is None:
            raise InvalidInput(field="recipient", rule=InputRule.REQUIRED)
        return seen

    @classmethod
    def refusals(cls, form: Mapping[str, Any], *, is_disclosure: bool = False) -> tuple[InvalidInput, ...]:
        """All that is wrong with what was typed, at most one for each field; `parse` raises the first one."""
        needed = {field.name for field in fields(cls) if field.default is MISSING or is_disclosure}
        wrong = []
        for name, check in _EVIDENCE_CHECKS.items():
            try:
                if name in needed and name not in form:
                    raise InvalidInput(field=name, rule=InputRule.REQUIRED)  # noqa: TRY301  as `check` does
                check(form)
            except InvalidInput as refusal:
                if refusal.facts["field"] == name:  # a number is right or wrong only for a kind that is right
                    wrong.append(refusal)
        return tuple(wrong)


def _checked_consent(form: Mapping[str, Any]) -> bool:
    if form["consent"] is not True:
        raise InvalidInput(field="consent", rule=InputRule.ONE_OF, choices="true")
    return True


def _checked_kind(form: Mapping[str, Any]) -> DocumentKind:
    return checked_choice("document_kind", form.get("document_kind"), DocumentKind)


_EVIDENCE_CHECKS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "consent": _checked_consent,
    "document_kind": _checked_kind,
    "document_number": lambda form: checked_document_number(_checked_kind(form), form["document_number"]),
    "recipient": lambda form: None if form.get("recipient") is None else checked_text("recipient", form["recipient"]),
}
"""What checks each field of an evidence form, in the order of refusals; each raises `InvalidInput`."""


def checked_user_name(typed: object) -> str:
    """The user name in Unicode NFC, trimmed.

    It has 4 to 64 letters, digits, dots, underscores, 3 different (canberra.mfa.gov.hu).
    """
    if not isinstance(typed, str):
        raise InvalidInput(field="user_name", rule=InputRule.USER_NAME_LENGTH)
    name = nfc(trimmed(typed))
    if len(name) not in _USER_NAME_LENGTH:
        raise InvalidInput(field="user_name", rule=InputRule.USER_NAME_LENGTH)
    if not _USER_NAME_CHARACTERS.issuperset(name):
        raise InvalidInput(field="user_name", rule=InputRule.USER_NAME_CHARACTERS)
    if len(set(name.casefold())) < _USER_NAME_VARIETY:
        raise InvalidInput(field="user_name", rule=InputRule.USER_NAME_VARIETY)
    return name


def user_name_key(typed: str) -> str:
    """What makes two user names the same: NFC, trimmed, without regard to case."""
    return nfc(nfc(trimmed(typed)).casefold())


def nfc(typed: str) -> str:
    """Unicode NFC of the first 1,000 code points.

    What has more is still longer than any rule allows. All of it could take minutes: the time for a run of combining
    marks grows with the square of its length (measured: 10 s for 40,000), and nothing else happens meanwhile.
    """
    return unicodedata.normalize("NFC", typed[:_MOST_TYPED])


def checked_text(field: str, typed: object) -> str:
    """Text in NFC, trimmed, of 1 to 200 characters, one of them visible and none of them a control character."""
    text = nfc(trimmed(typed)) if isinstance(typed, str) else ""
    if not visible(text) or len(text) > _TEXT_LENGTH or any(map(_is_control, text)):
        raise InvalidInput(field=field, rule=InputRule.TEXT, most=str(_TEXT_LENGTH))
    return text


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category in {"Zl", "Zp"} or (category[0] == "C" and not is_companion(character))


def checked_choice(field: str, typed: object, choices: type[_Choice]) -> _Choice:
    """One of an enumeration's values."""
    try:
        return choices(str(typed))
    except ValueError:
        raise InvalidInput(field=field, rule=InputRule.ONE_OF, choices=", ".join(choices)) from None


def checked_identifier(field: str, typed: object) -> str:
    """An opaque id: no spaces and no `@`, so that no name and no address can take the place of an id."""
    if not isinstance(typed, str) or not 0 < len(typed) <= _USER_NAME_LENGTH[-1]:
        raise InvalidInput(field=field, rule=InputRule.IDENTIFIER)
    if not _IDENTIFIER_CHARACTERS.issuperset(typed):
        raise InvalidInput(field=field, rule=InputRule.IDENTIFIER)
    return typed


def checked_subject(field: str, typed: object) -> str:
    """The opaque id of an actor, as token issuers write them: `auth0|5f7c`, `f:<uuid>:name`; no space, no `@`."""
    if not isinstance(typed, str) or not 0 < len(typed) <= _SUBJECT_LENGTH:
        raise InvalidInput(field=field, rule=InputRule.SUBJECT)
    if not _SUBJECT_CHARACTERS.issuperset(typed):
        raise InvalidInput(field=field, rule=InputRule.SUBJECT)
    return typed


def checked_uuid(field: str, typed: str) -> str:
    """An id that names a row of the store: anything but a UUID could never be recorded."""
    try:
        canonical = str(UUID(typed))
    except ValueError:
        canonical = None
    if canonical != typed:
        raise InvalidInput(field=field, rule=InputRule.UUID)
    return typed


def checked_past(field: str, typed: object, today: date) -> date:
    """A date as YYYY-MM-DD, not after `today`."""
    try:
        day = date.fromisoformat(typed) if isinstance(typed, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != typed or day > today:
        raise InvalidInput(field=field, rule=InputRule.DATE)
    return day


def checked_birth_date(typed: object, today: date) -> date:
    """A date of birth as YYYY-MM-DD: not before 1900, not after `today`."""
    day = checked_past("birth_date", typed, today)
    if day < _EARLIEST_BIRTH:
        raise InvalidInput(field="birth_date", rule=InputRule.BIRTH_DATE, earliest=_EARLIEST_BIRTH.isoformat())
    return day


def check_fields(form_type: type, form: Mapping[str, Any]) -> None:
    """Refuses a field that a form does not have, and one without a default that is missing."""
    known = {field.name: field for field in fields(form_type)}
    for name in form:
        if name not in known:
            raise InvalidInput(field=checked_field_name(name), rule=InputRule.UNKNOWN_FIELD)
    for name, field in known.items():
        if field.default is MISSING and name not in form:
            raise InvalidInput(field=name, rule=InputRule.REQUIRED)


def checked_field_name(name: object) -> str:
    """A field's name as a refusal may repeat it: at most 64 plain characters."""
    return "".join(character for character in str(name) if character in _IDENTIFIER_CHARACTERS)[:64] or "?"
