"""A PDF signed with PAdES (ETSI EN 319 142-1) that embeds the submitted JSON as its only attachment."""

from asn1crypto import parser

from registration.signature_errors import SignatureUnreadable
from starter.examiner.pdf_parts import parts_of
from starter.examiner.signed_form import SignedForm, signed_data_of


def read_pades(pdf: bytes) -> SignedForm:
    """The form and its signature, not verified yet. Raises what `parts_of` and `signed_data_of` raise."""
    parts = parts_of(pdf)
    encoded = parts.padded_signature[: parser.peek(parts.padded_signature)]
    if parts.padded_signature[len(encoded) :].strip(b"\0"):
        raise SignatureUnreadable
    return SignedForm(
        document=pdf,
        content=parts.content,
        covered=parts.covered,
        cms=encoded,
        signed_data=signed_data_of(encoded, parts.covered),
    )
