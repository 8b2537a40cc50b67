"""What a certificate says of its subject, as plain text; whether that is the applicant is checked elsewhere."""

from collections import defaultdict

from asn1crypto import x509

from starter.examiner.plain_facts import Signer


def signer_of(certificate: x509.Certificate) -> Signer:
    """The names of the subject, and the dates of birth among its directory attributes (RFC 3739, 3.2.2)."""
    names: dict[str, list[str]] = defaultdict(list)
    for relative in certificate.subject.chosen:
        for entry in relative:
            if isinstance(value := entry["value"].native, str):
                names[entry["type"].native].append(value)
    attributes = certificate.subject_directory_attributes_value or ()
    births = [attribute["values"].native for attribute in attributes if attribute["type"].native == "pda_date_of_birth"]
    return Signer(
        surnames=tuple(names["surname"]),
        given_names=tuple(names["given_name"]),
        common_names=tuple(names["common_name"]),
        pseudonyms=tuple(names["pseudonym"]),
        birth_dates=tuple(birth.date() for values in births for birth in values),
    )
