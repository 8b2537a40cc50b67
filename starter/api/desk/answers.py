"""What clerks get. All times are UTC, days are Budapest's; what is personal data says so."""

from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.documents import DocumentKind
from registration.letters import LetterFailure, LetterOutcome
from registration.offices import Body
from registration.record import EventKind
from registration.statuses import Channel, Status
from starter.api.answers import ID, AnswerBody
from starter.api.desk.requests import EVIDENCE, RECEIPT_NUMBER
from starter.api.requests import FORM

_LETTER: Final[JsonDict] = {
    "letter": "1-code_password",
    "outcome": "SENT",
    "failure": None,
    "smtp_reply": None,
    "at": "2027-03-01T10:00:02Z",
}
_REQUEST_ID: Final = "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f"


class Opened(BaseModel):
    """The registration is taken in; its code goes out by e-mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": ID, "receipt_number": RECEIPT_NUMBER}]})

    id: str = Field(description="The registration's id, a UUID.")
    receipt_number: str = Field(description="Of its receipt, to be told to the client: any desk finds it by this.")


class Signalled(BaseModel):
    """The signal is on its way; what comes of it stands in the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"request_id": _REQUEST_ID}]})

    request_id: str = Field(description="Under which the record will have the reactivation, or its refusal.")


class Disclosed(AnswerBody):
    """The registration data, to be told to the client in person (S8): personal data."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"registration_id": ID, **FORM}]})

    registration_id: str = Field(description="The registration's id, a UUID.")
    user_name: str = Field(description="The user name.")
    email: str = Field(description="The present e-mail address.")
    family_name: str = Field(description="The family name.")
    given_name: str = Field(description="The given name.")
    birth_name: str = Field(description="The name at birth.")
    birth_place: str = Field(description="The place of birth.")
    birth_date: date = Field(description="The date of birth.")
    mothers_birth_name: str = Field(description="The mother's name at birth.")
    language: str = Field(description="Of the letters: hu or en.")


class ReceiptAnswer(AnswerBody):
    """The registration's receipt, to be handed to the client (S8): personal data."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": RECEIPT_NUMBER,
                    "registration_id": ID,
                    "user_name": "szabó.katalin",
                    "email": "szabo.katalin@example.hu",
                    "status": "ACTIVE",
                    "body": "OKMANYIRODA",
                    "office": "Budapest V. kerületi Okmányiroda",
                    "registered_on": "2027-03-01",
                    "issued_on": "2027-03-02",
                }
            ]
        }
    )

    number: str = Field(description="Its last digit checks the others.")
    registration_id: str = Field(description="The registration's id, a UUID.")
    user_name: str = Field(description="The user name.")
    email: str = Field(description="The present e-mail address.")
    status: Status = Field(description="The registration's status.")
    body: Body = Field(description="The kind of registration body that prints it (S2).")
    office: str = Field(description="The name of its office.")
    registered_on: date = Field(description="The day of the registration, in Budapest.")
    issued_on: date = Field(description="The day of this receipt, in Budapest.")


class EvidenceSeen(AnswerBody):
    """What a clerk saw: personal data."""

    document_kind: DocumentKind = Field(description="What kind of document was seen.")
    document_number: str = Field(description="The document's number.")
    consent: bool = Field(description="The client has signed the consent.")
    recipient: str | None = Field(description="The name of whom data was told to, where it was told.")


class EvidenceAnswer(AnswerBody):
    """An act in person, and what was seen at it: personal data."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "registration_id": ID,
                    "sequence": 4,
                    "at": "2027-03-01T10:00:00Z",
                    "kind": "DATA_DISCLOSED",
                    "clerk": "clerk-7",
                    "office": "1051",
                    "evidence": EVIDENCE | {"recipient": "Szabó Katalin"},
                }
            ]
        }
    )

    registration_id: str = Field(description="The registration's id, a UUID.")
    sequence: int = Field(description="The number of the act's event.")
    at: datetime = Field(description="When the act took effect.")
    kind: EventKind = Field(description="The kind of the act's event.")
    clerk: str = Field(description="Who acted, by an opaque id.")
    office: str = Field(description="The office that was acted for.")
    evidence: EvidenceSeen | None = Field(description="null once the personal data is erased.")


class FoundRegistration(AnswerBody):
    """A registration that a search has found; no personal data beyond what was searched by."""

    registration_id: str = Field(description="The registration's id, a UUID.")
    receipt_number: str = Field(description="The number of its receipt.")
    status: Status = Field(description="The registration's status.")
    channel: Channel = Field(description="How it was opened.")
    office: str | None = Field(description="Where it was opened, if in person.")
    since: datetime | None = Field(description="When the status began.")


class SearchAnswer(AnswerBody):
    """At most 50 registrations, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "found": [
                        {
                            "registration_id": ID,
                            "receipt_number": RECEIPT_NUMBER,
                            "status": "INACTIVE",
                            "channel": "IN_PERSON",
                            "office": "1051",
                            "since": "2027-03-01T10:00:00Z",
                        }
                    ],
                    "more": False,
                }
            ]
        }
    )

    found: list[FoundRegistration] = Field(description="The registrations that fit, at most 50.")
    more: bool = Field(description="There are others: search by another criterion.")


class LetterAnswer(AnswerBody):
    """A letter, and what became of it."""

    letter: str = Field(validation_alias="letter_id", description="Number of the event that it tells of, and its kind.")
    outcome: LetterOutcome = Field(description="SENT; VOID, for it was not true any more; or UNDELIVERED.")
    failure: LetterFailure | None = Field(description="Why it did not arrive.")
    smtp_reply: int | None = Field(description="The SMTP reply code of the mail server that refused it.")
    at: datetime = Field(description="When that was known; where it is on its way, when it was ordered.")


class LettersAnswer(BaseModel):
    """The letters of a registration, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"letters": [_LETTER]}]})

    letters: list[LetterAnswer] = Field(description="The letters, oldest first.")
