"""A form that was posted: what was typed, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final, Self

from starlette.datastructures import UploadFile
from starlette.requests import Request

from registration.errors import InvalidInput, UgyfelkapuError
from registration.input_rules import InputRule
from registration.policy_form import PolicyAnswer
from registration.sentences import N_, Sentence, Text
from registration.statuses import Language
from starter.pages.refusals import words_of

_MOST_FIELDS: Final = 40
"""More than any form here has."""

OWNER_FIELD: Final = "form_owner"
"""The hidden field that says whose account a form is of, should its session have ended by the time it is sent."""

LANGUAGES: Final = ((Language.HU, "Magyar"), (Language.EN, "English"))
"""The languages that letters can have, each by its own name."""

BIRTH_DATE: Final = ("birth_year", "birth_month", "birth_day")
"""The fields that a date of birth is typed into."""

SECRETS: Final = frozenset({"password", "present_password"})
"""Never shown again: whoever mistypes one types it anew."""


LABELS: Final[Mapping[str, str]] = {
    "user_name": N_("User name"),
    "email": N_("E-mail address"),
    "language": N_("Language of our letters"),
    "family_name": N_("Family name"),
    "given_name": N_("Given names"),
    "birth_name": N_("Name at birth"),
    "birth_place": N_("Place of birth"),
    "birth_date": N_("Date of birth"),
    "mothers_birth_name": N_("Mother’s name at birth"),
    "reference": N_("Registration id or receipt number"),
    "at": N_("Day"),
    "day": N_("Day"),
    "office": N_("Office code"),
    "since": N_("From when"),
    "until": N_("Until when"),
    "operation": N_("Act"),
    "copy": N_("Your copy"),
    "code": N_("Code"),
    "password": N_("Password"),
    "present_password": N_("Present password"),
    "validity_days": N_("How long the password is valid"),
    "document": N_("Signed form"),
    "form": N_("Form"),
    "search": N_("Search"),
    "receipt_number": N_("Receipt number"),
    "document_kind": N_("Document"),
    "document_number": N_("Number of the document"),
    "consent": N_("Signed consent"),
    "recipient": N_("Who receives the data"),
    "sequence": N_("Number of the event"),
    "before": N_("Passwords that expire before"),
    "days": N_("Days"),
    "rate": N_("Registrations a second"),
    "ID": N_("Id"),
    "body": N_("Kind"),
    "name": N_("Name"),
    "address": N_("Address"),
    "open": N_("State"),
    **{each.name: each.metadata["title"] for each in fields(PolicyAnswer)},
}
"""What errors call a field."""

_RULES: Final[Mapping[str, str]] = {
    InputRule.TIME: N_("must be a date such as 2027-03-15"),
    InputRule.DATE: N_("must be a date such as 2027-03-15, not in the future"),
    InputRule.MONTH: N_("must be a month such as 2027-03"),
    InputRule.PRESENT_LANGUAGE: N_("we write to you in this language already"),
    InputRule.ONE_CRITERION: N_(
        "must have one criterion: a receipt number, a user name, an e-mail address, or all three data of a person"
    ),
}
"""Rules in other words, where a page asks for the value in another form than programs send, or speaks to the client."""

_RULES_OF_A_BIRTH_DATE: Final[Mapping[str, str]] = {
    InputRule.DATE: N_("must be a date in numbers, such as 1985 3 27, not in the future"),
    InputRule.BIRTH_DATE: N_("must be a date in numbers, such as 1985 3 27, not before {earliest}"),
}
"""It is typed into three fields."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `name` is the input that the summary links to."""

    name: str
    text: Text


@dataclass(frozen=True)
class PostedForm:
    """What a browser sent: one text for each field, the last where a name comes twice.

    `errors` are shown with it, `advice` is what to do about them; `notice` is why the form is here again, where
    nothing in it is wrong. `files` are the contents of uploads by field, empty where none was chosen; how a browser
    calls them is ignored.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    errors: tuple[FieldError, ...] = ()
    advice: Text | None = None
    notice: Text | None = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    async def of(cls, request: Request, *, most_files: int = 0) -> Self:
        """The form in the body of a request. Raises `HTTPException` 400 for what is none, 413 for one too large."""
        async with request.form(max_files=most_files, max_fields=_MOST_FIELDS) as sent:
            fields = sent.multi_items()
            files = {name: await value.read() for name, value in fields if isinstance(value, UploadFile)}
            return cls({name: value for name, value in fields if isinstance(value, str)}, files=files)

    def __getitem__(self, name: str) -> str:
        """What was typed; empty where nothing was."""
        return self.values.get(name, "")

    @property
    def birth_date(self) -> str:
        """Its three fields as YYYY-MM-DD, empty where one is; what is no number makes a date that is refused."""
        year, month, day = (self[name].strip().strip(".") for name in BIRTH_DATE)
        return f"{year:0>4}-{month:0>2}-{day:0>2}" if year and month and day else ""

    def shown(self, name: str) -> str:
        """What the page shows again."""
        return "" if name in SECRETS else self[name]

    def again(self, notice: Text) -> Self:
        """What was typed, passwords and codes excepted, to be sent once more."""
        typed = {name: value for name, value in self.values.items() if name not in {*SECRETS, "code"}}
        return type(self)(typed, notice=notice)

    def error(self, name: str) -> Text | None:
        """What is wrong with a field."""
        return next((error.text for error in self.errors if error.name == name), None)

    def refused(self, refusal: UgyfelkapuError, name: str) -> Self:
        """The form with a refusal at the field that it names, or else at `name`."""
        if isinstance(refusal, InvalidInput):
            named = refusal.facts["field"]
            is_empty = named in self.values and not self[named].strip()
            rule = InputRule.REQUIRED if is_empty else refusal.facts["rule"]
            error = FieldError(named if named in self.values else name, _broken(rule, refusal))
            return replace(self, errors=(*self.errors, error))
        words = words_of(refusal, asks_for_user_name="user_name" in self.values)
        return replace(self, errors=(*self.errors, FieldError(name, words.short)), advice=words.advice)

    def refused_by(self, refusals: Iterable[UgyfelkapuError], name: str) -> Self:
        """The same with several, in the order of the form's fields."""
        places = {each: place for place, each in enumerate(self.values)}
        places["birth_date"] = min(places.get(each, len(places)) for each in ("birth_date", *BIRTH_DATE))
        form = self
        for refusal in sorted(refusals, key=lambda each: places.get(each.facts.get("field", ""), len(places))):
            form = form.refused(refusal, name)
        return form


def _broken(rule: str, refusal: InvalidInput) -> Sentence:
    """The rule after the label of its field, so that the summary and the field say the same words."""
    named = refusal.facts["field"]
    label = Sentence(LABELS[named]) if named in LABELS else named
    rules = _RULES_OF_A_BIRTH_DATE if named == "birth_date" else _RULES
    said = Sentence(rules.get(rule, rule), refusal.sentence.facts)
    return Sentence(refusal.sentence.message, {"field": label, "rule": said})
