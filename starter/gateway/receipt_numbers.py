"""The number of a registration's receipt: ten digits and a check digit (Damm), grouped NNNN-NNNN-NNC."""

import re
from typing import Final

from stdnum import damm

from registration.errors import InvalidInput
from registration.input_rules import InputRule

_DIGITS: Final = 10
_GROUPS: Final = re.compile(r"(\d{4})(\d{4})(\d{3})", re.ASCII)


def printed(number: int) -> str:
    """A receipt's number as it is printed."""
    digits = f"{number:0{_DIGITS}}"
    return _GROUPS.sub(r"\1-\2-\3", digits + damm.calc_check_digit(digits))


def receipt_number_of(typed: str) -> int:
    """The number without its check digit; spaces and hyphens count for nothing.

    Raises `InvalidInput`. Damm's digit finds every single wrong digit and every swap of two neighbours.
    """
    digits = re.sub(r"[\s-]", "", typed)
    if not _GROUPS.fullmatch(digits):
        raise InvalidInput(field="receipt_number", rule=InputRule.RECEIPT_NUMBER)
    if not damm.is_valid(digits):
        raise InvalidInput(field="receipt_number", rule=InputRule.CHECK_DIGIT)
    return int(digits[:_DIGITS])


def looks_like_one(reference: str) -> bool:
    """Whether a reference is meant as a receipt's number: digits and hyphens, which no user name and no id is."""
    return "-" in reference and bool(re.fullmatch(r"[\d\s-]+", reference, re.ASCII))
