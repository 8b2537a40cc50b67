"""What portals and clerks fill in, checked by the rules and by email-validator."""

from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email

from registration import errors
from registration.forms import RegistrationForm, field_checks, nfc
from registration.input_rules import InputRule
from registration.searching import SearchForm
from registration.times import day_in_budapest
from registration.typed_text import mixes_scripts, trimmed
from settings.mail_address import unicode_domain
from starter.gateway.engine import now
from starter.gateway.receipt_numbers import receipt_number_of


def checked_form(form: Mapping[str, Any]) -> RegistrationForm:
    """The form by the rules. Raises `InvalidInput`."""
    checked = RegistrationForm.parse(form, today=day_in_budapest(now()))
    checked_email(checked.email)
    return checked


def refused_fields(answers: Mapping[str, Any]) -> tuple[errors.InvalidInput, ...]:
    """All that is wrong with some fields of a registration form, each by itself: for a page that asks for a few."""
    refused = []
    for name, check in {**field_checks(day_in_budapest(now())), "email": checked_email}.items():
        if name in answers:
            try:
                check(answers[name])
            except errors.InvalidInput as refusal:
                refused.append(refusal)
    return tuple(refused)


def checked_criterion(typed: Mapping[str, Any]) -> tuple[SearchForm, int | None]:
    """What is searched by, and a receipt's number without its check digit, if that is it. Raises `InvalidInput`."""
    form = SearchForm.parse(typed, today=day_in_budapest(now()))
    return form, None if form.receipt_number is None else receipt_number_of(form.receipt_number)


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
