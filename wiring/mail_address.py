"""Which e-mail addresses may be put into a letter and onto an SMTP command line."""

import re
import unicodedata
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from functools import lru_cache
from typing import Final

from wiring.setting_rules import BrokenRule, SettingRule

_MOST_OCTETS: Final = 254
"""RFC 5321, 4.5.3.1.3: a path of 256 octets, of which the angle brackets are two."""

_EVERYDAY: Final = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
"""Nothing in it that two programs could read differently, so most addresses need no parser to prove it."""


class UnusableAddress(ValueError):
    """No letter can be sent to this address."""

    def __init__(self) -> None:
        """It takes nothing: the address must not stand in a failure (principle 5)."""
        super().__init__("unusable address")


def usable(address: str) -> str:
    """The address itself, if it is one bare address that every program on its way reads the same; else UnusableAddress.

    No control character, no white space, not even in a quoted local part: aiosmtplib reads addresses again, and a CR LF
    inside of one delivered to a second recipient (measured, TEMPORAL.md, "Activities").
    """
    if not (_is_plain(address) and _reads_as_itself(address)):
        raise UnusableAddress
    return address


@lru_cache(maxsize=8)  # the same few senders for every letter
def address_of(sender: str) -> str:
    """The bare address of a sender such as `Ügyfélkapu <letters@example.hu>`; else UnusableAddress.

    It is in ASCII, for not every server of a recipient takes another.
    """
    address = usable(parseaddr(sender)[1])
    if not address.isascii() or any(unicodedata.category(character) == "Cc" for character in sender):
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
