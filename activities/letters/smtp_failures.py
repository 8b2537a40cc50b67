"""Why a letter was not sent: permanently, or for now.

Reasons are neutral words that a history may contain (principle 5): no server's text, which may quote the address.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiosmtplib

from registration.letters import LetterFailure
from registration.sentences import Vocabulary

_PERMANENT: Final = range(500, 600)

_NOT_ABOUT_THE_LETTER: Final = frozenset({503, 530, 534, 535, 538})
"""Replies about our conversation (bad sequence) or our log-in (RFC 4954): another letter would be refused as well."""


class MailTrouble(Vocabulary):
    """Why a mail server takes no letter, where it has not said so by a reply code. Histories have the values."""

    CONNECTION = "connection", "no connection"
    TIME_OUT = "time-out", "no answer in time"
    TLS = "TLS", "TLS"
    SETTINGS = "settings", "unusable settings"
    NOT_OFFERED = "STARTTLS or AUTH not offered", "STARTTLS or AUTH not offered"
    CLOSED = "closed", "connections are closed"


class LetterNotSent(Exception):
    """The letter was not sent, or not known to be."""

    def __init__(self, reason: str) -> None:
        """`reason` is neutral: `SMTP 550`, or a `MailTrouble`."""
        self.reason = reason
        super().__init__(reason)


class LetterRefused(LetterNotSent):
    """The letter cannot be delivered to its address; sending it again is of no use (principle 11)."""

    def __init__(self, failure: LetterFailure, smtp_reply: int | None = None) -> None:
        """`smtp_reply` is the mail server's reply code, where it has refused."""
        self.failure = failure
        self.smtp_reply = smtp_reply
        super().__init__(f"SMTP {smtp_reply}" if smtp_reply else failure)


class MailUnavailable(LetterNotSent):
    """The mail server cannot take the letter now; to be sent again later (principle 11)."""


class ConnectionBroken(MailUnavailable):
    """The connection itself failed: nothing was heard of the letter."""


@contextmanager
def about_the_letter() -> Iterator[None]:
    """Translates failures of MAIL, RCPT and DATA: LetterRefused, ConnectionBroken or MailUnavailable."""
    try:
        yield
    except (OSError, aiosmtplib.SMTPException, ValueError) as error:
        raise _about_the_letter(error) from None


@contextmanager
def about_the_server() -> Iterator[None]:
    """Translates failures of greeting, TLS and log-in: MailUnavailable, for they say nothing of the letter."""
    try:
        yield
    except (OSError, aiosmtplib.SMTPException, ValueError) as error:
        raise MailUnavailable(_reason(error)) from None


def _about_the_letter(error: Exception) -> LetterNotSent:
    match error:
        case aiosmtplib.SMTPResponseException(code=421):  # RFC 5321, 3.8: the server closes the connection
            return ConnectionBroken(_reason(error))
        case aiosmtplib.SMTPResponseException(code=code):
            refused = code in _PERMANENT and code not in _NOT_ABOUT_THE_LETTER
            return LetterRefused(LetterFailure.REFUSED, code) if refused else MailUnavailable(_reason(error))
        case ValueError():  # aiosmtplib reads addresses again, by rules of its own
            return LetterRefused(LetterFailure.UNUSABLE_ADDRESS)
        case _:
            return ConnectionBroken(_reason(error))


def _reason(error: Exception) -> str:
    match error:
        case aiosmtplib.SMTPResponseException(code=code):
            return f"SMTP {code}"
        case TimeoutError():
            return MailTrouble.TIME_OUT
        case ssl.SSLError() | aiosmtplib.SMTPConnectError(__cause__=ssl.SSLError()):
            return MailTrouble.TLS
        case OSError():
            return MailTrouble.CONNECTION
        case ValueError():
            return MailTrouble.SETTINGS
        case _:
            return MailTrouble.NOT_OFFERED
