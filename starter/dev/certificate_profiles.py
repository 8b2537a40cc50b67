"""What the test authority writes into a certificate besides the name (ETSI EN 319 412-2 and -5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from pyhanko.sign.ades.qualified_asn1 import QcCertificateType, QcStatements

_QC_STATEMENTS: Final = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_DIRECTORY_ATTRIBUTES: Final = ObjectIdentifier("2.5.29.9")


@dataclass(frozen=True)
class Profile:
    """A certificate's uses and statements.

    `statements` are asn1crypto's names of QCStatements without a value, `types` the QcTypes (`qct_esign`, `qct_eseal`,
    `qct_web`), `law` the countries of QcCClegislation; `purposes` are extended key usages as object identifiers.
    """

    content_commitment: bool = True
    digital_signature: bool = False
    is_authority: bool = False
    purposes: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    law: tuple[str, ...] = ()


PROFILES: Final = {
    "qualified": Profile(statements=("qc_compliance", "qc_sscd"), types=("qct_esign",)),
    "advanced": Profile(),
    "simple": Profile(content_commitment=False, digital_signature=True),
}
"""By the level that a signature with such a certificate reaches."""


def extensions_of(profile: Profile, birth_date: date | None) -> Iterator[tuple[x509.ExtensionType, bool]]:
    """Each extension of an end entity's certificate, and whether it is critical."""
    yield x509.BasicConstraints(ca=profile.is_authority, path_length=None), True
    yield (
        x509.KeyUsage(
            digital_signature=profile.digital_signature,
            content_commitment=profile.content_commitment,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=profile.is_authority,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        ),
        True,
    )
    if profile.purposes:
        yield x509.ExtendedKeyUsage([ObjectIdentifier(purpose) for purpose in profile.purposes]), False
    if statements := _statements(profile):
        yield x509.UnrecognizedExtension(_QC_STATEMENTS, QcStatements(statements).dump()), False
    if birth_date:
        yield x509.UnrecognizedExtension(_DIRECTORY_ATTRIBUTES, _born(birth_date)), False


def _statements(profile: Profile) -> list[dict[str, object]]:
    made: list[dict[str, object]] = [{"statement_id": statement} for statement in profile.statements]
    if profile.types:
        made.append({"statement_id": "qc_type", "statement_info": QcCertificateType(list(profile.types))})
    if profile.law:
        made.append({"statement_id": "qc_cc_legislation", "statement_info": list(profile.law)})
    return made


def _born(birth_date: date) -> bytes:
    """RFC 3739, 3.2.2: at noon GMT, so that no time zone makes another day of it."""
    noon = datetime.combine(birth_date, time(12), UTC)
    attributes = asn1.SubjectDirectoryAttributes([{"type": "pda_date_of_birth", "values": [noon]}])
    encoded: bytes = attributes.dump()
    return encoded
