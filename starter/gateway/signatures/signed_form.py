"""A signed form, taken apart: what a signature covers, and the CMS structure (RFC 5652) that bears it."""

from dataclasses import dataclass
from typing import Final

from asn1crypto import cms, core

from registration.errors import SignatureUnreadable

LARGEST_BYTES: Final = 256 * 1024
"""Of a form, a signature or a PDF; the HTTP API takes no larger body either."""


@dataclass(frozen=True)
class SignedForm:
    """Nothing of it is verified yet; `content` is the form's JSON, `covered` the bytes that the signature covers."""

    document: bytes
    content: bytes
    covered: bytes
    cms: bytes
    signed_data: cms.SignedData


def signed_data_of(der: bytes) -> cms.SignedData:
    """The signed data of a detached signature in DER. Raises `SignatureUnreadable`, or whatever asn1crypto raises."""
    message = cms.ContentInfo.load(der, strict=True)
    if message["content_type"].native != "signed_data":
        raise SignatureUnreadable
    signed_data: cms.SignedData = message["content"]
    enclosed = signed_data["encap_content_info"]
    if enclosed["content_type"].native != "data" or not isinstance(enclosed["content"], core.Void):
        raise SignatureUnreadable
    return signed_data
