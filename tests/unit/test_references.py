"""What may name a registration in an address or on a page."""

import pytest

from registration.errors import InvalidInput
from registration.references import checked_reference, is_reference

ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"


@pytest.mark.parametrize("typed", [ID, ID.upper(), f" {ID} ", "0000-0000-427", "0000\N{EN DASH}0000-427"])
def test_an_id_and_a_receipt_number_are_references(typed: str) -> None:
    assert is_reference(typed)
    assert checked_reference(typed) == typed


@pytest.mark.parametrize("typed", ["", "kis.janos", "kis@example.hu", ID[:-1], "0000-0000-42"])
def test_nothing_else_is_one(typed: str) -> None:
    assert not is_reference(typed)
    with pytest.raises(InvalidInput) as refused:
        checked_reference(typed)
    assert refused.value.facts["field"] == "reference"
