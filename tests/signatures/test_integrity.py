"""The signature must be the signer's own, over exactly these bytes."""

from typing import Any

import pytest
from asn1crypto import cms, tsp, x509

from registration import signature_errors
from starter.dev.signing import sign_cades
from tests.signatures.ceremony import (
    CONTENT,
    NOW,
    as_asn1,
    attributes,
    certified,
    changed,
    opened,
    root,
    rsa_key,
    signed_by_hand,
)


def test_one_changed_byte_of_the_form_breaks_the_signature() -> None:
    signature = sign_cades(CONTENT, certified(), NOW)
    assert opened(CONTENT, signature)
    for document in (CONTENT.replace(b"elek@", b"alek@"), CONTENT + b"\n", CONTENT[:-1], b""):
        with pytest.raises(signature_errors.SignatureBroken):
            opened(document, signature)


def test_no_changed_byte_of_the_signature_gets_through_as_another_signature() -> None:
    """Every byte flipped in turn: refused, or the very same signature (what is not signed names nothing)."""
    signature = sign_cades(CONTENT, certified(), NOW)
    original = opened(CONTENT, signature)
    refused = 0
    for place in range(len(signature)):
        spoiled = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
        try:
            verified = opened(CONTENT, spoiled)
        except signature_errors.SignatureRefused:
            refused += 1
        else:
            assert verified.signed_sha256 == original.signed_sha256
            assert verified.certificate_sha256 == original.certificate_sha256
    assert refused > 0.9 * len(signature)


