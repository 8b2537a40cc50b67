"""Any input gets a typed refusal, soon, and none of it gets into a log."""

import logging
import time

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from registration.signature_errors import SignatureRefused, SignatureUnreadable, UnknownAuthority
from starter.dev.authority import Authority, SigningCredential, new_key
from starter.dev.signing import pdf_with, sign_cades, sign_pades
from starter.examiner.plain_facts import LARGEST_BYTES
from tests.signatures.ceremony import CONTENT, DAY, NOW, as_asn1, attributes, certified, opened, signed_by_hand

SIGNATURE = sign_cades(CONTENT, certified(), NOW)
PDF = sign_pades(pdf_with(CONTENT), certified())
SOON_SECONDS = 10
"""A hostile document may cost more than an honest one's 10 ms; on a busy machine, too, it must end."""

WELL_UNDER_A_SECOND = 0.5
"""Of processor time."""


def refused_or_the_same(document: bytes, signature: bytes | None) -> None:
    """No other exception than a refusal; what still opens is what was signed."""
    try:
        verified = opened(document, signature)
    except SignatureRefused:
        return
    assert verified.signed_sha256 in {opened(CONTENT, SIGNATURE).signed_sha256, opened(PDF).signed_sha256}


@st.composite
def spoiled(draw: st.DrawFn, original: bytes) -> bytes:
    """Pieces cut out, doubled, overwritten, put elsewhere."""
    content = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 64)))
        piece = draw(st.one_of(st.binary(max_size=32), st.just(bytes(content[start:end]) * 2)))
        content[start:end] = piece
    return bytes(content)


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_garbage_is_no_signature(garbage: bytes) -> None:
    refused_or_the_same(CONTENT, garbage)
    refused_or_the_same(b"%PDF-1.7\n" + garbage + b"\n%%EOF", None)


@settings(max_examples=300)
@given(spoiled(SIGNATURE))
def test_a_spoiled_signature_is_refused(signature: bytes) -> None:
    refused_or_the_same(CONTENT, signature)


@settings(max_examples=200)
@given(spoiled(PDF))
def test_a_spoiled_pdf_is_refused(pdf: bytes) -> None:
    refused_or_the_same(pdf, None)


def maze(count: int, name: x509.Name | None = None) -> bytes:
    """Certificates that all name each other as their issuer: every order of them is a path to nowhere."""
    name, keys = name or certified().certificate.issuer, [new_key() for _ in range(count)]
    walls = []
    for key, above in zip(keys, [*keys[1:], keys[0]], strict=True):
        serial = x509.random_serial_number()
        built = x509.CertificateBuilder(name, name, key.public_key(), serial, NOW - DAY, NOW + DAY)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        walls.append(SigningCredential(built.sign(above, hashes.SHA256()), key))
    end = certified(by=Authority(walls[0]))

    def surround(signed: cms.SignedData) -> None:
        signed["certificates"] = [as_asn1(end), *map(as_asn1, walls)]

    return signed_by_hand(end, attributes(end), change=surround)


@pytest.mark.parametrize(
    ("count", "refusal"),
    [(1, UnknownAuthority), (4, UnknownAuthority), (5, UnknownAuthority), (6, SignatureUnreadable)],
)
def test_a_maze_of_certificates_is_left_soon(count: int, refusal: type[SignatureRefused]) -> None:
    signature, begun = maze(count), time.process_time()
    with pytest.raises(refusal):
        opened(CONTENT, signature)
    assert time.process_time() - begun < SOON_SECONDS


def name_of(parts: int, *, in_one: bool = False) -> x509.Name:
    """A name of as many parts, each with some dozen bytes of DER."""
    attributes = [x509.NameAttribute(x509.ObjectIdentifier(f"2.5.4.{number + 1000}"), "x") for number in range(parts)]
    if in_one:
        return x509.Name([x509.RelativeDistinguishedName(attributes)])
    return x509.Name(attributes)


@pytest.mark.parametrize("in_one", [False, True])
def test_certificates_with_names_of_many_parts_are_refused_soon(in_one: bool) -> None:
    """They cost seconds otherwise: each step of each path brings each name into its canonical form."""
    signature = maze(5, name_of(1_200, in_one=in_one))
    assert len(signature) < LARGEST_BYTES
    begun = time.process_time()
    with pytest.raises(SignatureUnreadable):
        opened(CONTENT, signature)
    assert time.process_time() - begun < WELL_UNDER_A_SECOND


def test_the_longest_names_that_are_taken_cost_little() -> None:
    signature, begun = maze(5, name_of(60)), time.process_time()
    with pytest.raises(UnknownAuthority):
        opened(CONTENT, signature)
    assert time.process_time() - begun < SOON_SECONDS


def test_deeply_nested_structures_are_refused_soon() -> None:
    begun = time.process_time()
    for garbage in (b"\x30\x80" * 100_000, b"\x24\x80" * 100_000, b"\xa0\x84\x00\x03\x00\x00" * 40_000):
        with pytest.raises(SignatureUnreadable):
            opened(CONTENT, garbage)
    assert time.process_time() - begun < SOON_SECONDS


def test_no_log_line_names_the_signer(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """The libraries quote certificates in their log lines; none of them gets out."""
    caplog.set_level(logging.DEBUG)
    stranger = Authority.created(NOW, name="Más")
    old = certified(since=NOW - 9 * DAY, until=NOW - DAY)
    spoiled_pdf = PDF.replace(b"/Names", b"/Mames")
    for credential in (certified(by=stranger), old, certified()):
        with pytest.raises(SignatureRefused):
            opened(CONTENT, signed_by_hand(credential, attributes(credential, b"other")))
        with pytest.raises(SignatureRefused):
            opened(CONTENT + b" ", sign_cades(CONTENT, credential, NOW))
    for document in (spoiled_pdf, PDF + b"1 0 obj K\xc5\x91m\xc5\xb1ves", PDF[:-9]):
        with pytest.raises(SignatureRefused):
            opened(document)
    captured = capfd.readouterr()
    logged = captured.out + captured.err + "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert "signature_unreadable" in logged
    assert "Kőműves" not in logged
    assert "Elek" not in logged
