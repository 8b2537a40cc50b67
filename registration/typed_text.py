"""What people type or paste: which characters separate, which are never seen, and what ends a text."""

import re
import unicodedata
from typing import Final

_DASHES: Final = frozenset("\N{MINUS SIGN}\N{HYPHEN BULLET}\N{MODIFIER LETTER MINUS SIGN}")
"""Besides Unicode's own category of dashes (Pd): what programs make of a hyphen."""
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(selector) for selector in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
"""Letters, marks and symbols that no font shows: fillers, variation selectors, the empty cell of Braille."""
_COMPANIONS: Final = frozenset("\u061c\u200c\u200d\u200e\u200f")
"""Format characters that belong to letters: joiners of Persian and Indian scripts, marks of direction."""
_REORDERS: Final = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Format characters that show a text in another order than it has; no copying leaves one of them alone."""
_COMMON: Final = {"MODIFIER"}
"""Letters of no script."""
_WRITTEN_TOGETHER: Final = (
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"},
    {"LATIN", "CJK", "IDEOGRAPHIC", "HANGUL"},
)


def is_dash(character: str) -> bool:
    """Whether it is a hyphen, a dash or a minus sign of any kind."""
    return unicodedata.category(character) == "Pd" or character in _DASHES


def is_format(character: str) -> bool:
    """Whether it is a format character, which has no shape of its own: zero-width spaces, soft hyphens, marks."""
    return unicodedata.category(character) == "Cf"


def is_companion(character: str) -> bool:
    """Whether it is a format character that may be within a name."""
    return character in _COMPANIONS


def without_unseen(text: str) -> str:
    """The text without format characters, and without letters and marks that no font shows."""
    return "".join(character for character in text if not is_format(character) and character not in _BLANK)


def visible(text: str) -> str:
    """The text without white space, control and format characters, and without letters that no font shows."""
    return "".join(
        character for character in text if unicodedata.category(character)[0] not in "CZ" and character not in _BLANK
    )


def trimmed(text: str) -> str:
    """The text without white space and what has no width at its ends: the one rule for user names, addresses, texts."""
    first, last = 0, len(text)
    while first < last and _ends_nothing(text[first]):
        first += 1
    while last > first and _ends_nothing(text[last - 1]):
        last -= 1
    return text[first:last]


def plain_separators(text: str) -> str:
    """The text in NFKC without what no font shows, each dash a hyphen and each run of white space one space."""
    normal = unicodedata.normalize("NFKC", text)
    dashed = "".join("-" if is_dash(character) else character for character in without_unseen(normal))
    return re.sub(r"\s+", " ", dashed)


def number_of(text: str) -> str:
    """The letters and digits of a number that people read off a paper.

    White space, dashes, full stops and what no font shows count for nothing, nor does a comma or semicolon behind it.
    """
    return re.sub(r"[ .-]", "", plain_separators(text)).rstrip(",;")


def mixes_scripts(text: str) -> bool:
    """Whether letters of several scripts are mixed, as in `аdmin` with a Cyrillic `а`: two texts that look the same.

    Unicode TR 39, "highly restrictive": one script, or Latin with those that Chinese, Japanese or Korean is written in.
    A letter's name begins with its script.
    """
    letters = (character for character in unicodedata.normalize("NFKC", text) if character.isalpha())
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters} - _COMMON
    return len(scripts) > 1 and not any(scripts <= together for together in _WRITTEN_TOGETHER)


def _ends_nothing(character: str) -> bool:
    return character.isspace() or (is_format(character) and unicodedata.bidirectional(character) not in _REORDERS)
