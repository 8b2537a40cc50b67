"""The filled form as a PDF to be signed: the answers on one page, and the form's JSON as its only attachment (S4).

A few fixed objects, so no library for PDF is needed here: those are for the examiner's own process.
"""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

ATTACHED_NAME: Final = "urlap.json"

_LETTERS: Final = {"ő": "ohungarumlaut", "ű": "uhungarumlaut", "Ő": "Ohungarumlaut", "Ű": "Uhungarumlaut"} | {
    "’": "quoteright",
    "–": "endash",
}
"""By their names in the font; all other letters of Hungarian are in Latin-1."""

_FIRST_CODE: Final = 128
"""Latin-1 has no letters from here to 159."""

_CODES: Final = {ord(letter): chr(code) for code, letter in enumerate(_LETTERS, _FIRST_CODE)}
_LEFT: Final = 56
_TOP: Final = 780
_COLUMNS: Final = 60
"""Also of capital letters so many fit a line of the page."""


def pdf_of(title: str, answers: Mapping[str, str], content: bytes) -> bytes:
    """A PDF 1.7 of one page that shows each answer under its label, and has `content` attached.

    A letter that its font lacks is shown as `?`; only the attachment is read by anybody.
    """
    page = "\n".join(_lines(title, answers)).translate(_CODES).encode("latin-1", errors="replace")
    differences = " ".join(f"/{name}" for name in _LETTERS.values())
    file = f"<< /Names [({ATTACHED_NAME}) 6 0 R] >>"
    return _file(
        f"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles {file} >> /AF [6 0 R] >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /Text 5 0 R >> >> >>",
        _stream(b"", page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding "
        b"/BaseEncoding /WinAnsiEncoding " + f"/Differences [{_FIRST_CODE} {differences}] >> >>".encode(),
        f"<< /Type /Filespec /F ({ATTACHED_NAME}) /UF ({ATTACHED_NAME}) ".encode()
        + b"/EF << /F 7 0 R /UF 7 0 R >> /AFRelationship /Source >>",
        _stream(b"/Type /EmbeddedFile /Subtype /application#2Fjson ", content),
    )


def _lines(title: str, answers: Mapping[str, str]) -> Iterator[str]:
    """The operators that write the page, from the top down."""
    height = _TOP
    yield _text(title, 18, height)
    height -= 20
    for label, answer in answers.items():
        height -= 20
        yield _text(label, 9, height)
        for line in textwrap.wrap(answer, _COLUMNS) or [""]:
            height -= 15
            yield _text(line, 12, height)


def _text(text: str, size: int, height: int) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /Text {size} Tf {_LEFT} {height} Td ({escaped}) Tj ET"


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %b/Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)


def _file(*objects: bytes) -> bytes:
    """Header, numbered objects, and the table of where each begins; the first one is the catalogue."""
    made, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table, count = len(made), len(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n" % count
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, table)
    return bytes(made)
