"""A form, its applicant, and real signatures over it, right and wrong ones."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import algos, cms, crl, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from registration.forms import RegistrationForm
from registration.signatures import VerifiedSignature
from starter.dev.authority import Authority, Signatory, SigningCredential
from starter.dev.certificate_profiles import PROFILES, Profile
from starter.examiner.examination import examine
from starter.examiner.trust import Trust
from starter.gateway.signatures.signed_form import SignedForm

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ELEK = Signatory("Kőműves", "Elek Árpád", date(1980, 2, 29))
FIELDS = {
    "user_name": "kőműves.elek",
    "email": "elek@example.org",
    "family_name": "Kőműves",
    "given_name": "Elek Árpád",
    "birth_name": "Kőműves Elek Árpád",
    "birth_place": "Győr",
    "birth_date": "1980-02-29",
    "mothers_birth_name": "Minta Éva",
}
CONTENT = json.dumps(FIELDS, ensure_ascii=False).encode()
FORM = RegistrationForm.parse(FIELDS, today=NOW.date())


@cache
def root() -> Authority:
    """The authority that is trusted."""
    return Authority.created(NOW)


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def certified(
    profile: Profile | None = None,
    *,
    by: Authority | None = None,
    person: Signatory = ELEK,
    **options: Any,  # noqa: ANN401  as `certify` has them
) -> SigningCredential:
    """The applicant's certificate, valid from the day before to the day after `NOW` unless said otherwise."""
    dates = {"since": NOW - DAY, "until": NOW + DAY}
    return (by or root()).certify(person, profile or PROFILES["advanced"], **(dates | options))


def trust(*authorities: Authority, lists: Sequence[bytes] | None = None) -> Trust:
    """Trust in these authorities, or in the one root; revocation lists in DER."""
    roots = tuple(as_asn1(authority.credential) for authority in authorities or (root(),))
    loaded = None if lists is None else tuple(map(crl.CertificateList.load, lists))
    return Trust(roots, loaded)


def as_asn1(credential: SigningCredential) -> asn1.Certificate:
    return asn1.Certificate.load(credential.certificate.public_bytes(serialization.Encoding.DER))


def opened(
    document: bytes,
    signature: bytes | None = None,
    *,
    form: RegistrationForm = FORM,
    trusted: Trust | None = None,
    at: datetime = NOW,
) -> VerifiedSignature:
    """Takes it apart and verifies it, as the gateway does, but in this process."""
    return SignedForm.of(examine(document, signature, lambda: trusted or trust(), at)).proof_for(form)


def attributes(credential: SigningCredential, content: bytes = CONTENT, digest: str = "sha256") -> list[dict[str, Any]]:
    """The signed attributes of CAdES baseline B-B, to be changed by a test."""
    certificate = as_asn1(credential)
    named = tsp.ESSCertIDv2(
        {"hash_algorithm": {"algorithm": digest}, "cert_hash": hashlib.new(digest, certificate.dump()).digest()}
    )
    return [
        {"type": "content_type", "values": ["data"]},
        {"type": "message_digest", "values": [hashlib.new(digest, content).digest()]},
        {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [named]})]},
    ]


def signed_by_hand(
    credential: SigningCredential,
    signed_attributes: list[dict[str, Any]] | None,
    *,
    digest: str = "sha256",
    change: Callable[[cms.SignedData], None] = lambda _: None,
) -> bytes:
    """A CMS signature with exactly these attributes; `change` may spoil the structure afterwards."""
    certificate = as_asn1(credential)
    attrs = None if signed_attributes is None else cms.CMSAttributes(signed_attributes)
    kind = "ecdsa" if isinstance(credential.key, ec.EllipticCurvePrivateKey) else "rsa"
    info = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}},
        "digest_algorithm": {"algorithm": digest},
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": f"{digest}_{kind}"}),
        "signature": _signature(credential, CONTENT if attrs is None else attrs.dump(), digest),
    }
    if attrs is not None:
        info["signed_attrs"] = attrs
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [cms.SignerInfo(info)],
        }
    )
    change(signed)
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return der


def _signature(credential: SigningCredential, content: bytes, digest: str) -> bytes:
    algorithm: hashes.HashAlgorithm = getattr(hashes, digest.upper())()
    if isinstance(credential.key, ec.EllipticCurvePrivateKey):
        return credential.key.sign(content, ec.ECDSA(algorithm))
    return credential.key.sign(content, padding.PKCS1v15(), algorithm)


def changed(der: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """A signature in DER whose structure was changed afterwards."""
    message = cms.ContentInfo.load(der)
    change(message["content"])
    spoiled: bytes = message.dump(force=True)
    return spoiled
