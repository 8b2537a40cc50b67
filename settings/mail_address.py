"""E-mail addresses: which two are one, and which may be put into a letter and onto an SMTP command line.

The domain of an address is the same in Unicode (`őrség.hu`) and in its A-labels (`xn--rsg-cma13c.hu`): UTS 46 without
transitional processing, so that `straße.de` is not `strasse.de`, which has another owner.
"""

import re
import unicodedata
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from functools import lru_cache
from typing import Final

import idna

from registration.forms import nfc
from registration.typed_text import trimmed
from settings.setting_rules import BrokenRule, SettingRule

_MOST_OCTETS: Final = 254
"""RFC 5321, 4.5.3.1.3: a path of 256 octets, of which the angle brackets are two."""

_EVERYDAY: Final = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
"""Addresses that every program reads the same; most are of this form and need no parser to prove it."""


class UnusableAddress(ValueError):
    """No letter can be sent to this address."""

    def __init__(self) -> None:
        """Has no argument: a failure must not contain the address (principle 5)."""
        super().__init__("unusable address")


def with_ascii_domain(address: str) -> str:
    """The address with its domain in A-labels; as it is where the domain is plain ASCII, or where it is none."""
    local_part, at, domain = address.rpartition("@")
    if (domain.isascii() and "xn--" not in domain.casefold()) or len(address) > _MOST_OCTETS:
        return address
    try:
        return local_part + at + idna.encode(domain, uts46=True, transitional=False).decode()
    except UnicodeError:  # idna's errors are all of this kind
        return address


def unicode_domain(domain: str) -> str:
    """The domain as its owner writes it; as it is where it is none."""
    try:
        return idna.decode(domain, uts46=True)
    except UnicodeError:
        return domain


def compared_address(typed: str) -> str:
    """What must be equal, character for character, in two addresses (S8): NFC, trimmed, the domain in A-labels."""
    return with_ascii_domain(nfc(trimmed(typed)))


def mailbox_key(typed: str) -> str:
    """What makes two addresses one mailbox to most mail servers: as compared, without regard to case."""
    return nfc(compared_address(typed).casefold())


def usable(address: str) -> str:
    """The address as it goes out: one bare address that every program on its way reads the same; else UnusableAddress.

    Where its local part is ASCII its domain is in A-labels, which every mail server takes; another local part needs
    SMTPUTF8 (RFC 6531), and goes as it was typed.

    No control character, no white space, not even in a quoted local part: aiosmtplib reads addresses again, and a CR LF
    inside of one delivered to a second recipient (measured).
    """
    if address.rpartition("@")[0].isascii():
        address = with_ascii_domain(address)
    if not (_is_plain(address) and _reads_as_itself(address)):
        raise UnusableAddress
    return address


@lru_cache(maxsize=8)  # the same few senders for every letter
def address_of(sender: str) -> str:
    """The bare address of a sender such as `Ügyfélkapu <letters@example.hu>`; else UnusableAddress.

    It is in ASCII, for not every server of a recipient takes another.
    """
    address = parseaddr(sender)[1]
    if (
        usable(address) != address
        or not address.isascii()
        or any(unicodedata.category(character) == "Cc" for character in sender)
    ):
        raise UnusableAddress
    return address


def emails(listed: str) -> tuple[str, ...]:
    """Addresses separated by commas, none where nothing is listed. Raises `BrokenRule`."""
    found = tuple(part.strip() for part in listed.split(",") if part.strip())
    if any(address.count("@") != 1 or not address.isprintable() for address in found):
        raise BrokenRule(SettingRule.EMAILS)
    return found


def _is_plain(address: str) -> bool:
    if any(unicodedata.category(character)[0] in "CZ" for character in address):
        return False
    local_part, _, domain = address.rpartition("@")
    return bool(local_part and domain) and len(address.encode()) <= _MOST_OCTETS


def _reads_as_itself(address: str) -> bool:
    if _EVERYDAY.fullmatch(address):
        return True
    if parseaddr(address) != ("", address):
        return False
    try:
        message = EmailMessage(policy=policy.SMTPUTF8)
        message["To"] = address
        header = message["To"]
        folded = "".join(header.fold(policy=policy.SMTPUTF8).split())
        return folded == f"To:{address}" and [read.addr_spec for read in header.addresses] == [address]
    except (MessageError, ValueError, IndexError):  # what the standard library's parsers raise, quoting the address
        return False
