"""Signatures that are accepted, and the level that each reaches (S4)."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from registration.signature_errors import NotASigningCertificate, SimpleSignature
from registration.statuses import Assurance
from starter.dev.authority import PrivateKey
from starter.dev.certificate_profiles import PROFILES, Profile
from starter.dev.signing import pdf_with, sign_cades, sign_pades
from tests.signatures.ceremony import CONTENT, NOW, attributes, certified, opened, root, rsa_key, signed_by_hand, trust

QUALIFIED = PROFILES["qualified"]
WEB, CLIENT, EMAIL, DOCUMENT = (f"1.3.6.1.5.5.7.3.{number}" for number in (1, 2, 4, 36))


@pytest.mark.parametrize("kind", ["P-256", "P-521", "RSA"])
@pytest.mark.parametrize("level", list(Assurance))
@pytest.mark.parametrize("is_pdf", [False, True], ids=["CAdES", "PAdES"])
def test_both_levels_are_told_apart_in_both_formats_and_with_every_kind_of_key(
    kind: str, level: Assurance, is_pdf: bool
) -> None:
    """Through an authority below the trusted root, whose certificate comes with the signature."""
    keys: dict[str, PrivateKey] = {"P-256": ec.generate_private_key(ec.SECP256R1()), "RSA": rsa_key()}
    key = keys.get(kind) or ec.generate_private_key(ec.SECP521R1())
    below = root().subordinate(NOW, name="Kiállító")
    credential = certified(PROFILES[level.lower()], by=below, key=key)
    if is_pdf:
        document, signature = sign_pades(pdf_with(CONTENT), credential), None
    else:
        document, signature = CONTENT, sign_cades(CONTENT, credential, NOW, digest="sha512")
    verified = opened(document, signature)
    assert verified.level is level
    assert verified.issuer == "Common Name: Kiállító"
    assert int(verified.serial_number, 16) == credential.certificate.serial_number
    assert verified.document_sha256 == hashlib.sha256(document).hexdigest()
    assert base64.b64decode(verified.document) == document
    assert is_pdf or base64.b64decode(verified.signature) == signature


def test_the_mark_of_a_signature_is_what_only_its_signer_can_make_again() -> None:
    """Of two signatures over the same attributes it is the same; a signing time makes another."""
    credential = certified(key=ec.generate_private_key(ec.SECP256R1()))
    by_hand = [signed_by_hand(credential, attributes(credential)) for _ in range(2)]
    assert by_hand[0] != by_hand[1]
    same = {opened(CONTENT, signature).signed_sha256 for signature in by_hand}
    assert len(same) == 1
    assert opened(CONTENT, sign_cades(CONTENT, credential, NOW)).signed_sha256 not in same


@pytest.mark.parametrize(
    ("profile", "level"),
    [
        (Profile(statements=("qc_compliance", "qc_sscd")), Assurance.QUALIFIED),
        (Profile(statements=("qc_compliance", "qc_sscd"), types=("qct_eseal", "qct_esign")), Assurance.QUALIFIED),
        (Profile(statements=("qc_compliance", "qc_sscd"), types=("qct_esign",), law=("RS",)), Assurance.ADVANCED),
        (Profile(statements=("qc_compliance",), types=("qct_esign",)), Assurance.ADVANCED),
        (Profile(statements=("qc_sscd",), types=("qct_esign",)), Assurance.ADVANCED),
        (Profile(types=("qct_esign",)), Assurance.ADVANCED),
        (Profile(digital_signature=True), Assurance.ADVANCED),
        (Profile(purposes=(EMAIL, CLIENT)), Assurance.ADVANCED),
        (Profile(purposes=(DOCUMENT,)), Assurance.ADVANCED),
    ],
    ids=str,
)
def test_qualified_needs_compliance_device_and_purpose_and_anything_less_of_them_is_advanced(
    profile: Profile, level: Assurance
) -> None:
    """ETSI EN 319 412-5: without QcType a qualified certificate is for signatures; a foreign law is not eIDAS."""
    assert opened(CONTENT, sign_cades(CONTENT, certified(profile), NOW)).level is level


@pytest.mark.parametrize(
    "profile",
    [
        Profile(content_commitment=False, digital_signature=True, purposes=(WEB,)),
        Profile(purposes=(WEB, CLIENT)),
        Profile(statements=QUALIFIED.statements, types=("qct_eseal",)),
        Profile(statements=QUALIFIED.statements, types=("qct_web",)),
        Profile(content_commitment=False),
        Profile(is_authority=True),
    ],
    ids=str,
)
def test_certificates_for_web_sites_seals_and_authorities_sign_nothing_for_a_person(profile: Profile) -> None:
    with pytest.raises(NotASigningCertificate):
        opened(CONTENT, sign_cades(CONTENT, certified(profile), NOW))


@pytest.mark.parametrize("statements", [(), QUALIFIED.statements], ids=["plain", "qualified"])
def test_a_certificate_for_identification_makes_a_simple_signature_only(statements: tuple[str, ...]) -> None:
    """ETSI EN 319 412-2, 4.3.2: a commitment needs nonRepudiation, whatever else the certificate states."""
    profile = Profile(content_commitment=False, digital_signature=True, statements=statements)
    with pytest.raises(SimpleSignature):
        opened(CONTENT, sign_cades(CONTENT, certified(profile), NOW), trusted=trust())
