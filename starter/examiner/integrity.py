"""Is it the signer's own signature over exactly these bytes? CAdES baseline B-B; trust is another question."""

import hashlib
from dataclasses import dataclass
from typing import Final

from asn1crypto import cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.general import (
    CMSExtractionError,
    NonexistentAttributeError,
    check_ess_certid,
    extract_certificate_info,
)
from pyhanko.sign.general import find_unique_cms_attribute as only_attribute
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator, SignatureValidationContext

from registration.signature_errors import (
    CertificateMissing,
    NotOneSignature,
    SignatureBroken,
    SignatureUnbound,
    SignatureUnreadable,
    WeakSignature,
)
from starter.examiner.algorithms import SAFE_DIGESTS, SignatureMethod, digest_of
from starter.examiner.submitted_form import SubmittedForm

_MOST_CERTIFICATES: Final = 6
"""A signer's certificate and its chain; more of them would let a sender multiply the paths that are tried."""

_LARGEST_NAME: Final = 1024
"""Bytes of DER; names of real certificates have some 250. asn1crypto computes a name's canonical form again each
time that a path compares it, which takes milliseconds for a name of many parts."""


@dataclass(frozen=True)
class IntactSignature:
    """Who signed, by the certificate that the signature names; `chain` are the others that came with it.

    `signed_attributes` are exactly the bytes that the signature was verified over. They identify it: another encoding
    of the signature leaves them as they are, and with other attributes it is no valid signature.
    """

    certificate: x509.Certificate
    chain: list[x509.Certificate]
    signed_attributes: bytes


def intact_signature(form: SubmittedForm) -> IntactSignature:
    """The signature, which is intact and bound to its certificate.

    Raises `NotOneSignature`, `CertificateMissing`, `SignatureUnbound`, `WeakSignature`, `SignatureBroken`,
    `SignatureUnreadable`, or whatever asn1crypto and pyHanko raise.
    """
    if len(form.signed_data["signer_infos"]) != 1:
        raise NotOneSignature
    _check_certificates(form.signed_data["certificates"])
    info = form.signed_data["signer_infos"][0]
    try:
        found = extract_certificate_info(form.signed_data)
    except CMSExtractionError:
        raise CertificateMissing from None
    certificate = found.signer_cert
    if isinstance(info["signed_attrs"], core.Void):
        raise SignatureUnbound
    # Under the tag of a SET, as it was signed (RFC 5652, 5.4), and before anything else parses it.
    attributes = info["signed_attrs"].untag()
    signed_attributes: bytes = attributes.dump()
    _check_bound(certificate, attributes)
    _check_algorithms(info, attributes, certificate)
    if only_attribute(attributes, "content_type").native != "data":
        raise SignatureUnreadable
    digest = hashlib.new(digest_of(info["digest_algorithm"]), form.covered).digest()
    if only_attribute(attributes, "message_digest").native != digest:
        raise SignatureBroken
    _check_signature(info, signed_attributes, certificate)
    return IntactSignature(certificate, list(found.other_certs), signed_attributes)


def _check_certificates(certificates: cms.CertificateSet) -> None:
    """There must be few, with names short enough for building a path quickly; only lengths are checked."""
    if len(certificates) > _MOST_CERTIFICATES:
        raise SignatureUnreadable
    for choice in certificates:
        if isinstance(certificate := choice.chosen, x509.Certificate):
            names = (certificate["tbs_certificate"][field] for field in ("subject", "issuer"))
            if any(len(name.chosen.dump()) > _LARGEST_NAME for name in names):
                raise SignatureUnreadable


def _check_bound(certificate: x509.Certificate, attributes: cms.CMSAttributes) -> None:
    """The signature covers the hash of its certificate (signing-certificate-v2), so that another one cannot replace it.

    The first version of the attribute is bound to SHA-1 (ETSI EN 319 122-1, 5.2.2).
    """
    named = get_signing_cert_attr(attributes)
    if named is None:
        raise SignatureUnbound
    if not isinstance(named, tsp.SigningCertificateV2):
        raise WeakSignature
    identifier = named["certs"][0]
    if digest_of(identifier["hash_algorithm"]) not in SAFE_DIGESTS:
        raise WeakSignature
    if not check_ess_certid(certificate, identifier):
        raise SignatureBroken


def _check_algorithms(info: cms.SignerInfo, attributes: cms.CMSAttributes, certificate: x509.Certificate) -> None:
    """Safe ones, of which none contradicts another; the signed ones (RFC 6211), where there are any, mean the same."""
    digest, method = digest_of(info["digest_algorithm"]), SignatureMethod.of(info["signature_algorithm"])
    if digest not in SAFE_DIGESTS or not method.is_safe(digest, certificate.public_key):
        raise WeakSignature
    if method.digest not in {None, digest}:
        raise SignatureUnreadable
    try:
        protected = only_attribute(attributes, "cms_algorithm_protection")
    except NonexistentAttributeError:
        return
    if digest_of(protected["digest_algorithm"]) != digest or not isinstance(
        protected["signature_algorithm"], core.Sequence
    ):
        raise SignatureBroken
    signed_method = SignatureMethod.of(protected["signature_algorithm"])
    if signed_method.with_digest(digest) != method.with_digest(digest):
        raise SignatureBroken


def _check_signature(info: cms.SignerInfo, signed: bytes, certificate: x509.Certificate) -> None:
    try:
        DefaultSignatureValidator().validate_signature(
            info["signature"].native,
            signed,
            certificate.public_key,
            info["signature_algorithm"],
            SignatureValidationContext(contextual_md_algorithm=digest_of(info["digest_algorithm"])),
        )
    except InvalidSignature:
        raise SignatureBroken from None
