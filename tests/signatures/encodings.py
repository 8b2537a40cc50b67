"""Other encodings of the same signature: BER, parameters with and without NULL, other identifiers of one algorithm."""

from collections.abc import Iterator

from asn1crypto import cms, core, parser

_EXPLICIT = 0xA0
_IN_SIGNED_DATA, _SIGNER_INFO = 3, 4
"""Levels of nesting, as a parser goes down to what was signed."""


def as_ber(der: bytes, last: int = _SIGNER_INFO, *, certificates: bool = False) -> bytes:
    """With indefinite lengths down to this level, in the certificates too where that is asked for."""
    return _indefinite(der, 0, last, certificates)


def _indefinite(value: bytes, level: int, last: int, certificates: bool) -> bytes:
    if level > last or not value[0] & 0x20:
        return value
    if level == _IN_SIGNED_DATA and value[0] == _EXPLICIT and not certificates:
        last = level
    made = b"".join(_indefinite(child, level + 1, last, certificates) for child in _children(value))
    return value[:1] + b"\x80" + made + b"\0\0"


def _children(value: bytes) -> Iterator[bytes]:
    content = parser.parse(value)[4]
    while content:
        length = parser.peek(content)
        yield content[:length]
        content = content[length:]


def with_null(algorithm: core.Sequence) -> None:
    algorithm["parameters"] = core.Null()


def without_parameters(algorithm: core.Sequence) -> None:
    algorithm["parameters"] = None


def signer_info(signed: cms.SignedData) -> cms.SignerInfo:
    return signed["signer_infos"][0]
