"""The channel as the gateway uses it: PDFs in a process of their own, which a hostile one cannot outlive."""

import asyncio
import struct
import time
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import Encoding

from registration.signature_errors import NotOneSignature, SignatureChannelClosed, SignatureRefused, SignatureUnreadable
from registration.statuses import Assurance
from starter.dev.signing import pdf_with, sign_cades, sign_pades
from starter.gateway.signatures import SignatureChannel
from tests.signatures.ceremony import CONTENT, FORM, NOW, certified, root

SOON_SECONDS = 40
"""A process may use 3 s of its own time, and is killed after 30 s on a busy machine."""


@pytest_asyncio.fixture
async def channel(tmp_path: Path) -> AsyncIterator[SignatureChannel]:
    """A channel that trusts the one root, and leaves no process behind."""
    (tmp_path / "root.pem").write_bytes(root().credential.certificate.public_bytes(Encoding.PEM))
    opened = SignatureChannel(tmp_path, None)
    before = set(psutil.Process().children(recursive=True))
    yield opened
    await opened.close()
    assert set(psutil.Process().children(recursive=True)) <= before


async def test_both_formats_are_verified(channel: SignatureChannel) -> None:
    for sign in (
        lambda: (CONTENT, sign_cades(CONTENT, certified(), NOW)),
        lambda: (sign_pades(pdf_with(CONTENT), certified()), None),
    ):
        document, signature = await asyncio.to_thread(sign)
        signed = await channel.read(document, signature, NOW)
        assert signed.content == CONTENT
        assert signed.proof_for(FORM).level is Assurance.ADVANCED


async def test_a_refusal_of_the_process_is_the_channels_refusal(channel: SignatureChannel) -> None:
    with pytest.raises(NotOneSignature):
        await channel.read(pdf_with(CONTENT), None, NOW)
    with pytest.raises(SignatureUnreadable):
        await channel.read(CONTENT, None, NOW)


async def test_what_is_larger_than_a_form_can_be_is_not_even_parsed(channel: SignatureChannel) -> None:
    too_large = bytes(256 * 1024 + 1)
    for document, signature in ((too_large, None), (too_large, b""), (b"", too_large)):
        with pytest.raises(SignatureUnreadable):
            await channel.read(document, signature, NOW)


async def test_without_a_folder_of_roots_there_is_no_such_channel() -> None:
    """Nothing is looked at, well-formed or not."""
    closed = SignatureChannel(None, None)
    with pytest.raises(SignatureChannelClosed):
        await closed.read(b"", None, NOW)
    await closed.close()


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF with these objects, numbered from 1, the first being the catalogue."""
    made, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return made + table + end % (len(objects) + 1, trailer, len(made))


def stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return opening * depth + closing * depth


HOSTILE = {
    "deep arrays": pdf_of(b"<< /AcroForm << /Fields " + nested(b"[", b"]", 60_000) + b" >> >>"),
    "deep dictionaries": pdf_of(b"<< /AcroForm " + nested(b"<< /A ", b" >>", 20_000) + b" >>"),
    "fields in a circle": pdf_of(b"<< /AcroForm << /Fields [2 0 R] >> >>", b"<< /Kids [2 0 R 2 0 R] >>"),
    "names in a circle": pdf_of(b"<< /Names 2 0 R >>", b"<< /EmbeddedFiles 2 0 R /Kids [2 0 R] >>"),
    "an object that is itself": pdf_of(b"1 0 R"),
    "previous tables in a circle": pdf_of(b"<< >>", trailer=b"/Prev 9"),
    "a hundred thousand digits": pdf_of(b"<< /AcroForm " + b"9" * 100_000 + b" >>"),
    "a catalogue in layers of compression": pdf_of(
        stream(
            b"/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]",
            zlib.compress(zlib.compress(b"1 0 " + b" " * 50_000_000)),
        )
    ),
    "a table with endless entries": b"%PDF-1.7\nxref\n0 999999999\n"
    + b"0000000000 65535 f \n" * 12_000
    + b"trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n",
    "many startxrefs": b"%PDF-1.7\n" + b"startxref\n9\n%%EOF\n" * 10_000,
    "endless comments": b"%PDF-1.7\n" + b"%" * 200_000 + b"\nstartxref\n9\n%%EOF\n",
}


def table_of_nothing() -> bytes:
    """A cross-reference stream with a billion entries of no bytes each."""
    made = b"%PDF-1.7\n"
    entries = b"/Type /XRef /Size 999999999 /Root 1 0 R /W [0 0 0] /Index [0 999999999]"
    return made + b"1 0 obj\n" + stream(entries, b"") + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(made)


def crowded_object_stream(pairs: int, fields: int) -> bytes:
    """Form fields at the end of an object stream whose header is read anew for each of them."""
    numbers = range(100, 100 + pairs)
    chosen = numbers[-fields:]
    header = b"".join(b"%d 0 " % number for number in numbers)
    packed = zlib.compress(header + b"<< /Ff 0 >>", 9)
    catalogue = b"<< /AcroForm << /Fields [%s] >> >>" % b" ".join(b"%d 0 R" % number for number in chosen)
    objects = [
        catalogue,
        stream(b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (pairs, len(header)), packed),
    ]
    made, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = [struct.pack(">BIH", 0, 0, 65535), *(struct.pack(">BIH", 1, offset, 0) for offset in (*offsets, len(made)))]
    rows += [struct.pack(">BIH", 2, 2, number - 100) for number in chosen]
    index = b"/Type /XRef /Root 1 0 R /W [1 4 2] /Size %d /Index [0 4 %d %d]"
    table = stream(index % (numbers[-1] + 1, chosen[0], fields), b"".join(rows))
    return made + b"3 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(made))


HOSTILE |= {
    "a table of a billion nothings": table_of_nothing(),
    "fields in a crowded object stream": crowded_object_stream(9_000, 31),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_pdf_that_is_made_to_exhaust_is_refused_soon(channel: SignatureChannel, kind: str) -> None:
    assert len(HOSTILE[kind]) <= 256 * 1024
    begun = time.monotonic()
    with pytest.raises(SignatureRefused):
        await channel.read(HOSTILE[kind], None, NOW)
    assert time.monotonic() - begun < SOON_SECONDS


async def test_a_caller_who_goes_away_takes_the_process_along(channel: SignatureChannel) -> None:
    """The fixture looks whether one is left."""
    waiting = asyncio.ensure_future(channel.read(HOSTILE["a table of a billion nothings"], None, NOW))
    await asyncio.sleep(0.5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
