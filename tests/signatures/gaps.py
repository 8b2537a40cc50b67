"""A PDF whose gap is filled by a program of one's choice."""

import asyncio
import re
from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from starter.dev.signing import pdf_with, signer_of
from tests.signatures.ceremony import certified

_ROOM = 16 * 1024
"""Bytes for a signature."""


def signed_pdf(content: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """A PDF with this attachment and the signature, `adbe.pkcs7.detached`, that `sign` makes of what is covered."""
    metadata = PdfSignatureMetadata(
        field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf_with(content)))
    placeholder = PdfSigner(metadata, signer_of(certified())).async_sign_pdf(writer, bytes_reserved=2 * _ROOM)
    pdf: bytes = asyncio.run(placeholder).getvalue()
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+", pdf)
    assert found is not None
    gap, rest = int(found[1]), int(found[2])
    filled = sign(pdf[:gap] + pdf[rest:]).hex().encode().ljust(rest - gap - 2, b"0")
    return pdf[:gap] + b"<" + filled + b">" + pdf[rest:]
