"""A certificate authority for tests of the e-signature channel; it checks no identity. Never trust it in production."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from starter.dev.certificate_profiles import Profile, extensions_of

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_ROOT_YEARS: Final = 10
_ROOT_NAME: Final = "Ügyfélkapu test authority (not trustworthy)"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Signatory:
    """The person that a certificate names; without a date of birth the certificate has none."""

    family_name: str
    given_name: str
    birth_date: date | None = None


@dataclass(frozen=True)
class SigningCredential:
    """A certificate, its private key, and the certificates of the authorities above, nearest first."""

    certificate: x509.Certificate
    key: PrivateKey
    chain: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True)
class Authority:
    """Issues certificates and revocation lists with its own credential."""

    credential: SigningCredential

    @classmethod
    def created(cls, now: datetime, *, name: str = _ROOT_NAME, key: PrivateKey | None = None) -> Self:
        """A new root, valid for ten years; its key is on the curve P-256 if none is given."""
        key, subject = key or new_key(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        end = now + _ROOT_YEARS * 365 * _DAY
        builder = _builder(subject, subject, key, now - _DAY, end).add_extension(_authority(), critical=True)
        return cls(SigningCredential(builder.sign(key, hashes.SHA256()), key))

    def certify(  # noqa: PLR0913  what a certificate says
        self,
        person: Signatory,
        profile: Profile,
        *,
        since: datetime,
        until: datetime,
        key: PrivateKey | None = None,
        subject: x509.Name | None = None,
    ) -> SigningCredential:
        """A person's certificate; `subject` replaces the person's own name in it."""
        key, name = key or new_key(), subject or subject_of(person)
        builder = _builder(name, self._name, key, since, until)
        for extension, critical in extensions_of(profile, person.birth_date):
            builder = builder.add_extension(extension, critical)
        return replace(self._issued(builder, key), chain=self._above())

    def subordinate(self, now: datetime, *, name: str, key: PrivateKey | None = None) -> "Authority":
        """An authority below this one, valid for a year."""
        key, subject = key or new_key(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = _builder(subject, self._name, key, now - _DAY, now + 365 * _DAY)
        issued = self._issued(builder.add_extension(_authority(), critical=True), key)
        return Authority(replace(issued, chain=self._above()))

    def revocation_list(self, serial_numbers: Iterable[int], *, since: datetime, until: datetime) -> bytes:
        """A list in DER of what this authority has revoked, in force between two moments."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name).last_update(since).next_update(until)
        for number in serial_numbers:
            entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(since).build()
            builder = builder.add_revoked_certificate(entry)
        signed = builder.sign(self.credential.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)

    @property
    def _name(self) -> x509.Name:
        return self.credential.certificate.subject

    def _above(self) -> tuple[x509.Certificate, ...]:
        return (self.credential.certificate, *self.credential.chain)

    def _issued(self, builder: x509.CertificateBuilder, key: PrivateKey) -> SigningCredential:
        return SigningCredential(builder.sign(self.credential.key, hashes.SHA256()), key)


def new_key() -> ec.EllipticCurvePrivateKey:
    """A key on the curve P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def subject_of(person: Signatory) -> x509.Name:
    """A natural person's name as ETSI EN 319 412-2 has it."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "HU"),
            x509.NameAttribute(NameOID.SURNAME, person.family_name),
            x509.NameAttribute(NameOID.GIVEN_NAME, person.given_name),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{person.family_name} {person.given_name}"),
        ]
    )


def _authority() -> x509.BasicConstraints:
    return x509.BasicConstraints(ca=True, path_length=None)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )
