"""Signs a form as an applicant's own software would, for tests and for `ugyfelkapu dev sign`."""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Final

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from starter.dev.authority import SigningCredential

_A4: Final = (0, 0, 595, 842)
"""In points."""


def signer_of(credential: SigningCredential) -> SimpleSigner:
    """The pyHanko signer for a credential; the certificates of its authorities go along, but for the root."""
    store = SimpleCertificateStore()
    store.register_multiple(_asn1(certificate) for certificate in credential.chain)
    der = credential.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SimpleSigner(_asn1(credential.certificate), keys.PrivateKeyInfo.load(der), store, embed_roots=False)


def sign_cades(content: bytes, credential: SigningCredential, now: datetime, *, digest: str = "sha256") -> bytes:
    """A detached CAdES baseline B-B signature over `content`, in DER."""
    attributes = PdfCMSSignedAttributes(signing_time=now, cades_signed_attrs=CAdESSignedAttrSpec())
    signed = asyncio.run(
        signer_of(credential).async_sign_general_data(content, digest, use_cades=True, signed_attr_settings=attributes)
    )
    encoded: bytes = signed.dump()
    return encoded


def sign_pades(pdf: bytes, credential: SigningCredential, *, field: str = "Signature1") -> bytes:
    """A PDF with a PAdES baseline B-B signature over all of it."""
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    signed: BytesIO = asyncio.run(PdfSigner(metadata, signer_of(credential)).async_sign_pdf(writer))
    return signed.getvalue()


def pdf_with(*attachments: bytes) -> bytes:
    """An empty page with files embedded."""
    writer = PdfFileWriter(stream_xrefs=False)
    blank = writer.add_object(RawContent(b"", box=BoxConstraints(_A4[2], _A4[3])).as_form_xobject())
    writer.insert_page(PageObject(blank, _A4))
    for number, attachment in enumerate(attachments):
        embedded = EmbeddedFileObject.from_file_data(writer, attachment, mime_type="application/json")
        name = f"form{number or ''}.json"
        embed_file(writer, FileSpec(name, embedded_data=embedded, af_relationship=pdf_name("/Source")))
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
