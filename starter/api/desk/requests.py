"""What clerks send. Only shapes are checked here; the rules for the content are the engine's."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from registration.forms import DocumentKind
from starter.api.requests import FORM, Email, Form, StrictBody

EVIDENCE: Final[JsonDict] = {"document_kind": "PASSPORT", "document_number": "BA1234567", "consent": True}
_PERSON: Final[JsonDict] = {
    "birth_name": "Horváth Katalin",
    "birth_date": "1984-02-29",
    "mothers_birth_name": "Kőműves Erzsébet",
}


class EvidenceBody(StrictBody):
    """What the clerk saw; sealed, and committed to in the record."""

    document_kind: str = Field(description="The document.", json_schema_extra={"enum": list(DocumentKind)})
    document_number: str
    consent: bool = Field(description="The client has signed the consent.", json_schema_extra={"const": True})


class InPersonRegistration(StrictBody):
    """The form, filled in at the desk, and what the clerk saw (S2)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"form": FORM, "evidence": EVIDENCE}]})

    form: Form
    evidence: EvidenceBody


class ActInPerson(StrictBody):
    """The client is here, and the clerk has checked who it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"evidence": EVIDENCE}]})

    evidence: EvidenceBody


class Reactivation(StrictBody):
    """The client asks for the reactivation; with `email` a dead address is replaced in the same step (S9)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"evidence": EVIDENCE}, {"email": "uj.cim@example.hu", "evidence": EVIDENCE}]}
    )

    email: Annotated[Email | None, Field(description="The new address, if the registered one is dead.")] = None
    evidence: EvidenceBody


class NewAddress(StrictBody):
    """The address that replaces a dead one, at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "uj.cim@example.hu", "evidence": EVIDENCE}]})

    email: Email
    evidence: EvidenceBody
