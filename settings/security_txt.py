"""The file that says whom to tell of a security hole (RFC 9116); the operator writes it, and may sign it."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from settings.operator_files import read_file
from settings.setting_rules import BrokenRule, SettingRule

_MOST_BYTES: Final = 32_768
"""A signed one has about one thousand."""
_CONTACT: Final = re.compile(r"^contact: *(https://|mailto:|tel:)\S+[ \r]*$", re.IGNORECASE | re.MULTILINE)
_EXPIRES: Final = re.compile(r"^expires: *(\S+)[ \r]*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class SecurityTxt:
    """Its text, which must not be used any more once it has expired (RFC 9116, section 2.5.5)."""

    text: str
    expires_at: datetime


def read_security_txt(file: str) -> SecurityTxt:
    """What the file says, also where it has expired.

    Raises `BrokenRule` unless it has a contact, and one time until which it is true.
    """
    try:
        text = read_file(Path(file), _MOST_BYTES).decode()
        (expires,) = _EXPIRES.findall(text)
        expires_at = datetime.fromisoformat(expires)
    except (OSError, ValueError):  # UnicodeDecodeError is a ValueError
        raise BrokenRule(SettingRule.SECURITY_TXT) from None
    if expires_at.tzinfo is None or not _CONTACT.search(text):
        raise BrokenRule(SettingRule.SECURITY_TXT)
    return SecurityTxt(text, expires_at)
