"""A detached CAdES signature (ETSI EN 319 122-1) over the exact bytes of the submitted JSON."""

from starter.gateway.signatures.signed_form import SignedForm, signed_data_of


def read_cades(content: bytes, signature: bytes) -> SignedForm:
    """The form and its signature, not verified yet. Raises `SignatureUnreadable`, or whatever asn1crypto raises."""
    return SignedForm(
        document=content, content=content, covered=content, cms=signature, signed_data=signed_data_of(signature)
    )
