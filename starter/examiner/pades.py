"""A PDF signed with PAdES (ETSI EN 319 142-1) that embeds the submitted JSON as its only attachment."""

from registration.signature_errors import SignatureUnreadable
from starter.examiner.ber import definite
from starter.examiner.pdf_parts import parts_of
from starter.examiner.submitted_form import SubmittedForm, signed_data_of


def read_pades(pdf: bytes) -> SubmittedForm:
    """The form and its signature, not verified yet. Raises what `parts_of` and `signed_data_of` raise."""
    parts = parts_of(pdf)
    encoded = parts.padded_signature[: definite(parts.padded_signature)[1]]
    if parts.padded_signature[len(encoded) :].strip(b"\0"):
        raise SignatureUnreadable
    return SubmittedForm(
        document=pdf,
        content=parts.content,
        covered=parts.covered,
        cms=encoded,
        signed_data=signed_data_of(encoded, parts.covered),
    )
