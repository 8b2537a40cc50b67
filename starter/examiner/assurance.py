"""The level of a signature by its certificate: qualified, advanced, or less (eIDAS; ETSI EN 319 412-2 and -5).

`QUALIFIED`: the certificate states that it is a qualified one of the European Union (QcCompliance, and no
QcCClegislation, which names the law of another country), that its key lies in a qualified device (QcSSCD), and that it
is for electronic signatures (QcType eSign; a certificate without QcType is for signatures too, EN 319 412-5, 4.2.3).

`ADVANCED` (eIDAS, article 26): a person's certificate for declarations. Its key usage has nonRepudiation, which EN 319
412-2, 4.3.2 asks for wherever a signature commits to what was signed. That it is uniquely linked to the signer, and
that the signer alone controls the key, is what its authority answers for: trusting a root says so.

A statement counts because a trusted authority made it; no list of the European Union's trusted services is asked.
"""

from typing import Final

from asn1crypto import x509
from pyhanko.sign.ades.qualified_asn1 import get_qc_statements

from registration.signature_errors import NotASigningCertificate, SimpleSignature
from registration.statuses import Assurance

_ANY_PURPOSE: Final = "any_extended_key_usage"
_SIGNING_PURPOSES: Final = frozenset(
    {
        _ANY_PURPOSE,
        "email_protection",
        "1.3.6.1.5.5.7.3.36",  # documentSigning, RFC 9336
        "adobe_authentic_documents_trust",
        "microsoft_document_signing",
    }
)


def level_of(certificate: x509.Certificate) -> Assurance:
    """The level that a certificate gives a signature. Raises `NotASigningCertificate`, `SimpleSignature`."""
    statements = {statement["statement_id"].native: statement for statement in get_qc_statements(certificate)}
    types = statements["qc_type"]["statement_info"].native if "qc_type" in statements else ["qct_esign"]
    usage = certificate.key_usage_value.native if certificate.key_usage_value else set()
    purposes = certificate.extended_key_usage_value.native if certificate.extended_key_usage_value else [_ANY_PURPOSE]
    if certificate.ca or "qct_esign" not in types or _SIGNING_PURPOSES.isdisjoint(purposes):
        raise NotASigningCertificate
    if usage.isdisjoint({"non_repudiation", "digital_signature"}):
        raise NotASigningCertificate
    if "non_repudiation" not in usage:
        raise SimpleSignature
    is_qualified = {"qc_compliance", "qc_sscd"} <= statements.keys() and "qc_cc_legislation" not in statements
    return Assurance.QUALIFIED if is_qualified else Assurance.ADVANCED
