"""Trusted roots and revocation lists, as an operator puts them into folders."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from structlog.testing import capture_logs

from registration.errors import Unavailable
from registration.signature_errors import CertificateRevoked, UnknownAuthority
from starter.dev.signing import sign_cades
from starter.examiner.examination import examine
from starter.examiner.trust import Trust, TrustUnreadable
from starter.gateway.signatures.signed_form import SignedForm
from tests.signatures.ceremony import CONTENT, DAY, NOW, certified, opened, root

PEM_LINE = b"-----BEGIN X509 CRL-----\n"


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    """A folder with the trusted root in it, and files that only look like one."""
    folder = tmp_path / "roots"
    folder.mkdir()
    certificate = root().credential.certificate
    (folder / "root.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / ".hidden").write_bytes(b"not a certificate")
    return folder


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """An empty folder of revocation lists."""
    folder = tmp_path / "lists"
    folder.mkdir()
    return folder


def test_roots_are_read_from_pem_and_der_one_or_more_in_a_file(roots: Path) -> None:
    certificate = root().credential.certificate
    (roots / "bundle.pem").write_bytes(certificate.public_bytes(Encoding.PEM) * 2)
    (roots / "root.der").write_bytes(certificate.public_bytes(Encoding.DER))
    assert len(Trust.read(roots, None).roots) == 4


def test_a_new_list_counts_with_the_next_signature(roots: Path, lists: Path) -> None:
    """Without a folder of lists revocation is not checked; with one, every signature reads its present content."""
    credential = certified()
    signature = sign_cades(CONTENT, credential, NOW)
    assert opened(CONTENT, signature, trusted=Trust.read(roots, None))
    fresh = root().revocation_list([], since=NOW - DAY, until=NOW + DAY)
    (lists / "root.crl").write_bytes(fresh)
    assert opened(CONTENT, signature, trusted=Trust.read(roots, lists))
    revoked = root().revocation_list([credential.certificate.serial_number], since=NOW - DAY, until=NOW + DAY)
    (lists / "root.crl").write_bytes(revoked)
    with pytest.raises(CertificateRevoked):
        opened(CONTENT, signature, trusted=Trust.read(roots, lists))


def test_without_roots_nobody_is_trusted(roots: Path) -> None:
    (roots / "root.pem").unlink()
    with pytest.raises(UnknownAuthority):
        opened(CONTENT, sign_cades(CONTENT, certified(), NOW), trusted=Trust.read(roots, None))


@pytest.mark.parametrize("content", [b"", b"garbage", PEM_LINE, b"0\x03\x02\x01\x00", b"0\x82\x01\x00half"], ids=repr)
def test_a_file_that_cannot_be_read_is_named(roots: Path, lists: Path, content: bytes) -> None:
    """A list that is half copied must not make a revoked certificate acceptable."""
    for folder in (roots, lists):
        broken = folder / "half.bin"
        broken.write_bytes(content)
        with pytest.raises(TrustUnreadable) as refused:
            Trust.read(roots, lists)
        assert refused.value.file == "half.bin"
        broken.unlink()


def test_it_closes_the_channel_for_now_and_stands_in_the_log(roots: Path) -> None:
    (roots / "half.bin").write_bytes(b"garbage")
    found = examine(CONTENT, sign_cades(CONTENT, certified(), NOW), lambda: Trust.read(roots, None), NOW)
    with capture_logs() as log, pytest.raises(Unavailable):
        SignedForm.of(found)
    assert [line["file"] for line in log] == ["half.bin"]


def test_a_folder_that_is_gone_closes_the_channel_for_now(roots: Path, lists: Path) -> None:
    with pytest.raises(TrustUnreadable):
        Trust.read(roots, lists / "missing")
