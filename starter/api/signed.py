"""The bytes of a signed registration, which travel as base64."""

import base64

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from starter.api.requests import SignedPdfRegistration, SignedRegistration


def signed_bytes(body: SignedRegistration | SignedPdfRegistration) -> tuple[bytes, bytes | None]:
    """What was signed, and the detached signature; a PDF has its own within. Raises `InvalidInput`."""
    if isinstance(body, SignedPdfRegistration):
        return _decoded("signed_pdf", body.signed_pdf), None
    return _decoded("signed_form", body.signed_form), _decoded("signature", body.signature)


def _decoded(field: str, text: str) -> bytes:
    try:
        return base64.b64decode(text.encode(), validate=True)
    except ValueError:
        raise InvalidInput(field=field, rule=InputRule.BASE64) from None
