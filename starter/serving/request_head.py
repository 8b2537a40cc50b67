"""What a request's head must be like (RFC 9112): one that two programs may read differently is refused.

A proxy and a server that disagree about where a request ends let one client's bytes become another's request (request
smuggling, RFC 9112, section 11.2). h11 repairs what it can; here nothing is repaired.
"""

import re
from typing import Final

MOST_BYTES: Final = 16 * 1024
"""As h11's own bound: a token with every role is some 2 KB."""

_MOST_FIELDS: Final = 100
"""Proxies add a dozen."""

END: Final = b"\r\n\r\n"

_MOST_DIGITS: Final = 19
"""Of a length, before anything makes a number of it."""

_REQUEST_LINE: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7e]+ HTTP/1\.[01]")
_FIELD: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t\x20-\x7e\x80-\xff]*")
"""Name, colon, value. Neither white space before the colon nor a line that continues another (obs-fold) fits."""

_BARE: Final = re.compile(rb"\r[^\n]|(?<!\r)\n|\0")


def is_already_invalid(begun: bytearray, since: int, until: int) -> bool:
    """Whether a head that may not have come whole is refused whatever comes: bare CR, bare LF or NUL in this part."""
    return _BARE.search(begun, max(0, since - 1), until) is not None


def is_sound(head: bytes) -> bool:
    """Whether a whole head, with its two line ends, has one meaning only."""
    request_line, *lines = head.removesuffix(END).split(b"\r\n")
    fields = [_FIELD.fullmatch(line) for line in lines]
    if not _REQUEST_LINE.fullmatch(request_line) or len(fields) > _MOST_FIELDS:
        return False
    values: dict[bytes, list[bytes]] = {}
    for line, field in zip(lines, fields, strict=True):
        if field is None:
            return False
        values.setdefault(field[1].lower(), []).append(line[len(field[1]) + 1 :].strip(b" \t"))
    is_1_1 = request_line.endswith(b"HTTP/1.1")
    hosts = values.get(b"host", [])
    if len(hosts) > 1 or (is_1_1 and not hosts):
        return False
    return _has_one_length(values.get(b"content-length"), values.get(b"transfer-encoding"), is_1_1=is_1_1)


def _has_one_length(lengths: list[bytes] | None, codings: list[bytes] | None, *, is_1_1: bool) -> bool:
    """Whether the body ends in one place (RFC 9112, section 6.3)."""
    if codings is not None:
        return is_1_1 and lengths is None and [coding.lower() for coding in codings] == [b"chunked"]
    return lengths is None or (len(lengths) == 1 and lengths[0].isdigit() and len(lengths[0]) <= _MOST_DIGITS)
