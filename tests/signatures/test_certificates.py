"""Whose certificate it is, who has issued it, and whether it holds: each refusal its own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from registration import signature_errors
from starter.dev.authority import Authority, Signatory
from starter.dev.signing import sign_cades
from tests.signatures.ceremony import CONTENT, DAY, ELEK, FORM, NOW, certified, opened, root, rsa_key, trust


def test_an_expired_certificate_is_refused_and_one_that_is_not_valid_yet_in_its_own_words() -> None:
    """The signer's own claim of an earlier time counts for nothing."""
    old = certified(since=NOW - 9 * DAY, until=NOW - DAY)
    with pytest.raises(signature_errors.CertificateExpired):
        opened(CONTENT, sign_cades(CONTENT, old, NOW - 2 * DAY))
    early = certified(since=NOW + DAY, until=NOW + 9 * DAY)
    with pytest.raises(signature_errors.CertificateNotYetValid):
        opened(CONTENT, sign_cades(CONTENT, early, NOW + 2 * DAY))


def test_validity_is_judged_at_the_moment_that_is_given() -> None:
    signature = sign_cades(CONTENT, certified(), NOW)
    assert opened(CONTENT, signature, at=NOW + DAY)
    with pytest.raises(signature_errors.CertificateExpired):
        opened(CONTENT, signature, at=NOW + DAY + timedelta(minutes=1))


def test_an_expired_authority_takes_its_signers_with_it() -> None:
    below = root().subordinate(NOW - 400 * DAY, name="Régi kiállító")
    with pytest.raises(signature_errors.CertificateExpired):
        opened(CONTENT, sign_cades(CONTENT, certified(by=below), NOW))


def test_a_revoked_certificate_is_refused_where_lists_are_kept() -> None:
    good, bad = certified(), certified()
    revoked = root().revocation_list([bad.certificate.serial_number], since=NOW - DAY, until=NOW + DAY)
    assert opened(CONTENT, sign_cades(CONTENT, bad, NOW))
    assert opened(CONTENT, sign_cades(CONTENT, good, NOW), trusted=trust(lists=[revoked]))
    with pytest.raises(signature_errors.CertificateRevoked):
        opened(CONTENT, sign_cades(CONTENT, bad, NOW), trusted=trust(lists=[revoked]))


def test_a_revoked_authority_takes_its_signers_with_it() -> None:
    below = root().subordinate(NOW, name="Visszavont kiállító")
    serial = below.credential.certificate.serial_number
    lists = [
        root().revocation_list([serial], since=NOW - DAY, until=NOW + DAY),
        below.revocation_list([], since=NOW - DAY, until=NOW + DAY),
    ]
    with pytest.raises(signature_errors.CertificateRevoked):
        opened(CONTENT, sign_cades(CONTENT, certified(by=below), NOW), trusted=trust(lists=lists))


def test_where_lists_are_kept_each_authority_needs_one_in_force() -> None:
    """None at all, one that has run out, one of another authority, one that another key has signed."""
    signature = sign_cades(CONTENT, certified(), NOW)
    stale = root().revocation_list([], since=NOW - 9 * DAY, until=NOW - DAY)
    others = Authority.created(NOW, name="Más").revocation_list([], since=NOW - DAY, until=NOW + DAY)
    forged = Authority.created(NOW).revocation_list([], since=NOW - DAY, until=NOW + DAY)
    for lists in ([], [stale], [others], [forged]):
        with pytest.raises(signature_errors.RevocationUnknown):
            opened(CONTENT, sign_cades(CONTENT, certified(), NOW), trusted=trust(lists=lists))
    assert opened(
        CONTENT, signature, trusted=trust(lists=[stale, root().revocation_list([], since=NOW, until=NOW + DAY)])
    )


def test_valid_is_not_trusted() -> None:
    """Another root, one that bears the trusted one's name, a certificate that signs itself, a missing link."""
    stranger, namesake = Authority.created(NOW, name="Más"), Authority.created(NOW)
    below = root().subordinate(NOW, name="Kiállító")
    linkless = replace(certified(by=below), chain=())
    own = Authority.created(NOW, name="Kőműves Elek Árpád").credential
    for credential in (certified(by=stranger), certified(by=namesake), linkless, own):
        with pytest.raises(signature_errors.UnknownAuthority):
            opened(CONTENT, sign_cades(CONTENT, credential, NOW))
    assert opened(CONTENT, sign_cades(CONTENT, certified(by=stranger), NOW), trusted=trust(root(), stranger))


