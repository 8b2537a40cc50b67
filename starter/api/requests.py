"""What portals send. Only shapes are checked here; the rules for the content are the engine's.

What a schema can say of those rules is in the schema, and not checked twice.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic.config import JsonDict

from registration.statuses import Language

ClientAddress = Annotated[
    str,
    Field(
        description="The client's own IP address, as the portal sees it: attempts are counted by it.",
        json_schema_extra={"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
    ),
]
Email = Annotated[str, Field(json_schema_extra={"format": "email"})]
UserName = Annotated[str, Field(description="The user name as the client types it.")]
NewPassword = Annotated[
    str,
    Field(
        description="8 to 128 characters, no common password, not the user name.",
        json_schema_extra={"minLength": 8, "maxLength": 128},
    ),
]
ValidityDays = Annotated[
    int | None,
    Field(
        description="How long the password is valid, as the policy in force allows; the longest if not given.",
        json_schema_extra={"minimum": 30, "maximum": 731},
    ),
]
LogInAssertion = Annotated[
    str,
    Field(description="`assertion` of the client's own log-in with the present password, at most 5 minutes old."),
]

LetterLanguage = Annotated[
    str, Field(description="Of the letters: hu or en.", json_schema_extra={"enum": list(Language)})
]

ADDRESS: Final = "192.0.2.7"
PASSWORD: Final = "Kilenc kis kacsa"  # noqa: S105  an example
FORM: Final[JsonDict] = {
    "user_name": "szabó.katalin",
    "email": "szabo.katalin@example.hu",
    "family_name": "Szabó",
    "given_name": "Katalin",
    "birth_name": "Horváth Katalin",
    "birth_place": "Székesfehérvár",
    "birth_date": "1984-02-29",
    "mothers_birth_name": "Kőműves Erzsébet",
    "language": "hu",
}


class StrictBody(BaseModel):
    """Unknown fields are refused: a misspelt optional field must not be lost in silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Form(StrictBody):
    """The registration form (S3)."""

    user_name: str = Field(description="4 to 64 letters, digits, dots, underscores; at least 3 different ones.")
    email: Email = Field(description="Where codes and letters go; must receive letters.")
    family_name: str = Field(description="The family name.")
    given_name: str = Field(description="The given name.")
    birth_name: str = Field(description="The name at birth.")
    birth_place: str = Field(description="The place of birth.")
    birth_date: str = Field(description="YYYY-MM-DD", json_schema_extra={"format": "date"})
    mothers_birth_name: str = Field(description="The mother's name at birth.")
    language: str = Field("hu", description="Of the letters: hu or en.")


class OnlineRegistration(StrictBody):
    """The form, filled in online (S3)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"form": FORM, "client_address": ADDRESS}]})

    form: Form = Field(description="The registration form.")
    client_address: ClientAddress


class SignedRegistration(StrictBody):
    """The form, signed as detached CAdES over its exact bytes (S4)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"signed_form": "eyJ1c2VyX25hbWUi…", "signature": "MIIQzAYJKoZI…", "client_address": ADDRESS}]
        }
    )

    signed_form: str = Field(description="The exact bytes of the form's JSON, in base64.")
    signature: str = Field(description="The detached signature (CMS, DER), in base64.")
    client_address: ClientAddress


