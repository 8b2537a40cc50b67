"""The PDF that a citizen signs: the form is its only attachment, whatever was typed into it."""

import json
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from starter.dev.samples import form
from starter.pages.citizen.form_pdf import pdf_of

LONGEST = 200


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Őrségi Űrhajós–d’Arc", b"(\x82rs\xe9gi \x83rhaj\xf3s\x85d\x84Arc)"),
        (r"endstream) Tj (\ endobj", rb"(endstream\) Tj \(\\ endobj)"),
        ("Наталья", b"(???????)"),
    ],
)
def test_what_was_typed_is_shown_and_attached_as_it_is(typed: str, shown: bytes) -> None:
    """Letters of the font by their codes; what would end a text is escaped; other scripts are question marks."""
    content = json.dumps(form(given_name=typed), ensure_ascii=False).encode()
    reader = PdfFileReader(BytesIO(pdf_of("Űrlap", {"Given names": typed}, content)), strict=True)
    (page,) = reader.root["/Pages"]["/Kids"]
    assert shown in page.get_object()["/Contents"].data
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[1].get_object()["/EF"]["/F"].data == content


def test_the_longest_answers_fit_the_page() -> None:
    answers = {f"Field {number}": "Q" * LONGEST for number in range(9)}
    text = pdf_of("Űrlap", answers, b"{}").decode("latin-1")
    heights = [int(line.split()[5]) for line in text.splitlines() if line.startswith("BT ")]
    assert min(heights) > 0
    assert text.count("Q") == 9 * LONGEST