def test_a_person_is_no_authority_for_others() -> None:
    person = Authority(certified())
    with pytest.raises(signature_errors.UnknownAuthority):
        opened(CONTENT, sign_cades(CONTENT, certified(by=person), NOW))


def test_a_weak_key_is_refused_at_either_end_of_the_chain() -> None:
    with pytest.raises(signature_errors.WeakSignature):
        opened(CONTENT, sign_cades(CONTENT, certified(key=rsa_key(1024)), NOW))
    weak = root().subordinate(NOW, name="Gyenge", key=rsa_key(1024))
    with pytest.raises(signature_errors.WeakSignature):
        opened(CONTENT, sign_cades(CONTENT, certified(by=weak), NOW))


def named(**names: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(getattr(NameOID, kind), name) for kind, name in names.items()])


@pytest.mark.parametrize(
    "subject",
    [
        named(SURNAME="KŐMŰVES", GIVEN_NAME="elek  árpád", COMMON_NAME="Dr. K. Elek"),
        named(SURNAME="Ko\u030bmu\u030bves", GIVEN_NAME="Elek A\u0301rpa\u0301d"),
        named(COMMON_NAME="Kőműves Elek Árpád"),
        named(SURNAME="Kőműves", COMMON_NAME="kőműves  elek árpád"),
    ],
    ids=str,
)
def test_the_applicant_is_known_by_surname_and_given_name_or_by_the_common_name(subject: x509.Name) -> None:
    """Without regard to case, to runs of spaces and to how an accent is encoded."""
    assert opened(CONTENT, sign_cades(CONTENT, certified(subject=subject), NOW))


@pytest.mark.parametrize(
    "subject",
    [
        named(SURNAME="Kőműves", GIVEN_NAME="Elek"),
        named(SURNAME="Kömüves", GIVEN_NAME="Elek Árpád"),
        named(SURNAME="Elek Árpád", GIVEN_NAME="Kőműves"),
        named(SURNAME="Más", GIVEN_NAME="Valaki", COMMON_NAME="Kőműves Elek Árpád"),
        named(COMMON_NAME="Kőműves Elek Árpád, meghatalmazott"),
        named(PSEUDONYM="Kőműves Elek Árpád", COMMON_NAME="Kőműves Elek Árpád"),
        named(ORGANIZATION_NAME="Kőműves Elek Árpád"),
    ],
    ids=str,
)
def test_another_persons_certificate_is_refused(subject: x509.Name) -> None:
    with pytest.raises(signature_errors.WrongSigner):
        opened(CONTENT, sign_cades(CONTENT, certified(subject=subject), NOW))


def test_two_surnames_name_nobody_for_certain() -> None:
    pair = [x509.NameAttribute(NameOID.SURNAME, name) for name in ("Kőműves", "Más")]
    subject = x509.Name([*pair, x509.NameAttribute(NameOID.GIVEN_NAME, "Elek Árpád")])
    with pytest.raises(signature_errors.WrongSigner):
        opened(CONTENT, sign_cades(CONTENT, certified(subject=subject), NOW))


def test_a_date_of_birth_in_the_certificate_must_be_the_forms() -> None:
    """Namesakes: without a date of birth in the certificate the names alone decide."""
    namesake = Signatory(ELEK.family_name, ELEK.given_name, date(1980, 3, 1))
    with pytest.raises(signature_errors.WrongSigner):
        opened(CONTENT, sign_cades(CONTENT, certified(person=namesake), NOW))
    assert opened(CONTENT, sign_cades(CONTENT, certified(person=replace(ELEK, birth_date=None)), NOW))
    with pytest.raises(signature_errors.WrongSigner):
        opened(CONTENT, sign_cades(CONTENT, certified(), NOW), form=replace(FORM, birth_date=date(1980, 3, 1)))
