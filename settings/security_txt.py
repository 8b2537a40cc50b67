"""The file that says whom to tell of a security hole (RFC 9116); the operator writes it, and may sign it."""

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from settings.setting_rules import BrokenRule, SettingRule

_MOST_BYTES: Final = 32_768
"""A signed one has about one thousand."""
_CONTACT: Final = re.compile(r"^contact: *(https://|mailto:|tel:)\S+[ \r]*$", re.IGNORECASE | re.MULTILINE)
_EXPIRES: Final = re.compile(r"^expires: *(\S+)[ \r]*$", re.IGNORECASE | re.MULTILINE)


def read_security_txt(file: str) -> str:
    """Its text. Raises `BrokenRule` unless it has a contact, and one time until which it is true."""
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
        text = content.decode()
        (expires,) = _EXPIRES.findall(text)
        is_absolute = datetime.fromisoformat(expires).tzinfo is not None
    except (OSError, ValueError):  # UnicodeDecodeError is a ValueError
        raise BrokenRule(SettingRule.SECURITY_TXT) from None
    if len(content) > _MOST_BYTES or not is_absolute or not _CONTACT.search(text):
        raise BrokenRule(SettingRule.SECURITY_TXT)
    return text
