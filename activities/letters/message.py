"""From a rendered letter to a mail message; the same letter gives the same bytes each time it is sent."""

import hashlib
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Any

from activities.letters.render import RenderedLetter
from registration.statuses import Language
from settings.mail_address import UnusableAddress, address_of, usable

__all__ = ["UnusableAddress", "begun", "boundary", "compose", "message_id", "on_the_wire"]


class _LetterPolicy(EmailPolicy):
    """Takes headers as they are: From and Subject come encoded and folded, the others are short and in ASCII.

    The standard library would parse and fold each of them, which took a third of a letter's time (measured). It would
    break the line before a Message-ID, which its own parser then reads with a space, and lose the space between two
    words of a subject that it encodes apart (cpython#92081).
    """

    def header_max_count(self, name: str) -> None:
        """No header is set twice here; to look it up would build a class for each header of each letter."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401  as in the base class
        return name, value

    def header_fetch_parse(self, name: str, value: Any) -> Any:  # noqa: ANN401, ARG002  as in the base class
        return value

    def fold(self, name: str, value: Any) -> str:  # noqa: ANN401  as in the base class
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401  as in the base class
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


_POLICY = _LetterPolicy(linesep="\r\n")
_LINE = 76
"""RFC 2047, 2: lines with encoded words have at most 76 characters."""


@lru_cache(maxsize=128)  # a subject of each kind, language and number of days: it names no client
def _text(name: str, text: str) -> str:
    """The value of a header of text (RFC 2047): all of it in encoded words, or none, so that each space survives."""
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")


@lru_cache(maxsize=8)  # the same few senders for every letter
def _mailbox(name: str, sender: str) -> str:
    """The value of a header with one address; its display name is quoted, or in encoded words."""
    display, address = parseaddr(sender)
    if display.isascii():
        return formataddr((display, address))
    return f"{_text(name, display)}\r\n <{address}>"


def compose(  # noqa: PLR0913  one argument for each header
    rendered: RenderedLetter,
    *,
    sender: str,
    to: str,
    message_id: str,
    language: Language,
    date: datetime,
) -> EmailMessage:
    """The message: plain text and HTML, UTF-8, from `sender` (`Name <address>` or an address) to the bare address `to`.

    `date` (UTC) is when the letter was ordered, not when it is sent again. UnusableAddress where no letter can go to
    `to`, or come from `sender`.
    """
    message = begun(sender=sender, to=to, subject=rendered.subject, message_id=message_id, date=format_datetime(date))
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange, which does not look at the former
    # Quoted-printable is ASCII on the way, so no server has to know 8BITMIME or may change a byte.
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language  # set after the parts, or the header would move into the first of them
    message.set_boundary(boundary(message_id))
    return message


def begun(*, sender: str, to: str, subject: str, message_id: str, date: str) -> EmailMessage:
    """A message with the headers of every letter of ours, and no content yet; `date` is as RFC 5322 writes it."""
    address_of(sender)
    message = EmailMessage(policy=_POLICY)
    message["From"] = _mailbox("From", sender)
    message["To"] = usable(to)
    message["Subject"] = _text("Subject", subject)
    message["Date"] = date
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps "I am on holiday" from answering
    return message


def on_the_wire(message: EmailMessage, *, utf8: bool) -> bytes:
    """The composed message as SMTP transports it; `utf8` allows an international address in its headers (RFC 6532)."""
    return message.as_bytes(policy=_POLICY.clone(utf8=utf8))


def message_id(registration_id: str, letter_id: str, domain: str) -> str:
    """The Message-ID of a letter: the same each time that it is sent (principle 6), so a double can be known by it."""
    return f"<{letter_id}.{registration_id}@{domain}>"


def boundary(message_id: str) -> str:
    """The boundary between a message's parts, the same each time; the standard library would draw a random one.

    `=_` never occurs in quoted-printable text (RFC 2045, 6.7).
    """
    return f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"
