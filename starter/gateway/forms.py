"""What portals and clerks fill in, checked by the rules and by email-validator."""

from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email

from registration import errors
from registration.forms import RegistrationForm, nfc
from registration.input_rules import InputRule
from registration.times import day_in_budapest
from registration.typed_text import mixes_scripts, trimmed
from settings.mail_address import unicode_domain
from starter.gateway.engine import now


def checked_form(form: Mapping[str, Any]) -> RegistrationForm:
    """The form by the rules. Raises `InvalidInput`."""
    checked = RegistrationForm.parse(form, today=day_in_budapest(now()))
    checked_email(checked.email)
    return checked


def checked_email(typed: object) -> str:
    """A complete address in NFC, trimmed, by email-validator, strict.

    Whether it receives letters shows when one is sent. Its local part, and each label of its domain, is in one
    script: see `mixes_scripts`. Raises `InvalidInput`.
    """
    address = nfc(trimmed(typed)) if isinstance(typed, str) else ""
    try:
        validate_email(address, check_deliverability=False, strict=True, allow_quoted_local=False)
    except EmailNotValidError:
        raise errors.InvalidInput(field="email", rule=InputRule.EMAIL) from None
    local_part, _, domain = address.rpartition("@")
    if any(map(mixes_scripts, (local_part, *unicode_domain(domain).split(".")))):
        raise errors.InvalidInput(field="email", rule=InputRule.MIXED_SCRIPTS)
    return address
