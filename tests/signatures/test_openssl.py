"""Signatures by openssl, over certificates by openssl: what they mean counts, not how they are written."""

from datetime import UTC, datetime

import pytest
from asn1crypto import pem, x509

from registration import signature_errors
from registration.signatures import VerifiedSignature
from registration.statuses import Assurance
from starter.examiner.trust import Trust
from tests.signatures.ceremony import CONTENT, opened
from tests.signatures.gaps import signed_pdf
from tests.signatures.openssl import PSS, OpenSsl


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpenSsl:
    """One authority; each kind of credential is made once."""
    made = OpenSsl(tmp_path_factory.mktemp("openssl"))
    for kind in ("P-256", "P-521", "RSA", "RSA 1024", "RSA-PSS", "RSA-PSS SHA-512"):
        made.certify(kind)
    return made


def verified(openssl: OpenSsl, document: bytes, signature: bytes | None) -> VerifiedSignature:
    root = x509.Certificate.load(pem.unarmor(openssl.root)[2])
    return opened(document, signature, trusted=Trust((root,), None), at=datetime.now(UTC))


@pytest.mark.parametrize("options", [(), ("-stream",), ("-nodetach",), ("-nodetach", "-stream"), ("-keyid",)], ids=str)
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
@pytest.mark.parametrize("name", ["P-256", "P-521", "RSA"])
def test_every_usual_signature_is_accepted(openssl: OpenSsl, name: str, digest: str, options: tuple[str, ...]) -> None:
    """In DER and in BER, detached or not, the signer named by serial number or by key."""
    signature = openssl.sign(CONTENT, name, *options, digest=digest)
    assert verified(openssl, CONTENT, signature).level is Assurance.ADVANCED


@pytest.mark.parametrize("salt", ["digest", "max", "auto", "20"])
@pytest.mark.parametrize("digest", ["sha256", "sha384"])
def test_rsa_pss_is_accepted_with_every_length_of_salt(openssl: OpenSsl, digest: str, salt: str) -> None:
    signature = openssl.sign(CONTENT, "RSA", *PSS, "-keyopt", f"rsa_pss_saltlen:{salt}", digest=digest)
    assert verified(openssl, CONTENT, signature)


def test_a_key_that_is_for_rsa_pss_alone_is_accepted(openssl: OpenSsl) -> None:
    """With parameters in the certificate, which the signature has to keep, and without.

    Left alone, openssl 3 writes `rsaEncryption` over such a key, which it does not verify itself.
    """
    assert verified(openssl, CONTENT, openssl.sign(CONTENT, "RSA-PSS", *PSS))
    assert verified(openssl, CONTENT, openssl.sign(CONTENT, "RSA-PSS-SHA-512", *PSS, digest="sha512"))
    with pytest.raises(signature_errors.SignatureUnreadable):
        verified(openssl, CONTENT, openssl.sign(CONTENT, "RSA-PSS"))


def test_an_older_kind_of_signature_in_a_pdf_is_accepted_where_it_names_its_certificate(openssl: OpenSsl) -> None:
    """`adbe.pkcs7.detached`, which most programs write, with and without signing-certificate-v2."""
    for cades, refusal in ((True, None), (False, signature_errors.SignatureUnbound)):
        pdf = signed_pdf(CONTENT, lambda covered: openssl.sign(covered, "RSA", cades=cades))  # noqa: B023  called at once
        assert b"/adbe.pkcs7.detached" in pdf
        if refusal is None:
            assert verified(openssl, pdf, None)
        else:
            with pytest.raises(refusal):
                verified(openssl, pdf, None)


def test_what_is_not_safe_or_not_bound_is_refused_with_the_reason(openssl: OpenSsl) -> None:
    """SHA-1 as digest or in the mask, a short key, no signing-certificate-v2, no certificate at all."""
    weak = [
        openssl.sign(CONTENT, "RSA", digest="sha1"),
        openssl.sign(CONTENT, "RSA", digest="sha224"),
        openssl.sign(CONTENT, "RSA", *PSS, "-keyopt", "rsa_mgf1_md:sha1"),
        openssl.sign(CONTENT, "RSA-1024"),
    ]
    for signature in weak:
        with pytest.raises(signature_errors.WeakSignature):
            verified(openssl, CONTENT, signature)
    with pytest.raises(signature_errors.SignatureUnbound):
        verified(openssl, CONTENT, openssl.sign(CONTENT, "RSA", cades=False))
    with pytest.raises(signature_errors.CertificateMissing):
        verified(openssl, CONTENT, openssl.sign(CONTENT, "RSA", "-nocerts"))
    with pytest.raises(signature_errors.SignatureBroken):
        verified(openssl, CONTENT + b" ", openssl.sign(CONTENT, "P-256"))
