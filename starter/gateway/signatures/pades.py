"""A PDF signed with PAdES (ETSI EN 319 142-1) that embeds the submitted JSON as its only attachment."""

from io import BytesIO
from typing import Final

from asn1crypto import cms
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DecodePurpose, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from registration.errors import NotOneSignature, SignatureIncomplete, SignatureUnreadable
from starter.gateway.signatures.attachment import only_attachment
from starter.gateway.signatures.signed_form import LARGEST_BYTES, SignedForm, signed_data_of

_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=LARGEST_BYTES),
    per_purpose={DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_output_size=LARGEST_BYTES // 2)},
    document_budget=DocumentDecodeBudget(base_allowance=4 * LARGEST_BYTES, max_ratio=0),
)
"""Bytes that compressed streams may inflate to: pyHanko's own limits are for documents of any size."""

_MOST_FIELDS: Final = 32
"""Form fields of a PDF that are looked at; a form of ours has one, that of its signature."""

_PADES: Final = "/ETSI.CAdES.detached"


def read_pades(pdf: bytes) -> SignedForm:
    """The form and its signature, not verified yet.

    Raises `NotOneSignature`, `SignatureIncomplete`, `SignatureUnreadable`, or whatever pyHanko raises.
    """
    reader = PdfFileReader(BytesIO(pdf), strict=True, decode_limits=_LIMITS)
    if reader.encrypted:
        raise SignatureUnreadable
    signature = _only_signature(reader)
    covered, contents = _covered(pdf, signature), signature.pkcs7_content
    der = cms.ContentInfo.load(contents).dump()
    if contents[len(der) :].strip(b"\0"):
        raise SignatureUnreadable
    return SignedForm(
        document=pdf,
        content=only_attachment(reader.root),
        covered=covered,
        cms=der,
        signed_data=signed_data_of(der),
    )


def _only_signature(reader: PdfFileReader) -> EmbeddedPdfSignature:
    fields = _signature_fields(reader.root)
    if len(fields) != 1:
        raise NotOneSignature
    if fields[0]["/V"]["/SubFilter"] != _PADES:
        raise SignatureUnreadable
    return EmbeddedPdfSignature(reader, fields[0], "")


def _signature_fields(root: DictionaryObject) -> list[DictionaryObject]:
    """Every form field, at any depth, that holds a signature or a time stamp, of whatever kind."""
    waiting = list(root["/AcroForm"]["/Fields"]) if "/AcroForm" in root else []
    found: list[DictionaryObject] = []
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return found
        field = waiting.pop().get_object()
        if "/Kids" in field:
            waiting += field["/Kids"]
        if "/V" in field and isinstance(field["/V"], DictionaryObject):
            found.append(field)
    raise SignatureUnreadable


def _covered(pdf: bytes, signature: EmbeddedPdfSignature) -> bytes:
    """The whole file but the hexadecimal signature itself. Raises `SignatureIncomplete` for anything less.

    pyHanko compares lengths; that the gap holds the signature and nothing else is checked here: what hides in a gap
    is how signed PDFs were forged ("1 Trillion Dollar Refund", ACM CCS 2019).
    """
    if signature.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        raise SignatureIncomplete
    start, gap, rest, length = (int(number) for number in signature.byte_range)
    hexadecimal = pdf[gap:rest]
    if start != 0 or rest + length != len(pdf) or hexadecimal[:1] + hexadecimal[-1:] != b"<>":
        raise SignatureIncomplete
    if hexadecimal[1:-1].lower() != signature.pkcs7_content.hex().encode():
        raise SignatureIncomplete
    return pdf[:gap] + pdf[rest:]
