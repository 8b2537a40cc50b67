"""What callers get. All times are UTC; no personal data."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from registration.statuses import Status

ID: Final = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"


class AnswerBody(BaseModel):
    """Takes its fields from an object's attributes."""

    model_config = ConfigDict(from_attributes=True)


class Accepted(AnswerBody):
    """The registration is taken in; its code goes out by e-mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": ID}]})

    id: str = Field(description="The registration's id, a UUID.")


class Standing(AnswerBody):
    """Where the registration stands after an act."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "TEMPORARY",
                    "deadline": "2027-03-31T10:00:00Z",
                    "password_valid_until": "2029-03-01T10:00:00Z",
                    "code_valid_until": None,
                    "as_of": "2027-03-01T10:00:00Z",
                }
            ]
        }
    )

    status: Status
    deadline: datetime | None = Field(description="When the status ends by itself.")
    password_valid_until: datetime | None
    code_valid_until: datetime | None = Field(description="Until when the code that was sent last may be redeemed.")
    as_of: datetime


class LookedUp(AnswerBody):
    """Where a registration stands, why, and what happens next by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": ID,
                    "status": "TEMPORARY",
                    "since": "2027-03-01T10:00:00Z",
                    "because": "CODE_REDEEMED",
                    "deadline": "2027-03-31T10:00:00Z",
                    "next_step": "letter TEMPORARY_ENDING",
                    "next_step_at": "2027-03-24T10:00:00Z",
                    "password_valid_until": "2029-03-01T10:00:00Z",
                    "code_valid_until": None,
                    "as_of": "2027-03-01T10:02:11Z",
                }
            ]
        }
    )

    id: str = Field(validation_alias="registration_id")
    status: Status
    since: datetime | None = Field(description="When the status began.")
    because: str | None = Field(description="The event that began it.")
    deadline: datetime | None
    next_step: str = Field(
        description="What happens by itself: a letter, or the next status; – where nothing is known."
    )
    next_step_at: datetime | None
    password_valid_until: datetime | None
    code_valid_until: datetime | None
    as_of: datetime


class LoggedIn(AnswerBody):
    """A log-in that succeeded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "registration_id": ID,
                    "status": "TEMPORARY",
                    "deadline": "2027-03-31T10:00:00Z",
                    "password_valid_until": "2029-03-01T10:00:00Z",
                    "assertion": "eyJhbGciOiJFZERTQSIs…",
                    "assertion_expires_at": "2027-03-01T10:05:00Z",
                }
            ]
        }
    )

    registration_id: str
    status: Status = Field(description="ACTIVE, or TEMPORARY until `deadline`.")
    deadline: datetime | None
    password_valid_until: datetime | None
    assertion: str = Field(
        description="A JWT for this portal, signed by a key of GET /v1/keys, valid for 5 minutes, "
        "or until another password is set."
    )
    assertion_expires_at: datetime


class UserNameAnswer(AnswerBody):
    """Whether a user name may be chosen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"valid": True, "free": True, "reason": None},
                {"valid": False, "free": False, "reason": "user_name: must have 4 to 64 characters."},
            ]
        }
    )

    valid: bool
    free: bool
    reason: str | None = Field(description="Why not, in the language asked for.")


class KeySet(BaseModel):
    """The JSON Web Key Set by which assertions are verified (RFC 7517)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "UhSR…", "kid": "a1", "alg": "EdDSA", "use": "sig"}]}
            ]
        }
    )

    keys: list[dict[str, Any]]


class Health(BaseModel):
    """The process is there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: str = "ok"


class Version(BaseModel):
    """The version of this service."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": "0.1.0"}]})

    version: str
