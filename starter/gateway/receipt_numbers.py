"""The number of a registration's receipt: ten digits and a check digit (Damm), grouped NNNN-NNNN-NNC."""

import re
from typing import Final

from stdnum import damm

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.typed_text import number_of, plain_separators, trimmed

_DIGITS: Final = 10
_SEPARATED: Final = re.compile(r"[ -]*\d+(?:[ -]+\d+)+[ .,;-]*", re.ASCII)
_GROUPS: Final = re.compile(r"(\d{4})(\d{4})(\d{3})", re.ASCII)


def printed(number: int) -> str:
    """A receipt's number as it is printed."""
    digits = f"{number:0{_DIGITS}}"
    return _GROUPS.sub(r"\1-\2-\3", digits + damm.calc_check_digit(digits))


def receipt_number_of(typed: str) -> int:
    """The number without its check digit, read by `number_of`.

    Raises `InvalidInput`. Damm's digit finds every single wrong digit and every swap of two neighbours.
    """
    digits = number_of(typed)
    if not _GROUPS.fullmatch(digits):
        raise InvalidInput(field="receipt_number", rule=InputRule.RECEIPT_NUMBER)
    if not damm.is_valid(digits):
        raise InvalidInput(field="receipt_number", rule=InputRule.CHECK_DIGIT)
    return int(digits[:_DIGITS])


def looks_like_one(reference: str) -> bool:
    """Whether a reference is meant as a receipt's number: digits with hyphens or spaces among them.

    No user name and no id is that; digits with full stops may be a user name.
    """
    return _SEPARATED.fullmatch(trimmed(plain_separators(reference))) is not None
