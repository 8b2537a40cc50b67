"""What clerks get. All times are UTC, days are Budapest's; what is personal data says so."""

from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from registration.documents import DocumentKind
from registration.offices import Body
from registration.record import EventKind
from registration.statuses import Channel, Status
from starter.api.answers import ID, AnswerBody
from starter.api.desk.requests import EVIDENCE, RECEIPT_NUMBER
from starter.api.requests import FORM

_LETTER: Final[JsonDict] = {"letter": "1-code_password", "outcome": "SENT", "at": "2027-03-01T10:00:02Z"}
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

    registration_id: str
    user_name: str
    email: str
    family_name: str
    given_name: str
    birth_name: str
    birth_place: str
    birth_date: date
    mothers_birth_name: str
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
    registration_id: str
    user_name: str
    email: str
    status: Status
    body: Body = Field(description="The kind of registration body that prints it (S2).")
    office: str = Field(description="The name of its office.")
    registered_on: date
    issued_on: date


class EvidenceSeen(AnswerBody):
    """What a clerk saw: personal data."""

    document_kind: DocumentKind
    document_number: str
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

    registration_id: str
    sequence: int = Field(description="The number of the act's event.")
    at: datetime
    kind: EventKind
    clerk: str
    office: str
    evidence: EvidenceSeen | None = Field(description="null once the personal data is erased.")


class FoundRegistration(AnswerBody):
    """A registration that a search has found; no personal data beyond what was searched by."""

    registration_id: str
    receipt_number: str
    status: Status
    channel: Channel
    office: str | None = Field(description="Where it was opened, if in person.")
    since: datetime | None


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

    found: list[FoundRegistration]
    more: bool = Field(description="There are others: search by another criterion.")


class LetterAnswer(AnswerBody):
    """A letter, and what became of it."""

    letter: str = Field(validation_alias="letter_id", description="Number of the event that it tells of, and its kind.")
    outcome: str = Field(description="SENT; VOID, not sent for it was not true any more; or why it did not arrive.")
    at: datetime


class LettersAnswer(BaseModel):
    """The letters of a registration, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"letters": [_LETTER]}]})

    letters: list[LetterAnswer]
