"""A signed form, taken apart: what a signature covers, and the CMS structure (RFC 5652) that contains it."""

from dataclasses import dataclass

from asn1crypto import core
from asn1crypto.cms import ContentInfo, SignedData

from registration.signature_errors import SignatureBroken, SignatureUnreadable
from starter.examiner.ber import definite


@dataclass(frozen=True)
class SubmittedForm:
    """What was submitted; nothing of it is verified yet.

    `content` is the form's JSON, `covered` what the signature covers, `cms` the structure of `signed_data`.
    """

    document: bytes
    content: bytes
    covered: bytes
    cms: bytes
    signed_data: SignedData


def signed_data_of(encoded: bytes, covered: bytes) -> SignedData:
    """The signed data of a signature in DER or BER.

    It is detached, or encloses exactly what it covers. Raises `SignatureUnreadable`, `SignatureBroken` where it
    encloses something else, or whatever asn1crypto raises.
    """
    der, read = definite(encoded)
    if read != len(encoded):
        raise SignatureUnreadable
    message = ContentInfo.load(der, strict=True)
    if message["content_type"].native != "signed_data":
        raise SignatureUnreadable
    signed_data: SignedData = message["content"]
    enclosed = signed_data["encap_content_info"]
    if enclosed["content_type"].native != "data":
        raise SignatureUnreadable
    if not isinstance(enclosed["content"], core.Void) and enclosed["content"].native != covered:
        raise SignatureBroken
    return signed_data
