"""How two spellings of what persons are found by become one: the numbered rules that a stored index may be made by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from registration.forms import user_name_key
from registration.searching import identity_key
from settings.mail_address import mailbox_key


@dataclass(frozen=True)
class Folding:
    """Of a user name, of an e-mail address, and of the natural identity data."""

    user_name: Callable[[str], str]
    address: Callable[[str], str]
    identity: Callable[[str, date, str], str]


FOLDINGS: Final[Mapping[int, Folding]] = {1: Folding(user_name_key, mailbox_key, identity_key)}
"""A changed rule comes under the next number; the old one stays as long as an installation may have indexes by it."""