class SignedPdfRegistration(StrictBody):
    """The form as the one attachment of a PDF, signed as PAdES (S4)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"signed_pdf": "JVBERi0xLjcK…", "client_address": ADDRESS}]}
    )

    signed_pdf: str = Field(description="The signed PDF, in base64.")
    client_address: ClientAddress


def _kind_of_registration(body: Any) -> str:  # noqa: ANN401  any JSON
    """By the field that only this kind has; an online registration where there is none."""
    given = body if isinstance(body, dict) else {}
    return next((name for name in ("signed_form", "signed_pdf") if name in given), "form")


RegistrationBody = Annotated[
    Annotated[OnlineRegistration, Tag("form")]
    | Annotated[SignedRegistration, Tag("signed_form")]
    | Annotated[SignedPdfRegistration, Tag("signed_pdf")],
    Discriminator(_kind_of_registration),
]


class PasswordCode(StrictBody):
    """The code of an activation, a reactivation or a forgotten password: the new password is chosen with it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "purpose": "PASSWORD",
                    "user_name": "szabó.katalin",
                    "code": "7K3M-9QXT-2B4C-HJ6V",
                    "password": PASSWORD,
                    "validity_days": 365,
                    "client_address": ADDRESS,
                }
            ]
        }
    )

    purpose: Literal["PASSWORD"] = Field(description="PASSWORD: a password is chosen.")
    user_name: UserName
    code: str = Field(description="The code from the letter, XXXX-XXXX-XXXX-XXXX.")
    password: NewPassword
    validity_days: ValidityDays = None
    client_address: ClientAddress


class ConfirmationCode(StrictBody):
    """The code that confirms a new e-mail address, or the closure."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "purpose": "NEW_EMAIL",
                    "user_name": "szabó.katalin",
                    "code": "7K3M-9QXT-2B4C-HJ6V",
                    "client_address": ADDRESS,
                }
            ]
        }
    )

    purpose: Literal["NEW_EMAIL", "CLOSURE"] = Field(description="What the code confirms.")
    user_name: UserName
    code: str = Field(description="The code from the letter, XXXX-XXXX-XXXX-XXXX.")
    client_address: ClientAddress


CodeRedemption = Annotated[PasswordCode | ConfirmationCode, Field(discriminator="purpose")]


class CodeRequest(StrictBody):
    """A forgotten or expired password (S6, S8): user name and e-mail address must match character for character."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"user_name": "szabó.katalin", "email": "szabo.katalin@example.hu", "client_address": ADDRESS}]
        }
    )

    user_name: UserName
    email: Email = Field(description="The registered e-mail address.")
    client_address: ClientAddress


class LogIn(StrictBody):
    """User name and password (S5)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"user_name": "szabó.katalin", "password": PASSWORD, "client_address": ADDRESS}]
        }
    )

    user_name: UserName
    password: str = Field(description="The password as the client types it.")
    client_address: ClientAddress


class PasswordChange(StrictBody):
    """The present password, and the new one with its validity (S7)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "present_password": PASSWORD,
                    "password": "Tizenegy tarka tyúk",
                    "validity_days": 730,
                    "client_address": ADDRESS,
                }
            ]
        }
    )

    present_password: str = Field(description="The password in force, as the client types it.")
    password: NewPassword
    validity_days: ValidityDays = None
    client_address: ClientAddress


class EmailChange(StrictBody):
    """The new address: a code goes to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"email": "uj.cim@example.hu", "assertion": "eyJhbGciOiJFZERTQSIs…", "client_address": ADDRESS}
            ]
        }
    )

    email: Email = Field(description="The new address.")
    assertion: LogInAssertion
    client_address: ClientAddress


class LanguageChange(StrictBody):
    """The language that letters follow in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"language": "en", "assertion": "eyJhbGciOiJFZERTQSIs…", "client_address": ADDRESS}]
        }
    )

    language: LetterLanguage
    assertion: LogInAssertion
    client_address: ClientAddress


class EmailCorrection(StrictBody):
    """The right address in place of the one that was mistyped at registration: the next code goes to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"user_name": "szabó.katalin", "email": "szabo.katalin@example.com", "client_address": ADDRESS}
            ]
        }
    )

    user_name: UserName
    email: Email = Field(description="The right address.")
    client_address: ClientAddress


class Closure(StrictBody):
    """The client's wish to close the registration: a code confirms it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"assertion": "eyJhbGciOiJFZERTQSIs…", "client_address": ADDRESS}]}
    )

    assertion: LogInAssertion
    client_address: ClientAddress
