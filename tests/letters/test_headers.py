"""Headers of text as they are transported: what a reader's program decodes is what was written, to the last space."""

import base64
import quopri
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.letters.facts import LetterFacts
from activities.letters.message import begun, compose, on_the_wire
from activities.letters.render import render
from registration.letters import LetterKind
from registration.statuses import Language, Status

_ENCODED_WORD = re.compile(r"=\?([^?]+)\?([bBqQ])\?([^? ]*)\?=")
_STATUSES = (Status.AWAITING_ACTIVATION, Status.AWAITING_REACTIVATION, Status.ACTIVE)
_DAYS = range(1, 62)


def decoded(value: str) -> str:
    """RFC 2047 by its own words: white space between two encoded words is none, all other stays."""
    unfolded = value.replace("\r\n", "")
    joined = re.sub(r"(?<=\?=)[ \t]+(?==\?)", "", unfolded)

    def word(found: re.Match[str]) -> str:
        charset, encoding, text = found.groups()
        if encoding in "bB":
            return base64.b64decode(text, validate=True).decode(charset)
        return quopri.decodestring(text.encode(), header=True).decode(charset)

    return _ENCODED_WORD.sub(word, joined)


def headers(wire: bytes) -> dict[str, str]:
    """The headers as they are on the wire, folded lines and all, each with its value behind one space."""
    head = wire.decode("ascii").partition("\r\n\r\n")[0]
    fields = re.split(r"\r\n(?![ \t])", head)
    return {name: value for name, _, value in (field.partition(": ") for field in fields)}


def longest_line_of(found: dict[str, str]) -> int:
    """RFC 2047, 2: a line with an encoded word has at most 76 characters."""
    return max(len(line) for name in ("From", "Subject") for line in f"{name}: {found[name]}".split("\r\n"))


def wire_of(subject: str, sender: str = "levelek@example.hu") -> bytes:
    message = begun(sender=sender, to="anna@example.hu", subject=subject, message_id="<1@example.hu>", date="-")
    message.set_content("")
    return on_the_wire(message, utf8=False)


def facts_of(kind: LetterKind, language: Language, status: Status, days: int) -> LetterFacts:
    date = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
    return LetterFacts(kind, language, status, "Kovács", "Anna", "https://example.hu/", date, days, "A" * 16)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", LetterKind)
def test_every_subject_arrives_as_it_was_written(kind: LetterKind, language: Language) -> None:
    """Of every kind, in every language, with every number of days: by our own reading and by the library's."""
    for status in _STATUSES:
        for days in _DAYS:
            letter = render(facts_of(kind, language, status, days))
            message = compose(
                letter,
                sender="Ügyfélkapu ügyfélszolgálat <levelek@example.hu>",
                to="anna@example.hu",
                message_id="<1@example.hu>",
                language=language,
                date=datetime(2026, 11, 22, 18, 5, tzinfo=UTC),
            )
            wire = on_the_wire(message, utf8=False)
            found = headers(wire)
            assert decoded(found["Subject"]) == letter.subject
            assert parseaddr(decoded(found["From"])) == ("Ügyfélkapu ügyfélszolgálat", "levelek@example.hu")
            assert message_from_bytes(wire, policy=policy.default)["Subject"] == letter.subject
            assert longest_line_of(found) <= 76


_WORDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
    min_size=1,
    max_size=12,
)


@given(words=_WORDS, mark=st.sampled_from(["", "é", "日"]))
def test_whatever_is_written_in_a_subject_arrives(words: list[str], mark: str) -> None:
    subject = f"{mark}{' '.join(words)}"
    if "=?" in subject and subject.isascii():  # what already looks encoded is read as that; no subject of ours does
        return
    assert decoded(headers(wire_of(subject))["Subject"]) == subject


@pytest.mark.parametrize(
    "name",
    [
        "Ügyfélkapu",
        "Ugyfelkapu",
        "Az ország Ügyfélkapujának önműködő levelezőrendszere – kérjük, ne válaszoljon",
        "Ügyfélkapu, levelek",
        "Kapu (Ügyfél)",
        "Kapu, Ugyfel",
    ],
)
def test_a_display_name_arrives_as_it_was_written(name: str) -> None:
    wire = wire_of("x", f'"{name}" <levelek@example.hu>')
    found = headers(wire)
    assert decoded(found["From"]).replace('"', "") == f"{name} <levelek@example.hu>"
    assert longest_line_of(found) <= 76
    (address,) = message_from_bytes(wire, policy=policy.default)["From"].addresses
    assert address.addr_spec == "levelek@example.hu"
