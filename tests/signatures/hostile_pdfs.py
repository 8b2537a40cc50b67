"""PDFs that are made to exhaust their parser."""

import struct
import zlib


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF with these objects, numbered from 1, the first being the catalogue."""
    made, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return made + table + end % (len(objects) + 1, trailer, len(made))


def stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return opening * depth + closing * depth


HOSTILE = {
    "deep arrays": pdf_of(b"<< /AcroForm << /Fields " + nested(b"[", b"]", 60_000) + b" >> >>"),
    "deep dictionaries": pdf_of(b"<< /AcroForm " + nested(b"<< /A ", b" >>", 20_000) + b" >>"),
    "fields in a circle": pdf_of(b"<< /AcroForm << /Fields [2 0 R] >> >>", b"<< /Kids [2 0 R 2 0 R] >>"),
    "names in a circle": pdf_of(b"<< /Names 2 0 R >>", b"<< /EmbeddedFiles 2 0 R /Kids [2 0 R] >>"),
    "an object that is itself": pdf_of(b"1 0 R"),
    "previous tables in a circle": pdf_of(b"<< >>", trailer=b"/Prev 9"),
    "a hundred thousand digits": pdf_of(b"<< /AcroForm " + b"9" * 100_000 + b" >>"),
    "a catalogue in layers of compression": pdf_of(
        stream(
            b"/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]",
            zlib.compress(zlib.compress(b"1 0 " + b" " * 50_000_000)),
        )
    ),
    "a table with endless entries": b"%PDF-1.7\nxref\n0 999999999\n"
    + b"0000000000 65535 f \n" * 12_000
    + b"trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n",
    "many startxrefs": b"%PDF-1.7\n" + b"startxref\n9\n%%EOF\n" * 10_000,
    "endless comments": b"%PDF-1.7\n" + b"%" * 200_000 + b"\nstartxref\n9\n%%EOF\n",
}


def table_of_nothing() -> bytes:
    """A cross-reference stream with a billion entries of no bytes each."""
    made = b"%PDF-1.7\n"
    entries = b"/Type /XRef /Size 999999999 /Root 1 0 R /W [0 0 0] /Index [0 999999999]"
    return made + b"1 0 obj\n" + stream(entries, b"") + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(made)


def crowded_object_stream(pairs: int, fields: int) -> bytes:
    """Form fields at the end of an object stream whose header is read anew for each of them."""
    numbers = range(100, 100 + pairs)
    chosen = numbers[-fields:]
    header = b"".join(b"%d 0 " % number for number in numbers)
    packed = zlib.compress(header + b"<< /Ff 0 >>", 9)
    catalogue = b"<< /AcroForm << /Fields [%s] >> >>" % b" ".join(b"%d 0 R" % number for number in chosen)
    objects = [
        catalogue,
        stream(b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (pairs, len(header)), packed),
    ]
    made, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = [struct.pack(">BIH", 0, 0, 65535), *(struct.pack(">BIH", 1, offset, 0) for offset in (*offsets, len(made)))]
    rows += [struct.pack(">BIH", 2, 2, number - 100) for number in chosen]
    index = b"/Type /XRef /Root 1 0 R /W [1 4 2] /Size %d /Index [0 4 %d %d]"
    table = stream(index % (numbers[-1] + 1, chosen[0], fields), b"".join(rows))
    return made + b"3 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(made))


HOSTILE |= {
    "a table of a billion nothings": table_of_nothing(),
    "fields in a crowded object stream": crowded_object_stream(9_000, 31),
}


def burner() -> bytes:
    """A billion entries of no bytes again, under names in another spelling: only the processor's time ends it."""
    made = b"%PDF-1.7\n"
    entries = b"/Type /XRef /#53ize 999999999 /Root 1 0 R /#57 [0 0 0] /Inde#78 [0 999999999]"
    return made + b"1 0 obj\n" + stream(entries, b"") + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(made)
