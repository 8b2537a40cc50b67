"""What a PDF announces is compared with what it can hold; what people sign is far below."""

from pathlib import Path

import pytest

from starter.dev.signing import pdf_with, sign_pades
from starter.examiner.pdf_counts import announces_too_much
from tests.signatures.ceremony import CONTENT, certified
from tests.signatures.hostile_pdfs import HOSTILE, burner

REAL = Path(__file__).with_name("real")


@pytest.mark.parametrize(
    "absurd",
    [
        b"<< /Type /XRef /Size 999999999 /W [1 2 1] >>",
        b"<< /Type /XRef /Size 9 /Index [0 999999999] /W [1 2 1] >>",
        b"<< /Type /XRef /Size 9 /Index[0 2 7\n 999999999 ] /W [1 2 1] >>",
        b"<< /Type /XRef /Size 9 /W [0 0 0] >>",
        b"<< /Type /XRef /Size 9 /W[ 0\n0 0 ] >>",
        b"<< /Type /ObjStm /N 999999999 /First 4 >>",
        b"<< /Type /Pages /Count 99999999999 >>",
        b"xref\n0 999999999\n0000000000 65535 f \n",
        b"xref\n0 1\n0000000000 65535 f \n7 999999999\n",
        b"/Size " + b"9" * 20,
    ],
    ids=repr,
)
def test_more_than_there_can_be_is_too_much(absurd: bytes) -> None:
    assert announces_too_much(b"%PDF-1.7\n" + absurd)


@pytest.mark.parametrize(
    "usual",
    [
        b"",
        b"<< /Type /XRef /Size 12 /Index [0 1 100000 1] /W [1 2 1] >>",
        b"<< /Type /XRef /Size 12 /W [1 2 0] >>",
        b"<< /Type /EmbeddedFile /Params << /Size 250000 >> >>",
        b"<< /Widths [ 250 333\n778 1000\n408 500 ] >>",
        b"startxref\n123456\n%%EOF",
        b"0000123456 00000 n \n",
        b"/Count -3 /N 3 /Index [] /W []"[:24],
    ],
    ids=repr,
)
def test_what_programs_write_is_not(usual: bytes) -> None:
    assert not announces_too_much(b"%PDF-1.7\n" + usual)


def test_real_files_and_ours_are_not() -> None:
    assert not announces_too_much((REAL / "Signature-P-HU_MIC-1.pdf").read_bytes())
    assert not announces_too_much(sign_pades(pdf_with(CONTENT.ljust(200_000)), certified()))


def test_the_example_is_refused_before_it_is_parsed_and_in_another_spelling_by_the_limits_of_the_process() -> None:
    assert announces_too_much(HOSTILE["a table of a billion nothings"])
    assert not announces_too_much(burner())
