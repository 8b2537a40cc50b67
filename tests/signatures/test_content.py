"""The form in the signed bytes: one meaning only."""

import json

import pytest

from registration.errors import InvalidInput
from starter.gateway.signatures import form_in
from tests.signatures.ceremony import CONTENT, FIELDS


def test_the_form_is_a_json_object_in_utf_8() -> None:
    assert form_in(CONTENT) == FIELDS
    assert form_in(json.dumps(FIELDS, indent=2).encode()) == FIELDS


def test_a_byte_order_mark_of_utf_8_says_nothing_else() -> None:
    """Editors on Windows write it; the bytes that were signed have it, too."""
    assert form_in(b"\xef\xbb\xbf" + CONTENT) == FIELDS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'"form"',
        b"{} {}",
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        '{"a": "é"}'.encode("latin-1"),
        '{"a": 1}'.encode("utf-16"),
        b'{"user_name": "elek", "user_name": "anna"}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' * 50_000,
        b"[" * 100_000,
    ],
    ids=lambda content: repr(content[:20]),
)
def test_anything_else_is_refused_by_field_and_rule(content: bytes) -> None:
    """A repeated name, at any depth, could have been signed with the other value in mind."""
    with pytest.raises(InvalidInput) as refused:
        form_in(content)
    assert refused.value.facts["field"] == "form"
