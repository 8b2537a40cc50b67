"""What clerks send. Only shapes are checked here; the rules for the content are the engine's."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from registration.answers import RECEIPT_NUMBER
from registration.identity_documents import DocumentKind
from starter.api.requests import FORM, Email, Form, LetterLanguage, StrictBody

EVIDENCE: Final[JsonDict] = {"document_kind": "PASSPORT", "document_number": "BA1234567", "consent": True}
_PERSON: Final[JsonDict] = {
    "birth_name": "Horváth Katalin",
    "birth_date": "1984-02-29",
    "mothers_birth_name": "Kőműves Erzsébet",
}


class EvidenceBody(StrictBody):
    """What the clerk saw; sealed, and committed to in the record."""

    document_kind: str = Field(description="The document.", json_schema_extra={"enum": list(DocumentKind)})
    document_number: str = Field(description="The document's number.")
    consent: bool = Field(description="The client has signed the consent.", json_schema_extra={"const": True})
    recipient: str | None = Field(None, description="The person who receives the data; required for a disclosure.")


class DisclosureEvidence(EvidenceBody):
    """The same, with the person who receives the data."""

    recipient: str = Field(description="The name of the person who receives the data.")


class InPersonRegistration(StrictBody):
    """The form, filled in at the desk, and what the clerk saw (S2)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"form": FORM, "evidence": EVIDENCE}]})

    form: Form = Field(description="The form that the client filled in.")
    evidence: EvidenceBody = Field(description="What the clerk saw.")


class ActInPerson(StrictBody):
    """The client is here, and the clerk has checked who it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"evidence": EVIDENCE}]})

    evidence: EvidenceBody = Field(description="What the clerk saw.")


class DisclosureInPerson(StrictBody):
    """The client is here, and receives the registered data."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"evidence": EVIDENCE | {"recipient": "Szabó Katalin"}}]})

    evidence: DisclosureEvidence = Field(description="What the clerk saw, and who receives the data.")


class Reactivation(StrictBody):
    """The client asks for the reactivation; with `email` a dead address is replaced by the same decision (S9)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"evidence": EVIDENCE}, {"email": "uj.cim@example.hu", "evidence": EVIDENCE}]}
    )

    email: Annotated[Email | None, Field(description="The new address, if the registered one is dead.")] = None
    evidence: EvidenceBody = Field(description="What the clerk saw.")


class NewAddress(StrictBody):
    """The address that replaces a dead one, at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "uj.cim@example.hu", "evidence": EVIDENCE}]})

    email: Email = Field(description="The new address.")
    evidence: EvidenceBody = Field(description="What the clerk saw.")


class NewLanguage(StrictBody):
    """The language in which the client wants letters from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"language": "en", "evidence": EVIDENCE}]})

    language: LetterLanguage
    evidence: EvidenceBody = Field(description="What the clerk saw.")


class PersonBody(StrictBody):
    """Who is at the desk, as a document has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PERSON]})

    birth_name: str = Field(description="The name at birth.")
    birth_date: str = Field(description="YYYY-MM-DD", json_schema_extra={"format": "date"})
    mothers_birth_name: str = Field(description="The mother's name at birth.")


class Search(StrictBody):
    """Exactly one criterion: a receipt's number, a user name, an e-mail address, or the natural identity data."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"receipt_number": RECEIPT_NUMBER},
                {"user_name": "szabó.katalin"},
                {"email": "szabo.katalin@example.hu"},
                _PERSON,
            ]
        }
    )

    receipt_number: str | None = Field(None, description="A receipt's number, NNNN-NNNN-NNN.")
    user_name: str | None = Field(None, description="The whole user name.")
    email: Email | None = Field(None, description="The present e-mail address.")
    birth_name: Annotated[str | None, Field(description="Together with the two that follow.")] = None
    birth_date: Annotated[
        str | None, Field(description="YYYY-MM-DD, with the names at birth.", json_schema_extra={"format": "date"})
    ] = None
    mothers_birth_name: str | None = Field(
        None, description="The mother's name at birth, with the client's own and the date."
    )
