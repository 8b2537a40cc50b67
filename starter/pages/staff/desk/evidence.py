"""What a clerk saw, as every act in person asks for it; within one visit a form begins with what the last one had."""

from collections.abc import Mapping
from typing import Any, Final

from registration.identity_documents import DocumentKind
from starter.gateway import DeskVisit
from starter.pages.forms import PostedForm

FIELDS: Final = ("document_kind", "document_number", "consent", "recipient")
KINDS: Final = tuple(DocumentKind)


def evidence_of(form: PostedForm) -> dict[str, Any]:
    """The fields of `EvidenceForm`; one that was left empty is missing."""
    typed: dict[str, Any] = {name: form[name] for name in FIELDS if form[name].strip()}
    return typed | ({"consent": True} if "consent" in typed else {})


def as_asked(form: PostedForm, *others: str) -> PostedForm:
    """The form with every field that its page has, so that an error is shown at its own field."""
    return PostedForm({**dict.fromkeys((*FIELDS, *others), ""), **form.values})


def seen_before(visit: DeskVisit) -> PostedForm:
    """A new form; consent is given anew for each act."""
    known = {"document_kind": visit.document_kind, "document_number": visit.document_number}
    return PostedForm({name: value or "" for name, value in {**known, "recipient": visit.recipient}.items()})


def to_keep(form: PostedForm) -> Mapping[str, str]:
    """What the next form of the visit begins with."""
    return {name: form[name] for name in ("document_kind", "document_number", "recipient") if form[name].strip()}
