"""Is the signer the applicant? What the certificate says of its subject, beside the form.

Compared in Unicode NFC, without regard to case, runs of spaces as one. Where the subject has a given name and a surname
(one each; ETSI EN 319 412-2, 4.2.4), they are the form's given name and family name. Where it lacks one of them, its
only common name is family name, space, given name, in the Hungarian order. A pseudonym names nobody. Each date of birth
among the subject directory attributes (RFC 3739, 3.2.2) is the form's. Nothing else is compared: titles and names at
birth stand in no field of their own.
"""

import unicodedata
from collections import defaultdict

from asn1crypto import x509

from registration.forms import RegistrationForm
from registration.signature_errors import WrongSigner


def check_applicant(certificate: x509.Certificate, form: RegistrationForm) -> None:
    """Raises `WrongSigner` unless the certificate names the person of the form."""
    if not _names_agree(_subject(certificate), form):
        raise WrongSigner
    attributes = certificate.subject_directory_attributes_value or ()
    births = [attribute["values"].native for attribute in attributes if attribute["type"].native == "pda_date_of_birth"]
    if any(birth.date() != form.birth_date for values in births for birth in values):
        raise WrongSigner


def _names_agree(subject: dict[str, list[str]], form: RegistrationForm) -> bool:
    if subject["pseudonym"]:
        return False
    family, given = _folded(form.family_name), _folded(form.given_name)
    if subject["surname"] and subject["given_name"]:
        return (subject["surname"], subject["given_name"]) == ([family], [given])
    return subject["common_name"] == [f"{family} {given}"]


def _subject(certificate: x509.Certificate) -> dict[str, list[str]]:
    """The folded values of each kind of name in the subject."""
    names: dict[str, list[str]] = defaultdict(list)
    for relative in certificate.subject.chosen:
        for entry in relative:
            if isinstance(value := entry["value"].native, str):
                names[entry["type"].native].append(_folded(value))
    return names


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFC", name).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())
