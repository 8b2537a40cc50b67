"""One signature in many encodings: accepted by its meaning, and the same signature in each of them.

The mark in `used_signatures` is the hash of the bytes that the signature was verified over, so no encoding of it opens
a second registration.
"""

from collections.abc import Callable

import pytest
from asn1crypto import cms, core
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from registration import signature_errors
from starter.dev.signing import sign_cades
from starter.examiner.ber import definite
from tests.signatures.ceremony import CONTENT, NOW, attributes, certified, changed, opened, rsa_key, signed_by_hand
from tests.signatures.encodings import (
    as_ber,
    signer_info,
    with_null,
    without_parameters,
)

SIGNATURES = {
    "RSA": sign_cades(CONTENT, certified(key=rsa_key()), NOW),
    "ECDSA": sign_cades(CONTENT, certified(), NOW),
}
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

Change = Callable[[cms.SignedData], None]


def digest_without_parameters(signed: cms.SignedData) -> None:
    without_parameters(signer_info(signed)["digest_algorithm"])


def digest_with_null(signed: cms.SignedData) -> None:
    with_null(signer_info(signed)["digest_algorithm"])


def list_without_parameters(signed: cms.SignedData) -> None:
    signed["digest_algorithms"] = [{"algorithm": "sha256"}]


def another_digest_in_the_list(signed: cms.SignedData) -> None:
    """It is a hint for readers in one pass (RFC 5652, 5.1), and decides nothing."""
    signed["digest_algorithms"] = [{"algorithm": "sha512"}]


def rsa_encryption(signed: cms.SignedData) -> None:
    signer_info(signed)["signature_algorithm"] = {"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()}


def rsa_encryption_without_parameters(signed: cms.SignedData) -> None:
    signer_info(signed)["signature_algorithm"] = {"algorithm": "rsassa_pkcs1v15"}


def sha256_with_rsa(signed: cms.SignedData) -> None:
    signer_info(signed)["signature_algorithm"] = {"algorithm": "sha256_rsa", "parameters": core.Null()}


def an_unsigned_attribute(signed: cms.SignedData) -> None:
    signer_info(signed)["unsigned_attrs"] = [{"type": "1.2.3.4", "values": [core.OctetString(b"anything")]}]


def no_further_certificate(signed: cms.SignedData) -> None:
    signed["certificates"] = list(signed["certificates"])[:1]


def the_other_root_of_ecdsa(signed: cms.SignedData) -> None:
    """(r, s) and (r, n - s) are signatures of the same bytes."""
    r, s = decode_dss_signature(signer_info(signed)["signature"].native)
    signer_info(signed)["signature"] = encode_dss_signature(r, P256_ORDER - s)


OF_BOTH = [
    digest_without_parameters,
    digest_with_null,
    list_without_parameters,
    another_digest_in_the_list,
    an_unsigned_attribute,
    no_further_certificate,
]
OF_RSA = [rsa_encryption, rsa_encryption_without_parameters, sha256_with_rsa]
CASES = [("RSA", change) for change in OF_BOTH + OF_RSA]
CASES += [("ECDSA", change) for change in [*OF_BOTH, the_other_root_of_ecdsa]]


@pytest.mark.parametrize("ber", [False, True], ids=["DER", "BER"])
@pytest.mark.parametrize(("key", "change"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_each_encoding_is_accepted_and_has_the_same_mark(key: str, change: Change, ber: bool) -> None:
    signature = SIGNATURES[key]
    other = changed(signature, change)
    if ber:
        other = as_ber(other)
    assert opened(CONTENT, other).signed_sha256 == opened(CONTENT, signature).signed_sha256


@pytest.mark.parametrize("key", SIGNATURES)
def test_indefinite_lengths_at_every_level_are_the_same_signature(key: str) -> None:
    """Also within what was signed, which was signed in DER (RFC 5652, 5.4), and within the certificate."""
    signature = SIGNATURES[key]
    mark = opened(CONTENT, signature).signed_sha256
    for level in range(1, 12):
        assert opened(CONTENT, as_ber(signature, level)).signed_sha256 == mark
    everything = as_ber(signature, 40, certificates=True)
    assert definite(everything) == (signature, len(everything))
    assert opened(CONTENT, everything).signed_sha256 == mark


@pytest.mark.parametrize("key", SIGNATURES)
def test_attributes_in_another_order_than_they_were_signed_in_are_not_signed(key: str) -> None:
    signed = cms.ContentInfo.load(SIGNATURES[key])["content"]
    attributes = [attribute.dump() for attribute in signer_info(signed)["signed_attrs"]]
    turned = SIGNATURES[key].replace(b"".join(attributes), b"".join(reversed(attributes)))
    assert turned != SIGNATURES[key]
    with pytest.raises(signature_errors.SignatureBroken):
        opened(CONTENT, turned)


def test_the_digest_comes_from_the_signer_where_rsa_encryption_names_none() -> None:
    """Still one of the safe ones."""

    def weak(signed: cms.SignedData) -> None:
        rsa_encryption(signed)
        signer_info(signed)["digest_algorithm"] = {"algorithm": "sha1"}

    with pytest.raises(signature_errors.WeakSignature):
        opened(CONTENT, changed(SIGNATURES["RSA"], weak))

    def another(signed: cms.SignedData) -> None:
        rsa_encryption(signed)
        signer_info(signed)["digest_algorithm"] = {"algorithm": "sha512"}

    with pytest.raises(signature_errors.SignatureBroken):
        opened(CONTENT, changed(SIGNATURES["RSA"], another))


def protecting(digest: str, method: str) -> bytes:
    """A signature whose attributes name its algorithms (RFC 6211)."""
    credential = certified(key=rsa_key())
    protection = cms.CMSAlgorithmProtection(
        {"digest_algorithm": {"algorithm": digest}, "signature_algorithm": {"algorithm": method}}
    )
    attribute = {"type": "cms_algorithm_protection", "values": [protection]}
    return signed_by_hand(credential, [*attributes(credential), attribute])


@pytest.mark.parametrize("method", ["sha256_rsa", "rsassa_pkcs1v15"])
@pytest.mark.parametrize("change", [digest_with_null, rsa_encryption, sha256_with_rsa])
def test_algorithms_that_are_protected_are_compared_by_meaning_too(method: str, change: Change) -> None:
    assert opened(CONTENT, changed(protecting("sha256", method), change))


@pytest.mark.parametrize(
    ("digest", "method"), [("sha512", "sha256_rsa"), ("sha256", "sha512_rsa"), ("sha256", "sha256_ecdsa")]
)
def test_algorithms_that_contradict_the_protected_ones_break_the_signature(digest: str, method: str) -> None:
    with pytest.raises(signature_errors.SignatureBroken):
        opened(CONTENT, protecting(digest, method))
