"""Converts BER (ITU-T X.690) to definite lengths; programs that sign while they read do not know the lengths.

asn1crypto reads indefinite lengths in some places only. Encodings without them, such as DER, stay the same bytes:
certificates and attributes are hashed as they were written.
"""

from typing import Final, NamedTuple

_CONSTRUCTED, _OCTETS, _PIECES = 0x20, 0x04, 0x24
_LONG_TAG: Final = 0x1F
_LONG_LENGTH: Final = 0x80
_END: Final = b"\0\0"
_DEEPEST: Final = 40
"""Levels; a signature with its certificates has a dozen."""


class _Header(NamedTuple):
    """Where the length is, where the content begins, and where it ends, if that is said."""

    length_at: int
    content_at: int
    end: int | None


def definite(encoded: bytes) -> tuple[bytes, int]:
    """The first value in `encoded` in definite lengths, and how many bytes it takes there. Raises `ValueError`."""
    return _value(encoded, 0, len(encoded), _DEEPEST)


def _value(encoded: bytes, at: int, limit: int, levels: int) -> tuple[bytes, int]:
    header = _header(encoded, at, limit)
    if not encoded[at] & _CONSTRUCTED:
        if header.end is None:
            raise ValueError("a length is missing")
        return encoded[at : header.end], header.end
    if not levels:
        raise ValueError("too deep")
    inner, parts = header.content_at, []
    while inner != header.end and (header.end is not None or encoded[inner : inner + 2] != _END):
        part, inner = _value(encoded, inner, limit if header.end is None else header.end, levels - 1)
        parts.append(part)
    end = inner + len(_END) if header.end is None else header.end
    if encoded[at] == _PIECES:
        return _joined(bytes([_OCTETS]), [part[_header(part, 0, len(part)).content_at :] for part in parts]), end
    if header.end is not None and b"".join(parts) == encoded[header.content_at : end]:
        return encoded[at:end], end
    return _joined(encoded[at : header.length_at], parts), end


def _header(encoded: bytes, at: int, limit: int) -> _Header:
    length_at = at + 1
    if encoded[at] & _LONG_TAG == _LONG_TAG:
        while encoded[length_at] & _LONG_LENGTH:
            length_at += 1
        length_at += 1
    length, content_at = encoded[length_at], length_at + 1
    if length == _LONG_LENGTH:
        return _Header(length_at, content_at, None)
    if length > _LONG_LENGTH:
        count = length - _LONG_LENGTH
        length = int.from_bytes(encoded[content_at : content_at + count])
        content_at += count
    if content_at + length > limit:
        raise ValueError("longer than what holds it")
    return _Header(length_at, content_at, content_at + length)


def _joined(tag: bytes, parts: list[bytes]) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < _LONG_LENGTH:
        return tag + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return tag + bytes([_LONG_LENGTH + len(length)]) + length + content
