"""Is the signer the applicant? What the certificate says of its subject, beside the form.

Where the subject has a surname and a given name (ETSI EN 319 412-2, 4.2.4), they are the form's family name and given
name. Where it lacks one of them, the common name has both: the one that is known at either end of it. Where it lacks
both, the common name is family name, space, given name, in the Hungarian order. A pseudonym is no name. Each date of
birth is the form's.

Names are the same that a search finds as one (`folded_name`), without academic titles, which are no part of a name. A
certificate in ASCII alone may lack the accents, and one that does not say which name is which may have the family name
last; but Torok is not Török, and Péter Balázs is not Balázs Péter, so either counts only beside the date of birth.
"""

import unicodedata
from typing import Final

from registration.forms import RegistrationForm
from registration.searching import folded_name
from registration.signature_errors import WrongSigner
from registration.signer_rules import SignerRule
from starter.examiner.plain_facts import Signer

_TITLES: Final = frozenset({"dr", "drs", "habil", "phd", "prof", "dla", "dsc", "csc", "mr", "mrs", "ms"})
"""Academic titles and forms of address, without their dots."""

_LONGEST: Final = 400
"""Characters: twice as many as a form may have, so that formatting has room."""

_NO_NAME: Final = "\0"
"""Differs from every name of a form, which has no control characters."""


def check_applicant(signer: Signer, form: RegistrationForm) -> None:
    """Raises `WrongSigner`, with the rule, unless the certificate names the person of the form."""
    broken = _broken_rule(signer, form)
    if broken is not None:
        raise WrongSigner(rule=broken)


def _broken_rule(signer: Signer, form: RegistrationForm) -> SignerRule | None:
    if signer.pseudonyms:
        return SignerRule.PSEUDONYM
    if any(birth != form.birth_date for birth in signer.birth_dates):
        return SignerRule.BIRTH_DATE
    known_by_birth = bool(signer.birth_dates)
    family, given = _folded(form.family_name), _folded(form.given_name)
    broken = _of_names(signer, family, given, any_order=known_by_birth)
    if broken is None or not _is_ascii(signer):
        return broken
    if _of_names(signer, _without_accents(family), _without_accents(given), any_order=known_by_birth) is not None:
        return broken
    return None if known_by_birth else SignerRule.WITHOUT_ACCENTS


def _of_names(signer: Signer, family: str, given: str, *, any_order: bool) -> SignerRule | None:
    """The rule that the names break, compared with these folded ones."""
    surnames, commons = ([_folded(name) for name in names] for names in (signer.surnames, signer.common_names))
    given_names = _folded(" ".join(signer.given_names))
    if len(surnames) > 1:
        return SignerRule.SEVERAL_NAMES
    if surnames and surnames != [family]:
        return SignerRule.FAMILY_NAME
    if given_names and given_names != given:
        return SignerRule.GIVEN_NAME
    if surnames and given_names:
        return None
    is_distinguished = bool(surnames or given_names)
    return _of_common_name(commons, f"{family} {given}", f"{given} {family}", any_order=is_distinguished or any_order)


def _of_common_name(commons: list[str], hungarian: str, western: str, *, any_order: bool) -> SignerRule | None:
    if len(commons) != 1:
        return SignerRule.SEVERAL_NAMES if commons else SignerRule.NO_NAME
    if commons == [hungarian] or (any_order and commons == [western]):
        return None
    return SignerRule.WESTERN_ORDER if commons == [western] else SignerRule.COMMON_NAME


def _is_ascii(signer: Signer) -> bool:
    return all(name.isascii() for name in (*signer.surnames, *signer.given_names, *signer.common_names))


def _folded(name: str) -> str:
    """What makes two names the same, as the docstring of this file says."""
    if len(name) > _LONGEST:
        return _NO_NAME
    words = folded_name(name).replace(".", ". ").replace(",", " ").split()
    return " ".join([word for word in words if word.rstrip(".") not in _TITLES] or words)


def _without_accents(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
