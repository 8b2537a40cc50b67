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
from tests.signatures.ceremony import CONTENT, NOW, certified, changed, opened, rsa_key
from tests.signatures.encodings import (
    ATTRIBUTE,
    SIGNED_ATTRIBUTES,
    VALUES,
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
def test_what_was_signed_counts_in_the_encoding_in_which_it_was_signed(key: str) -> None:
    """That is DER (RFC 5652, 5.4). Around it, the tag and the length are nobody's; within, another one breaks it."""
    signature = SIGNATURES[key]
    around = opened(CONTENT, as_ber(signature, SIGNED_ATTRIBUTES))
    assert around.signed_sha256 == opened(CONTENT, signature).signed_sha256
    for level in (ATTRIBUTE, VALUES):
        with pytest.raises((signature_errors.SignatureBroken, signature_errors.SignatureUnreadable)):
            opened(CONTENT, as_ber(signature, level))


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
