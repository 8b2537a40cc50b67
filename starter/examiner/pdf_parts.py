"""Takes a signed PDF apart: the form in it, and the one signature over it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.decode_limits import DecodeLimits, DecodePurpose, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

from registration.signature_errors import FormNotAttached, NotOneSignature, SignatureIncomplete, SignatureUnreadable
from starter.examiner.pdf_counts import announces_too_much

_KIB: Final = 1024
_LIMITS: Final = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=256 * _KIB),
    per_purpose={DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_output_size=64 * _KIB)},
    document_budget=DocumentDecodeBudget(base_allowance=1024 * _KIB, max_ratio=0),
)
"""Bytes that compressed streams may inflate to: pyHanko's own limits are for documents of any size."""

_MOST_FIELDS: Final = 32
"""Form fields that are looked at; a form of ours has one, that of its signature, and those of time stamps."""

_DEEPEST: Final = 8
"""Levels of a name tree; one is enough for one name."""

_SIGNATURES: Final = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
"""Both hold a detached CMS structure. The second one is older; most programs write into it what PAdES asks for, and
whether they did is asked of the structure itself."""

_END: Final = re.compile(rb"%%EOF\r?\n?\Z")
_TIME_STAMP: Final = "/DocTimeStamp"


@dataclass(frozen=True)
class PdfParts:
    """The attachment's bytes, the bytes that the signature covers, and the signature with the zeros behind it."""

    content: bytes
    covered: bytes
    padded_signature: bytes


def parts_of(pdf: bytes) -> PdfParts:
    """The parts of the revision that was signed, and of no other: later ones may only add time stamps to it.

    Raises `NotOneSignature`, `SignatureIncomplete`, `SignatureUnreadable`, `FormNotAttached`, or whatever pyHanko
    raises.
    """
    if announces_too_much(pdf):
        raise SignatureUnreadable
    reader = _opened(pdf)
    signed = pdf[: _end_of(_only_signature(reader.root))]
    if signed != pdf:
        _check_what_follows(reader, pdf)
        reader = _opened(signed)
    gap, rest = _gap_of(signed, _only_signature(reader.root))
    return PdfParts(
        _only_attachment(reader.root), signed[:gap] + signed[rest:], bytes.fromhex(signed[gap + 1 : rest - 1].decode())
    )


def _opened(pdf: bytes) -> PdfFileReader:
    reader = PdfFileReader(BytesIO(pdf), strict=True, decode_limits=_LIMITS)
    if reader.encrypted:
        raise SignatureUnreadable
    return reader


def _only_signature(root: DictionaryObject) -> DictionaryObject:
    """The signature dictionary (ISO 32000-2, 12.8.1); document time stamps (12.8.5) are not signatures of a person."""
    found = [value for value in _signatures(root) if value.get("/Type") != _TIME_STAMP]
    if len(found) != 1:
        raise NotOneSignature
    if found[0]["/SubFilter"] not in _SIGNATURES:
        raise SignatureUnreadable
    return found[0]


def _signatures(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """The values of all form fields, at any depth, that hold a signature or a time stamp, of whatever kind."""
    waiting = list(root["/AcroForm"]["/Fields"]) if "/AcroForm" in root else []
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        field = waiting.pop().get_object()
        if "/Kids" in field:
            waiting += field["/Kids"]
        if "/V" in field and isinstance(field["/V"], DictionaryObject):
            yield field["/V"]
    raise SignatureUnreadable


def _byte_range(signature: DictionaryObject) -> tuple[int, int, int, int]:
    """Where what is covered begins and ends before the gap, begins again behind it, and how long that part is."""
    start, gap, rest, length = (int(number) for number in signature["/ByteRange"])
    return start, gap, rest, length


def _end_of(signature: DictionaryObject) -> int:
    _, _, rest, length = _byte_range(signature)
    if rest < 0 or length <= 0:
        raise SignatureIncomplete
    return rest + length


def _check_what_follows(reader: PdfFileReader, pdf: bytes) -> None:
    """After the signed revision only time stamps and data to verify them may follow (DSS; EN 319 142-1, 5.4).

    They are ignored, as every claimed time. The form is never read from there: the check is for readers of the
    evidence, who must see what was signed.
    """
    (signature,) = reader.embedded_regular_signatures
    signature.compute_integrity_info()
    changes = signature.diff_result
    if (
        not _END.search(pdf)
        or not isinstance(changes, DiffResult)
        or changes.modification_level is not ModificationLevel.LTA_UPDATES
    ):
        raise SignatureIncomplete


def _gap_of(pdf: bytes, signature: DictionaryObject) -> tuple[int, int]:
    """The gap that the signature leaves for itself; all the rest of the file must be covered, to its last byte.

    The gap must hold the hexadecimal signature and nothing else: signed PDFs were forged by hiding content there ("1
    Trillion Dollar Refund", ACM CCS 2019).
    """
    start, gap, rest, length = _byte_range(signature)
    contents = signature.raw_get("/Contents").original_bytes
    if start != 0 or not 0 < gap < rest or rest + length != len(pdf):
        raise SignatureIncomplete
    if (
        not re.fullmatch(b"<[0-9A-Fa-f]+>", pdf[gap:rest])
        or bytes.fromhex(pdf[gap + 1 : rest - 1].decode()) != contents
    ):
        raise SignatureIncomplete
    return gap, rest


def _only(items: Collection[Any]) -> Any:  # noqa: ANN401  whatever pyHanko found
    if len(items) != 1:
        raise FormNotAttached
    return next(iter(items))


def _only_attachment(root: DictionaryObject) -> bytes:
    """The bytes of the one embedded file (ISO 32000-2, 7.11.4)."""
    if "/Names" not in root or "/EmbeddedFiles" not in root["/Names"]:
        raise FormNotAttached
    tree = root["/Names"]["/EmbeddedFiles"]
    for _ in range(_DEEPEST):
        if "/Kids" in tree:
            tree = _only(tree["/Kids"]).get_object()
    names = tree["/Names"]
    if len(names) != len(("name", "file")):
        raise FormNotAttached
    embedded = names[1].get_object()["/EF"]
    file = _only({embedded.raw_get(name).reference for name in ("/F", "/UF") if name in embedded})
    stream = file.get_object()
    if not isinstance(stream, StreamObject):
        raise SignatureUnreadable
    content: bytes = stream.read_data()
    return content
