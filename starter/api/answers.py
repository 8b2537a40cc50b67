"""What callers get. All times are UTC; no personal data."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from registration.messages import NextStep
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
                    "identity_verified_at": None,
                }
            ]
        }
    )

    status: Status = Field(description="The status after the act.")
    deadline: datetime | None = Field(description="When the status ends by itself.")
    password_valid_until: datetime | None = Field(
        description="Until when the password is valid; null where there is none."
    )
    code_valid_until: datetime | None = Field(description="Until when the code that was sent last may be redeemed.")
    as_of: datetime = Field(description="The moment that this answer is about.")
    identity_verified_at: datetime | None = Field(description="When the client's identity became known.")


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
                    "next_step": {"step": "LETTER", "letter": "TEMPORARY_ENDING", "days": 7, "status": None},
                    "next_step_at": "2027-03-24T10:00:00Z",
                    "password_valid_until": "2029-03-01T10:00:00Z",
                    "code_valid_until": None,
                    "as_of": "2027-03-01T10:02:11Z",
                }
            ]
        }
    )

    id: str = Field(validation_alias="registration_id", description="The registration's id, a UUID.")
    status: Status = Field(description="The registration's status.")
    since: datetime | None = Field(description="When the status began.")
    because: str | None = Field(description="The event that began it.")
    deadline: datetime | None = Field(description="When the status ends by itself; null where nothing ends it.")
    next_step: NextStep = Field(description="What happens next by itself, or who has to act.")
    next_step_at: datetime | None = Field(description="When that happens; null where no date is known.")
    password_valid_until: datetime | None = Field(
        description="Until when the password is valid; null where there is none."
    )
    code_valid_until: datetime | None = Field(
        description="Until when the code that was sent last may be redeemed; null where none can be."
    )
    as_of: datetime = Field(description="The moment that this answer is about.")


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

    registration_id: str = Field(description="The registration's id, a UUID.")
    status: Status = Field(description="ACTIVE, or TEMPORARY until `deadline`.")
    deadline: datetime | None = Field(description="When the status ends by itself; null where nothing ends it.")
    password_valid_until: datetime | None = Field(description="Until when the password is valid.")
    assertion: str = Field(
        description="A JWT for this portal, signed by a key of GET /v1/keys, valid for 5 minutes, "
        "or until another password is set."
    )
    assertion_expires_at: datetime = Field(description="When the assertion ends.")


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

    valid: bool = Field(description="Whether the rules allow it.")
    free: bool = Field(description="Whether nobody has it; false where it is not valid.")
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

    keys: list[dict[str, Any]] = Field(description="The public keys, as a JWKS has them (RFC 7517).")


class Health(BaseModel):
    """The process is there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: str = Field("ok", description="`ok`; whatever is not well is a problem instead.")


class Version(BaseModel):
    """The version of this service."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": "0.1.0"}]})

    version: str = Field(description="The version of this program.")
