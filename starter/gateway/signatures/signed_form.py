"""A signed form, taken apart: what a signature covers, and the CMS structure (RFC 5652) that bears it."""

from dataclasses import dataclass
from typing import Final

from asn1crypto import core
from asn1crypto.cms import ContentInfo, SignedData

from registration.signature_errors import SignatureUnreadable

LARGEST_BYTES: Final = 256 * 1024
"""Of a form, a signature or a PDF each; over HTTP they come in base64 (starter/api/body_limit.py)."""


@dataclass(frozen=True)
class SignedForm:
    """What was submitted; nothing of it is verified yet.

    `content` is the form's JSON, `covered` what the signature covers, `cms` the structure of `signed_data` in DER.
    """

    document: bytes
    content: bytes
    covered: bytes
    cms: bytes
    signed_data: SignedData


def signed_data_of(der: bytes) -> SignedData:
    """The signed data of a detached signature in DER. Raises `SignatureUnreadable`, or whatever asn1crypto raises."""
    message = ContentInfo.load(der, strict=True)
    if message["content_type"].native != "signed_data":
        raise SignatureUnreadable
    signed_data: SignedData = message["content"]
    enclosed = signed_data["encap_content_info"]
    if enclosed["content_type"].native != "data" or not isinstance(enclosed["content"], core.Void):
        raise SignatureUnreadable
    return signed_data
