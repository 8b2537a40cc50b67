"""Is it the signer's own signature over exactly these bytes? CAdES baseline B-B, without asking whom to trust."""

import hashlib
from dataclasses import dataclass
from typing import Final

from asn1crypto import core, tsp, x509
from pyhanko.sign.general import check_ess_certid, extract_certificate_info
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr, validate_sig_integrity

from registration.signature_errors import (
    NotOneSignature,
    SignatureBroken,
    SignatureUnbound,
    SignatureUnreadable,
    WeakSignature,
)
from starter.gateway.signatures.algorithms import SAFE_DIGESTS, SafeAlgorithms
from starter.gateway.signatures.signed_form import SignedForm

_MOST_CERTIFICATES: Final = 6
"""A signer's certificate and its chain; more of them would let a sender multiply the paths that are tried."""


@dataclass(frozen=True)
class Signer:
    """Who signed, by the certificate that the signature names; `chain` are the others that came with it.

    `signed_attributes` are the bytes that were signed.
    """

    certificate: x509.Certificate
    chain: list[x509.Certificate]
    signed_attributes: bytes


def signer_of(form: SignedForm) -> Signer:
    """The signer of an intact signature.

    Raises `NotOneSignature`, `SignatureUnbound`, `WeakSignature`, `SignatureBroken`, `SignatureUnreadable`, or whatever
    asn1crypto and pyHanko raise.
    """
    if len(form.signed_data["signer_infos"]) != 1:
        raise NotOneSignature
    if len(form.signed_data["certificates"]) > _MOST_CERTIFICATES:
        raise SignatureUnreadable
    info = form.signed_data["signer_infos"][0]
    found = extract_certificate_info(form.signed_data)
    certificate = found.signer_cert
    _check_bound(certificate, info["signed_attrs"])
    _check_algorithms(info, certificate)
    digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, form.covered).digest()
    if validate_sig_integrity(info, certificate, "data", digest) != (True, True):
        raise SignatureBroken
    return Signer(certificate, list(found.other_certs), info["signed_attrs"].untag().dump())


def _check_bound(certificate: x509.Certificate, attributes: core.Asn1Value) -> None:
    """The signature covers the hash of its certificate (signing-certificate-v2), so that none can take its place.

    The first version of the attribute is bound to SHA-1 (ETSI EN 319 122-1, 5.2.2).
    """
    named = None if isinstance(attributes, core.Void) else get_signing_cert_attr(attributes)
    if named is None:
        raise SignatureUnbound
    if not isinstance(named, tsp.SigningCertificateV2):
        raise WeakSignature
    identifier = named["certs"][0]
    if identifier["hash_algorithm"]["algorithm"].native not in SAFE_DIGESTS:
        raise WeakSignature
    if not check_ess_certid(certificate, identifier):
        raise SignatureBroken


def _check_algorithms(info: core.Sequence, certificate: x509.Certificate) -> None:
    allowed, digest, signature = SafeAlgorithms(), info["digest_algorithm"], info["signature_algorithm"]
    if not (
        allowed.digest_algorithm_allowed(digest, None)
        and allowed.signature_algorithm_allowed(signature, None, certificate.public_key)
    ):
        raise WeakSignature
    if not allowed.digest_combination_allowed(signature, digest, None):
        raise SignatureUnreadable
