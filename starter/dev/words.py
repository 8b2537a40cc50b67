"""`make words` and its part of `make check`: the Hungarian catalogue beside the message ids of the product."""

import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from registration.statuses import Language
from starter.dev.extraction import extracted
from starter.translation import DOMAIN

CATALOGUE: Final = Path("starter/locale") / Language.HU / "LC_MESSAGES" / f"{DOMAIN}.po"
_WIDTH: Final = 120
"""Columns of a line of the catalogue, as of all code."""


def main(root: Path, *, check: bool) -> int:
    """Updates the catalogue, or only checks it; an exit status. Prints one line for each problem that is left."""
    template, kept = extracted(root), read(root / CATALOGUE)
    if not check:
        update(kept, template)
        write(root / CATALOGUE, kept)
    found = list(problems(kept, template))
    for problem in found:
        print(problem, file=sys.stderr)  # noqa: T201  the answer of a command
    return 1 if found else 0


def read(file: Path) -> Catalog:
    """The catalogue in a file. Raises `OSError`."""
    with file.open("rb") as source:
        return read_po(source, locale=Language.HU)


def write(file: Path, catalogue: Catalog) -> None:
    """Writes a catalogue without line numbers, so that a file changes only where a message does."""
    with file.open("wb") as target:
        write_po(target, catalogue, width=_WIDTH, include_lineno=False, sort_by_file=True, ignore_obsolete=True)


def update(kept: Catalog, template: Catalog) -> None:
    """Adds what is new, drops what is stale; a changed message keeps the translation of the old one, as fuzzy."""
    template.creation_date = kept.creation_date
    kept.update(template, update_header_comment=False)


def problems(kept: Catalog, template: Catalog) -> Iterator[str]:
    """One line for each entry that is missing, fuzzy or stale, or whose names in braces are not those of its id."""
    for message in _entries(template):
        if not _is_translated(kept.get(message.id, message.context)):
            yield f"missing: {_named(message)}"
    for message in _entries(kept):
        if message.fuzzy:
            yield f"fuzzy: {_named(message)}"
        if template.get(message.id, message.context) is None:
            yield f"stale: {_named(message)}"
        if _is_translated(message) and not _keeps_names(message):
            yield f"names in braces differ: {_named(message)}"
    for message in kept.obsolete.values():
        yield f"stale: {_named(message)}"


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _texts(part: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """The forms of an id or of a translation: one, or one for each number."""
    return [part or ""] if isinstance(part, str | None) else list(part)


def _is_translated(message: Message | None) -> bool:
    return message is not None and all(_texts(message.string))


def _keeps_names(message: Message) -> bool:
    forms = [_names(text) for text in (*_texts(message.id), *_texts(message.string))]
    return None not in forms and len(set(forms)) == 1


def _names(text: str) -> frozenset[str] | None:
    """The names between braces; `None` where the braces do not match."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def _named(message: Message) -> str:
    text = _texts(message.id)[0]
    return f"[{message.context}] {text}" if message.context else text


if __name__ == "__main__":
    sys.exit(main(Path(), check="--check" in sys.argv[1:]))
