"""What may follow the signed revision of a PDF: time stamps of the document and what verifies them, nothing else.

The PDFs are signed by pdfsigner, which is written in Rust and shares no library with the program that verifies.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from registration import signature_errors
from registration.signatures import VerifiedSignature
from starter.dev.authority import SigningCredential
from starter.dev.signing import pdf_with, sign_pades
from tests.signatures.ceremony import CONTENT, as_asn1, certified, opened, root, rsa_key
from tests.signatures.time_stamps import stamper, time_stamping_authority

PDFSIGNER = "import sys, pdfsigner; a = sys.argv; pdfsigner.sign_pdf(a[1], a[2], a[3], 'pw', level=a[4], tsa_url=a[5])"
OTHER = CONTENT.replace(b"elek@", b"alek@")


def signed_by_another_program(folder: Path, credential: SigningCredential, level: str, authority: str) -> bytes:
    """In a process of its own: it holds Python's lock while it asks for a time stamp."""
    (folder / "form.pdf").write_bytes(pdf_with(CONTENT))
    encryption = BestAvailableEncryption(b"pw")
    keys = pkcs12.serialize_key_and_certificates(b"", credential.key, credential.certificate, [], encryption)
    (folder / "key.p12").write_bytes(keys)
    command = [sys.executable, "-c", PDFSIGNER, "form.pdf", "signed.pdf", "key.p12", level, authority]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "signed.pdf").read_bytes()