def test_a_form_that_somebody_else_signed_again_is_somebody_elses() -> None:
    """The right structure over the right bytes, with a key that the certificate does not have."""
    thief, victim = certified(), certified()
    signature = changed(
        signed_by_hand(thief, attributes(victim)),
        lambda signed: signed.__setitem__("certificates", [as_asn1(victim)]),
    )
    with pytest.raises(signature_errors.SignatureRefused):
        opened(CONTENT, signature)

    def as_victim(signed: cms.SignedData) -> None:
        certificate = as_asn1(victim)
        signed["certificates"] = [certificate]
        signed["signer_infos"][0]["sid"] = {
            "issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        }

    with pytest.raises(signature_errors.SignatureBroken):
        opened(CONTENT, signed_by_hand(thief, attributes(victim), change=as_victim))


def test_a_certificate_cannot_take_anothers_place() -> None:
    """The same key in two certificates: the signature is bound to the one that it names."""
    first = certified()
    second = certified(key=first.key)
    with pytest.raises(signature_errors.SignatureBroken):
        opened(CONTENT, signed_by_hand(second, attributes(first)))


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_signature_is_needed(count: int) -> None:
    def repeat(signed: cms.SignedData) -> None:
        signed["signer_infos"] = [signed["signer_infos"][0].copy() for _ in range(count)]

    with pytest.raises(signature_errors.NotOneSignature):
        opened(CONTENT, changed(sign_cades(CONTENT, certified(), NOW), repeat))


def test_two_people_cannot_sign_one_form() -> None:
    other = cms.ContentInfo.load(sign_cades(CONTENT, certified(), NOW))["content"]

    def join(signed: cms.SignedData) -> None:
        signed["signer_infos"].append(other["signer_infos"][0])
        signed["certificates"].append(other["certificates"][0])

    with pytest.raises(signature_errors.NotOneSignature):
        opened(CONTENT, changed(sign_cades(CONTENT, certified(), NOW), join))


def test_a_signature_that_does_not_name_its_certificate_is_no_cades() -> None:
    """CAdES-BES: signing-certificate; bare CMS without signed attributes, too."""
    credential = certified()
    with pytest.raises(signature_errors.SignatureUnbound):
        opened(CONTENT, signed_by_hand(credential, attributes(credential)[:2]))
    with pytest.raises(signature_errors.SignatureUnbound):
        opened(CONTENT, signed_by_hand(credential, None))


def test_hashes_and_keys_that_are_no_longer_safe_are_refused() -> None:
    """SHA-1 and MD5 as digest, in the certificate's identifier, and as its first, SHA-1-only version."""
    strong, first = certified(), certified(key=rsa_key())
    named = tsp.ESSCertID({"cert_hash": as_asn1(strong).sha1})
    version_1 = {"type": "signing_certificate", "values": [tsp.SigningCertificate({"certs": [named]})]}
    sha1_named: list[dict[str, Any]] = [*attributes(strong)[:2], attributes(strong, digest="sha1")[2]]
    weak = [
        signed_by_hand(strong, attributes(strong, digest="sha1"), digest="sha1"),
        signed_by_hand(first, attributes(first, digest="md5"), digest="md5"),
        signed_by_hand(strong, [*attributes(strong)[:2], version_1]),
        signed_by_hand(strong, sha1_named),
    ]
    for signature in weak:
        with pytest.raises(signature_errors.WeakSignature):
            opened(CONTENT, signature)


def test_a_digest_that_the_signature_algorithm_contradicts_is_refused() -> None:
    def contradict(signed: cms.SignedData) -> None:
        signed["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha512"}

    credential = certified()
    with pytest.raises(signature_errors.SignatureRefused):
        opened(CONTENT, signed_by_hand(credential, attributes(credential), change=contradict))


@pytest.mark.parametrize("missing", [0, 1])
def test_content_type_and_message_digest_must_be_signed(missing: int) -> None:
    credential = certified()
    kept = [attribute for place, attribute in enumerate(attributes(credential)) if place != missing]
    with pytest.raises(signature_errors.SignatureUnreadable):
        opened(CONTENT, signed_by_hand(credential, kept))


@pytest.mark.parametrize("enclosed", [CONTENT, CONTENT + b" ", b""])
def test_a_signature_may_enclose_what_was_submitted_and_nothing_else(enclosed: bytes) -> None:
    """As a Hungarian provider's program writes it (`.p7m`)."""

    def enclose(signed: cms.SignedData) -> None:
        signed["encap_content_info"] = {"content_type": "data", "content": enclosed}

    detached = sign_cades(CONTENT, certified(), NOW)
    enclosing = changed(detached, enclose)
    if enclosed == CONTENT:
        assert opened(CONTENT, enclosing).signed_sha256 == opened(CONTENT, detached).signed_sha256
    else:
        with pytest.raises(signature_errors.SignatureBroken):
            opened(CONTENT, enclosing)


def test_what_is_no_signature_of_a_form_is_unreadable() -> None:
    """A crowd of certificates, bytes behind the end, PEM, other CMS structures."""
    good = sign_cades(CONTENT, certified(), NOW)
    crowd = [as_asn1(certified(by=root())) for _ in range(6)]

    def crowded(signed: cms.SignedData) -> None:
        signed["certificates"] = [*signed["certificates"], *crowd]

    spoiled = [
        changed(good, crowded),
        good + b"\0",
        good[:-1],
        b"-----BEGIN CMS-----",
        cms.ContentInfo({"content_type": "data", "content": CONTENT}).dump(),
        b"",
        b"0\x80" * 50_000,
        b"0\x84\xff\xff\xff\xff",
    ]
    for signature in spoiled:
        with pytest.raises(signature_errors.SignatureUnreadable):
            opened(CONTENT, signature)


def test_a_signature_without_its_certificate_says_so() -> None:
    """None at all, or another person's."""
    for kept in ([], [as_asn1(certified())]):

        def strip(signed: cms.SignedData, certificates: list[x509.Certificate] = kept) -> None:
            signed["certificates"] = certificates

        with pytest.raises(signature_errors.CertificateMissing):
            opened(CONTENT, changed(sign_cades(CONTENT, certified(), NOW), strip))


def test_larger_than_a_form_can_be_is_not_even_parsed() -> None:
    with pytest.raises(signature_errors.SignatureUnreadable):
        opened(CONTENT, bytes(256 * 1024 + 1))
    with pytest.raises(signature_errors.SignatureUnreadable):
        opened(bytes(256 * 1024 + 1))
