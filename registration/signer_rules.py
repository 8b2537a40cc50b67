"""Why a certificate does not name the applicant, the second half of a `WrongSigner`."""

from registration.sentences import Phrases


class SignerRule(Phrases):
    """One rule each; none of them says what is in the certificate or in the form."""

    PSEUDONYM = "it names a pseudonym instead of a person"
    FAMILY_NAME = "its surname is not the form's family name"
    GIVEN_NAME = "its given name is not the form's given name; of two given names it must have both, in the same order"
    COMMON_NAME = "it has one name only, which is not the form's family name followed by the given name"
    SEVERAL_NAMES = "it has several surnames or common names, and does not say which one is meant"
    NO_NAME = "it names no person"
    WESTERN_ORDER = (
        "it does not say which name is the family name, and has it last; without a date of birth in it that could be "
        "another person"
    )
    WITHOUT_ACCENTS = "it spells the name without accents; without a date of birth in it that could be another person"
    BIRTH_DATE = "its date of birth is not the form's"
