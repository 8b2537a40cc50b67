"""What a verified electronic signature proves (S4)."""

from dataclasses import dataclass

from registration.statuses import Assurance


@dataclass(frozen=True)
class VerifiedSignature:
    """The facts that are kept, sealed, as evidence, so that the verification can be done again.

    `issuer` and `serial_number` (hexadecimal) name the certificate; hashes are SHA-256 in hexadecimal, `signed` that of
    the signed attributes: only the signer can make another signature with the same. `document` is what was
    submitted (the JSON, or the signed PDF) and `signature` the CMS structure, both in base64.
    """

    level: Assurance
    issuer: str
    serial_number: str
    certificate_sha256: str
    document_sha256: str
    signed_sha256: str
    document: str
    signature: str
