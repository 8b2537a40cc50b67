"""Reads what the inbox has delivered."""

import email.policy
import re
from bisect import insort
from collections import defaultdict
from email import message_from_bytes
from email.message import EmailMessage
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal, NamedTuple

from settings.mail_address import mailbox_key

# Seconds, microseconds (not zero-padded) and a counter, as the standard library's mailbox.Maildir writes them.
_MAILDIR_NAME: Final = re.compile(r"(?P<seconds>\d+)\.M(?P<microseconds>\d+)P\d+Q(?P<counter>\d+)\.")

_CODE: Final = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")

_RECIPIENT: Final = b"X-RcptTo: "
_ENVELOPE: Final = (b"X-MailFrom: ", _RECIPIENT)
"""What the inbox writes above a letter."""


class NoCode(Exception):
    """A letter has no code in its text; the message is its subject."""


class LetterFile(NamedTuple):
    """A letter as it was delivered; sorts by the time of that."""

    delivered: tuple[int, ...]
    content: bytes


class MailFolder:
    """A Maildir that is polled: each of its files is read once, and only requested letters are parsed.

    Works while another process delivers into it. Letters that are removed stay known.
    """

    def __init__(self, directory: Path) -> None:
        """`directory` need not be there yet."""
        self._directory = directory
        self._known: set[str] = set()
        self._letters: defaultdict[str | None, list[LetterFile]] = defaultdict(list)

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """Return all letters, or those for the mailbox `to`, oldest first; none without a Maildir."""
        self._read_new_files()
        found = self._letters.get(None if to is None else mailbox_key(to), [])
        return [message_from_bytes(letter.content, EmailMessage, policy=email.policy.default) for letter in found]

    def _read_new_files(self) -> None:
        for folder in (self._directory / "new", self._directory / "cur"):
            for path in folder.iterdir() if folder.is_dir() else ():
                unique, _, _flags = path.name.partition(":")
                if unique not in self._known:
                    self._keep(path)
                    self._known.add(unique)

    def _keep(self, path: Path) -> None:
        letter = LetterFile(_delivered(path), path.read_bytes())
        for recipient in {None, *_recipients(letter.content)}:
            insort(self._letters[recipient], letter)


def read_letters(directory: Path, to: str | None = None) -> list[EmailMessage]:
    """Return a Maildir's letters once, as `MailFolder.letters` does."""
    return MailFolder(directory).letters(to)


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter; empty where it has none."""
    return _body(letter, "plain")


def html_of(letter: EmailMessage) -> str:
    """The HTML of a letter; empty where it has none."""
    return _body(letter, "html")


def code_in(letter: EmailMessage) -> str:
    """The code in a letter's text. Raises `NoCode`."""
    found = _CODE.search(text_of(letter))
    if found is None:
        raise NoCode(letter["Subject"])
    return found[0]


def _body(letter: EmailMessage, kind: Literal["plain", "html"]) -> str:
    body = letter.get_body((kind,))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except LookupError:  # a character set that nothing here knows
        return bytes(body.get_payload(decode=True)).decode(errors="replace")


def _delivered(path: Path) -> tuple[int, ...]:
    name = _MAILDIR_NAME.match(path.name)
    if name is None:
        message = f"{path} was not delivered by this inbox."
        raise ValueError(message)
    return tuple(int(part) for part in name.groups())


def _recipients(content: bytes) -> list[str]:
    envelope = takewhile(lambda line: line.startswith(_ENVELOPE), content.splitlines())
    return [mailbox_key(line.removeprefix(_RECIPIENT).decode()) for line in envelope if line.startswith(_RECIPIENT)]
