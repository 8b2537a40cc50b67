"""A signed PDF with the form inside: the signature covers all of it, and there is one form."""

import re
from io import BytesIO

import pytest
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter, copy_into_new_writer

from registration import signature_errors
from starter.dev.signing import pdf_with, sign_pades
from tests.signatures.ceremony import CONTENT, certified, opened


@pytest.fixture(scope="module")
def signed() -> bytes:
    return sign_pades(pdf_with(CONTENT), certified())


def updated(pdf: bytes, *, attachment: bytes | None = None) -> bytes:
    """A later revision, appended as the format allows; it may replace the attachment."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Lang"] = pdf_name("/hu")
    writer.update_root()
    if attachment is not None:
        specification = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
        specification["/EF"]["/F"] = writer.add_object(StreamObject(stream_data=attachment))
        writer.update_container(specification["/EF"])
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def test_the_form_may_have_been_attached_long_before_it_was_signed() -> None:
    """Earlier revisions are covered; only what comes after the signature is not."""
    assert opened(sign_pades(updated(pdf_with(CONTENT)), certified()))


def test_whatever_is_appended_after_signing_is_not_covered(signed: bytes) -> None:
    """A revision that changes nothing one can see, one that swaps the attachment, a comment, a byte."""
    for appended in (
        updated(signed),
        updated(signed, attachment=CONTENT.replace(b"elek@", b"alek@")),
        signed + b"\n% more\n",
        signed + b"\0",
    ):
        with pytest.raises(signature_errors.SignatureIncomplete):
            opened(appended)


def test_an_attachment_swapped_in_place_breaks_the_signature() -> None:
    """Embedded uncompressed, so that a swap of the same length keeps the file well-formed."""
    signed = sign_pades(uncompressed(CONTENT), certified())
    assert opened(signed)
    swapped = signed.replace(b"elek@example.org", b"alek@example.org")
    assert swapped != signed
    with pytest.raises(signature_errors.SignatureBroken):
        opened(swapped)


def uncompressed(content: bytes) -> bytes:
    writer = PdfFileWriter(stream_xrefs=False)
    blank = writer.add_object(RawContent(b"", box=BoxConstraints(9, 9)).as_form_xobject())
    writer.insert_page(PageObject(blank, (0, 0, 9, 9)))
    attach(writer, StreamObject(stream_data=content))
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def attach(writer: PdfFileWriter, *streams: StreamObject) -> None:
    names = []
    for number, stream in enumerate(streams):
        files = DictionaryObject({pdf_name("/F"): writer.add_object(stream)})
        specification = DictionaryObject({pdf_name("/Type"): pdf_name("/Filespec"), pdf_name("/EF"): files})
        names += [pdf_name(f"/{number}"), writer.add_object(specification)]
    tree = DictionaryObject({pdf_name("/Names"): ArrayObject(names)})
    writer.root["/Names"] = DictionaryObject({pdf_name("/EmbeddedFiles"): tree})
    writer.update_root()


def test_nothing_hides_in_the_gap_that_the_signature_leaves(signed: bytes) -> None:
    """The hexadecimal signature and its padding: other bytes there are not covered, so they must not be there."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+", signed)
    assert found is not None
    gap, rest = int(found[1]), int(found[2])
    assert signed[gap:rest].endswith(b"00>")
    for hidden in (b">/X (hidden) ", b"ab", b" "):
        forged = signed[: rest - 1 - len(hidden)] + hidden + signed[rest - 1 :]
        assert len(forged) == len(signed)
        with pytest.raises((signature_errors.SignatureIncomplete, signature_errors.SignatureUnreadable)):
            opened(forged)


def test_a_byte_range_that_leaves_something_out_is_refused(signed: bytes) -> None:
    found = re.search(rb"\[0 (\d+) (\d+) (\d+) *\]", signed)
    assert found is not None
    numbers = [int(number) for number in found.groups()]
    for place, change in [(0, -1), (1, 1), (2, -1), (2, 1)]:
        moved = numbers.copy()
        moved[place] += change
        written = b"[0 %d %d %d]" % tuple(moved)
        forged = signed.replace(found[0], written.ljust(len(found[0])))
        with pytest.raises((signature_errors.SignatureIncomplete, signature_errors.SignatureUnreadable)):
            opened(forged)


def test_exactly_one_signature_is_needed(signed: bytes) -> None:
    """None; two people; the same person twice."""
    with pytest.raises(signature_errors.NotOneSignature):
        opened(pdf_with(CONTENT))
    with pytest.raises(signature_errors.NotOneSignature):
        opened(sign_pades(signed, certified(), field="Signature2"))


@pytest.mark.parametrize("attachments", [(), (CONTENT, CONTENT), (CONTENT, b"{}")], ids=["none", "twice", "another"])
def test_a_pdf_has_the_form_as_its_only_attachment(attachments: tuple[bytes, ...]) -> None:
    with pytest.raises(signature_errors.FormNotAttached):
        opened(sign_pades(pdf_with(*attachments), certified()))


@pytest.mark.parametrize("kind", [b"/adbe.pkcs7.sha1", b"/adbe.x509.rsa_sha1", b"/ETSI.RFC3161"])
def test_a_signature_of_another_kind_in_a_pdf_is_no_pades(signed: bytes, kind: bytes) -> None:
    other = signed.replace(b"/ETSI.CAdES.detached", kind.ljust(len(b"/ETSI.CAdES.detached")))
    assert other != signed
    with pytest.raises(signature_errors.SignatureUnreadable):
        opened(other)


def test_an_encrypted_pdf_is_unreadable() -> None:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(pdf_with(CONTENT))))
    writer.encrypt("jelszó", "")
    made = BytesIO()
    writer.write(made)
    with pytest.raises(signature_errors.SignatureUnreadable):
        opened(made.getvalue())


def test_a_form_that_inflates_beyond_any_form_is_not_inflated() -> None:
    """A hundred megabytes of spaces in a hundred kilobytes."""
    bomb = sign_pades(pdf_with(b" " * 100_000_000), certified())
    assert len(bomb) < 256 * 1024
    with pytest.raises(signature_errors.SignatureUnreadable):
        opened(bomb)


def test_a_crowd_of_form_fields_is_not_walked_through(signed: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    fields = writer.root["/AcroForm"]["/Fields"]
    for _ in range(40):
        fields.append(writer.add_object(DictionaryObject({pdf_name("/Ff"): NumberObject(0)})))
    writer.update_container(fields)
    made = BytesIO()
    writer.write(made)
    with pytest.raises(signature_errors.SignatureUnreadable):
        opened(made.getvalue())