@pytest.fixture(scope="module")
def by_level(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A form signed by pdfsigner, at each of the levels of PAdES baseline."""
    folder, credential = tmp_path_factory.mktemp("pdfsigner"), certified(key=rsa_key())
    with time_stamping_authority() as authority:
        return {
            level: signed_by_another_program(folder, credential, level, authority)
            for level in ("bb", "bt", "blt", "blta")
        }


@pytest.mark.parametrize("key", [None, rsa_key()], ids=["P-256", "RSA"])
def test_another_programs_signature_is_accepted(key: object, tmp_path: Path) -> None:
    credential = certified(key=key) if key else certified()
    assert opened(signed_by_another_program(tmp_path, credential, "bb", ""))


@pytest.mark.parametrize(("level", "revisions"), [("bb", 2), ("bt", 2), ("blt", 3), ("blta", 4)])
def test_every_level_of_pades_is_accepted(by_level: dict[str, bytes], level: str, revisions: int) -> None:
    """With a time stamp in the signature, with revocation data behind it, with a time stamp over both."""
    pdf = by_level[level]
    assert pdf.count(b"%%EOF") == revisions
    assert opened(pdf)


def test_a_signature_and_its_later_revisions_are_one_signature(by_level: dict[str, bytes]) -> None:
    """So they open one registration: the mark is the signature's, not the file's."""
    signed = sign_pades(pdf_with(CONTENT), certified())
    assert (
        opened(signed).signed_sha256 == opened(stamped(signed)).signed_sha256 == opened(secured(signed)).signed_sha256
    )


def stamped(pdf: bytes) -> bytes:
    made: BytesIO = asyncio.run(
        PdfTimeStamper(stamper()).async_timestamp_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), "sha256")
    )
    return made.getvalue()


def secured(pdf: bytes) -> bytes:
    """With a document security store, as it comes before a time stamp over everything."""
    made = BytesIO(pdf)
    DocumentSecurityStore.add_dss(made, sig_contents=None, certs=[as_asn1(root().credential)])
    return made.getvalue()


@pytest.fixture(scope="module")
def signed() -> bytes:
    return sign_pades(pdf_with(CONTENT), certified())


@pytest.mark.parametrize(
    "add", [stamped, secured, lambda pdf: stamped(secured(stamped(secured(pdf))))], ids=["stamp", "DSS", "renewed"]
)
def test_time_stamps_may_follow_and_be_renewed(signed: bytes, add: Callable[[bytes], bytes]) -> None:
    longer = add(signed)
    assert longer.startswith(signed)
    verified = opened(longer)
    assert isinstance(verified, VerifiedSignature)
    assert verified.document_sha256 != opened(signed).document_sha256


def test_a_time_stamp_from_before_the_signature_is_covered_by_it() -> None:
    assert opened(sign_pades(stamped(pdf_with(CONTENT)), certified()))


def changed(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def swap_the_form(writer: IncrementalPdfFileWriter) -> None:
    specification = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    specification["/EF"]["/F"] = writer.add_object(StreamObject(stream_data=OTHER))
    writer.update_container(specification["/EF"])


def swap_the_catalogue(writer: IncrementalPdfFileWriter) -> None:
    file = DictionaryObject(
        {pdf_name("/EF"): DictionaryObject({pdf_name("/F"): writer.add_object(StreamObject(stream_data=OTHER))})}
    )
    names = ArrayObject([TextStringObject("form.json"), writer.add_object(file)])
    writer.root["/Names"] = DictionaryObject(
        {pdf_name("/EmbeddedFiles"): DictionaryObject({pdf_name("/Names"): names})}
    )
    writer.update_root()


def attach_another(writer: IncrementalPdfFileWriter) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = DictionaryObject(
        {pdf_name("/EF"): DictionaryObject({pdf_name("/F"): writer.add_object(StreamObject(stream_data=OTHER))})}
    )
    names += [TextStringObject("other.json"), writer.add_object(file)]
    writer.update_container(names)


def write_on_the_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(StreamObject(stream_data=b"BT (I never wanted this) Tj ET"))
    writer.update_container(page)


def add_a_script(writer: IncrementalPdfFileWriter) -> None:
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): TextStringObject("app.alert(1)")}
    writer.root["/OpenAction"] = DictionaryObject(action)
    writer.update_root()


def another_time_stamp_that_is_none(writer: IncrementalPdfFileWriter) -> None:
    """A field that only calls itself one, over the page."""
    value = DictionaryObject(
        {pdf_name("/Type"): pdf_name("/DocTimeStamp"), pdf_name("/SubFilter"): pdf_name("/ETSI.RFC3161")}
    )
    fields: ArrayObject = writer.root["/AcroForm"]["/Fields"]
    field = {
        pdf_name("/FT"): NameObject("/Sig"),
        pdf_name("/T"): TextStringObject("x"),
        pdf_name("/V"): writer.add_object(value),
    }
    fields.append(writer.add_object(DictionaryObject(field)))
    writer.update_container(fields)


CHANGES = [swap_the_form, swap_the_catalogue, attach_another, write_on_the_page, add_a_script]


@pytest.mark.parametrize("around", [lambda pdf: pdf, stamped, secured], ids=["alone", "then stamped", "then DSS"])
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_else_follows_is_not_covered(
    signed: bytes, change: Callable[[IncrementalPdfFileWriter], None], around: Callable[[bytes], bytes]
) -> None:
    """Also where a time stamp covers it: that is not a person's signature."""
    for pdf in (around(changed(signed, change)), around(changed(stamped(signed), change))):
        with pytest.raises(signature_errors.SignatureIncomplete):
            opened(pdf)


def test_a_field_that_only_calls_itself_a_time_stamp_is_refused(signed: bytes) -> None:
    with pytest.raises(signature_errors.SignatureRefused):
        opened(changed(signed, another_time_stamp_that_is_none))


def test_a_second_signature_is_one_too_many_behind_time_stamps_too(signed: bytes) -> None:
    with pytest.raises(signature_errors.NotOneSignature):
        opened(sign_pades(stamped(signed), certified(), field="Signature2"))


@pytest.mark.parametrize("appended", [b"\n% more\n", b"\0", b"%%EOF\n", b"\n%PDF-1.7\n"], ids=repr)
def test_bytes_behind_the_last_revision_are_not_covered(signed: bytes, appended: bytes) -> None:
    for pdf in (signed, stamped(signed), secured(signed)):
        with pytest.raises((signature_errors.SignatureIncomplete, signature_errors.SignatureUnreadable)):
            opened(pdf + appended)
