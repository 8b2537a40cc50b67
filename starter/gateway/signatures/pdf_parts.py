"""Takes a signed PDF apart. Run as a script, in a process of its own, because a hostile PDF may never end.

A cross-reference stream of a hundred bytes can announce a billion objects, which pyHanko then counts one by one. So the
process limits its own time and memory, and knows no secrets: it reads the PDF from standard input and writes one JSON
object to standard output. It imports nothing of this project, which spares it a second.
"""

import base64
import json
import re
import resource
import sys
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.decode_limits import DecodeLimits, DecodePurpose, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader

_KIB: Final = 1024
_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=256 * _KIB),
    per_purpose={DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_output_size=64 * _KIB)},
    document_budget=DocumentDecodeBudget(base_allowance=1024 * _KIB, max_ratio=0),
)
"""Bytes that compressed streams may inflate to: pyHanko's own limits are for documents of any size."""

_CPU_SECONDS: Final = 3
"""Starting takes 0.2 s, an honest PDF some milliseconds."""

_MEMORY_BYTES: Final = 512 * 1024 * _KIB
"""Of addresses; an honest PDF needs a fifth."""

_MOST_FIELDS: Final = 32
"""Form fields that are looked at; a form of ours has one, that of its signature."""

_DEEPEST: Final = 8
"""Levels of a name tree; one is enough for one name."""

_PADES: Final = "/ETSI.CAdES.detached"


class Refused(Exception):
    """The PDF is refused; the argument is the name of the error."""


def answer_of(pdf: bytes) -> dict[str, Any]:
    """The parts of a PDF, or why there are none.

    Either the attachment's `content` in base64, and the `gap` in the file, from and until, that holds the hexadecimal
    signature; or `refused`, an error's name, with the `reason` behind it.
    """
    try:
        content, gap = _parts_of(pdf)
    except Refused as refused:
        return {"refused": str(refused), "reason": None}
    except Exception as trouble:  # noqa: BLE001  parsers of hostile input raise anything, RecursionError too
        return {"refused": "SignatureUnreadable", "reason": type(trouble).__name__}
    return {"content": base64.b64encode(content).decode(), "gap": gap}


def _parts_of(pdf: bytes) -> tuple[bytes, tuple[int, int]]:
    reader = PdfFileReader(BytesIO(pdf), strict=True, decode_limits=_LIMITS)
    if reader.encrypted:
        raise Refused("SignatureUnreadable")
    gap = _gap_of(pdf, _only_signature(reader.root))
    return _only_attachment(reader.root), gap


def _only_signature(root: DictionaryObject) -> DictionaryObject:
    """The signature dictionary (ISO 32000-2, 12.8.1), of the kind that PAdES asks for."""
    found = _signatures(root)
    if len(found) != 1:
        raise Refused("NotOneSignature")
    if found[0]["/SubFilter"] != _PADES:
        raise Refused("SignatureUnreadable")
    return found[0]


def _signatures(root: DictionaryObject) -> list[DictionaryObject]:
    """The values of all form fields, at any depth, that hold a signature or a time stamp, of whatever kind."""
    waiting = list(root["/AcroForm"]["/Fields"]) if "/AcroForm" in root else []
    found: list[DictionaryObject] = []
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return found
        field = waiting.pop().get_object()
        if "/Kids" in field:
            waiting += field["/Kids"]
        if "/V" in field and isinstance(field["/V"], DictionaryObject):
            found.append(field["/V"])
    raise Refused("SignatureUnreadable")


def _gap_of(pdf: bytes, signature: DictionaryObject) -> tuple[int, int]:
    """Where the signature leaves itself out; all the rest of the file must be covered, to its last byte.

    The gap holds the hexadecimal signature and nothing else: what hid there is how signed PDFs were forged ("1 Trillion
    Dollar Refund", ACM CCS 2019).
    """
    start, gap, rest, length = (int(number) for number in signature["/ByteRange"])
    contents = signature.raw_get("/Contents").original_bytes
    if start != 0 or not 0 < gap < rest or rest + length != len(pdf):
        raise Refused("SignatureIncomplete")
    if (
        not re.fullmatch(b"<[0-9A-Fa-f]+>", pdf[gap:rest])
        or bytes.fromhex(pdf[gap + 1 : rest - 1].decode()) != contents
    ):
        raise Refused("SignatureIncomplete")
    return gap, rest


def _only_attachment(root: DictionaryObject) -> bytes:
    """The bytes of the one embedded file (ISO 32000-2, 7.11.4)."""
    tree = root["/Names"]["/EmbeddedFiles"]
    for _ in range(_DEEPEST):
        if "/Kids" in tree:
            (child,) = tree["/Kids"]
            tree = child.get_object()
    _, specification = tree["/Names"]
    embedded = specification.get_object()["/EF"]
    files = {embedded.raw_get(name).reference for name in ("/F", "/UF") if name in embedded}
    (file,) = files
    stream = file.get_object()
    if not isinstance(stream, StreamObject):
        raise Refused("SignatureUnreadable")
    content: bytes = stream.read_data()
    return content


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer_of(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    _main()
