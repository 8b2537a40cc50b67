"""What a clerk saw, as every act in person asks for it; within one visit a form begins with what the last one had."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from registration.errors import InvalidInput, UgyfelkapuError
from registration.forms import EvidenceForm
from registration.identity_documents import DocumentKind
from starter.gateway import DeskVisit, refused_fields
from starter.pages.forms import PostedForm

DOCUMENT: Final = ("document_kind", "document_number", "consent")
"""What every act in person asks for, in the order of the page."""

_FIELDS: Final = (*DOCUMENT, "recipient")
KINDS: Final = tuple(DocumentKind)


def evidence_of(form: PostedForm) -> dict[str, Any]:
    """The fields of `EvidenceForm`; one that was left empty is missing."""
    typed: dict[str, Any] = {name: form[name] for name in _FIELDS if form[name].strip()}
    return typed | ({"consent": True} if "consent" in typed else {})


def refused(
    form: PostedForm,
    asked: Sequence[str],
    answers: Mapping[str, Any],
    refusal: UgyfelkapuError,
    *,
    discloses: bool = False,
) -> PostedForm:
    """The form with all that is wrong with what was typed, each beside its field; without errors, if it is not that.

    `asked` are the fields of its page in their order; `answers` those that are not evidence, as they are checked.
    """
    complete = PostedForm({**dict.fromkeys(asked, ""), **form.values, **answers})
    if not isinstance(refusal, InvalidInput):
        return complete
    wrong = (*refused_fields(answers), *EvidenceForm.refusals(evidence_of(form), is_disclosure=discloses))
    return complete.refused_by(wrong, asked[0])


def seen_before(visit: DeskVisit) -> PostedForm:
    """A new form; consent is given anew for each act."""
    known = {"document_kind": visit.document_kind, "document_number": visit.document_number}
    return PostedForm({name: value or "" for name, value in {**known, "recipient": visit.recipient}.items()})


def to_keep(form: PostedForm) -> Mapping[str, str]:
    """What the next form of the visit begins with."""
    return {name: form[name] for name in ("document_kind", "document_number", "recipient") if form[name].strip()}
