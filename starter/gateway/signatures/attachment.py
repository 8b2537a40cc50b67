"""The one file that a PDF embeds (ISO 32000-2, 7.11.4)."""

from typing import Final

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from registration.errors import SignatureUnreadable

_DEEPEST: Final = 8
"""Levels of a name tree; one is enough for one name."""


def only_attachment(root: DictionaryObject) -> bytes:
    """Its bytes, inflated within the reader's limits.

    Unless there is exactly one, raises `SignatureUnreadable`, or what looking for it raises.
    """
    tree = root["/Names"]["/EmbeddedFiles"]
    for _ in range(_DEEPEST):
        if "/Kids" in tree:
            (child,) = tree["/Kids"]
            tree = child.get_object()
    _, specification = tree["/Names"]
    embedded = specification.get_object()["/EF"]
    files = {embedded.raw_get(name).reference for name in ("/F", "/UF") if name in embedded}
    if len(files) != 1:
        raise SignatureUnreadable
    stream = files.pop().get_object()
    if not isinstance(stream, StreamObject):
        raise SignatureUnreadable
    content: bytes = stream.read_data()
    return content
