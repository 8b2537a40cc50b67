"""Made-up people for rehearsals, tests and measurements: forms, lines of a file to import, what a clerk sees."""

import itertools
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Any, Final

EVIDENCE: Final = {
    "document_kind": "PASSPORT",
    "document_number": "BA1234567",
    "consent": True,
    "recipient": "Teszt Elek",
}
PASSWORD: Final = "Nagyon titkos 1"  # noqa: S105  of made-up people
CLIENT_ADDRESS: Final = "192.0.2.7"
"""Of those reserved for documentation (RFC 5737)."""

PBKDF2: Final = "pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY="
"""The hash of `lètmein` as Django stores it."""

_numbers = itertools.count(1)


def form(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  any field of the form
    """A registration form with a user name and an e-mail address of its own."""
    number = next(_numbers)
    return {
        "user_name": f"teszt.elek{number}",
        "email": f"teszt{number}@example.org",
        "family_name": "Teszt",
        "given_name": "Elek",
        "birth_name": "Teszt Elek",
        "birth_place": "Győr",
        "birth_date": "1980-02-29",
        "mothers_birth_name": "Minta Éva",
    } | changes


def another_address() -> str:
    """A client address from which nothing was tried yet, of those reserved for measuring (RFC 2544)."""
    return str(IPv4Address("198.18.0.0") + next(_numbers))


def account(**changes: str) -> dict[str, str]:
    """A line of a file to import: an active, verified account with a user name of its own."""
    number = next(_numbers)
    return {
        "user_name": f"regi.fiok{number}",
        "email": f"regi.fiok{number}@example.org",
        "family_name": "Átvett",
        "given_name": "Elek",
        "birth_name": "Átvett Elek",
        "birth_place": "Győr",
        "birth_date": "1980-02-29",
        "mothers_birth_name": "Minta Éva",
        "language": "",
        "channel": "IN_PERSON",
        "status": "ACTIVE",
        "identity_verified": "true",
        "password_valid_until": day(400),
        "password_hash": PBKDF2,
    } | changes


def day(ahead: int) -> str:
    """The date so many days from today (UTC), as files of accounts have it."""
    return f"{datetime.now(UTC) + timedelta(days=ahead):%Y-%m-%d}"
